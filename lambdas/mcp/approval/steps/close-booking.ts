// closing → denied, expired or cancelled: tells the hotel API, and records what it says.

import type { FinalStatus } from '../../../booking/life-cycle.ts'
import { HotelApiProblemError } from '../../hotel-api/call-hotel-api.ts'
import type { ApprovalIn, Change } from '../approval.ts'
import { type Outcome, type Step, tryLater } from './step.ts'

export const closeBooking: Step<'closing'> = async (approval, dependencies) => {
  const { intents, workflowToken } = dependencies
  const { transactionId, correlationId, outcome } = approval
  // Whoever may not close anything leaves it to the workflow, which is under way.
  if (workflowToken === undefined) return { kind: 'update', update: { leasedUntil: 0 } }
  try {
    const token = await workflowToken.get(correlationId)
    const intent = await intents.close(transactionId, outcome, { token, correlationId })
    if (intent.status === 'pending') return tryLater(approval, dependencies, 'still pending after closing')
    return ended(intent.status, approval)
  } catch (error) {
    if (!(error instanceof HotelApiProblemError)) return tryLater(approval, dependencies, error)
    if (error.code === 'already_confirmed') return ended('confirmed', approval)
    // The hotel API forgets bookings long after they ended.
    if (error.code === 'unknown_booking') return ended(outcome, approval)
    if (error.status === 401 || error.status === 403) workflowToken.forget()
    return tryLater(approval, dependencies, error.code)
  }
}

const ended = (status: FinalStatus, { answerLost }: ApprovalIn<'closing'>): Outcome => ({
  kind: 'change',
  change: (status === 'cancelled' && answerLost ? { status, answerLost } : { status }) as Change,
})
