// approved → confirmed: hands the proof of the approval to the hotel API.
import { createHash } from 'node:crypto'
import { HotelApiProblemError } from '../../hotel-api/call-hotel-api.ts'
import type { ApprovalIn } from '../approval.ts'
import { BrokenSealError } from '../seal.ts'
import { close, closeUnknown, type Outcome, type Step, type StepDependencies, tryLater } from './step.ts'

export const useApproval: Step<'approved'> = async (approval, dependencies, token) => {
  if (token !== undefined) return confirmBooking(approval, token, dependencies)
  let unsealed: string
  try {
    unsealed = await dependencies.seal.unseal(approval.sealedToken, approval.transactionId)
  } catch (error) {
    if (error instanceof BrokenSealError) return closeUnknown(dependencies, approval, error.name)
    return again(approval, dependencies, error)
  }
  return confirmBooking(approval, unsealed, dependencies)
}

/** Confirming is idempotent at the hotel API: whoever crashes after it asks again and gets the first answer. */
export async function confirmBooking(
  approval: ApprovalIn<'pending' | 'approved'>,
  token: string,
  dependencies: StepDependencies,
): Promise<Outcome> {
  const { transactionId, correlationId, request } = approval
  // For the hotel API's audit trail; the id itself stays here.
  const requestHash = createHash('sha256').update(request.authReqId).digest('hex')
  try {
    const intent = await dependencies.intents.confirm(transactionId, { token, correlationId, requestHash })
    // The status is what counts: a 200 about a booking that is anything else has confirmed nothing.
    if (intent.status === 'pending') return again(approval, dependencies, 'still pending after confirming')
    if (intent.status !== 'confirmed') return close(dependencies, intent.status)
    const { confirmationCode } = intent
    return {
      kind: 'change',
      change: { status: 'confirmed', ...(confirmationCode === undefined ? {} : { confirmationCode }) },
    }
  } catch (error) {
    if (!(error instanceof HotelApiProblemError)) return again(approval, dependencies, error)
    switch (error.code) {
      case 'booking_expired':
        return close(dependencies, 'expired')
      case 'booking_closed':
      case 'unknown_booking':
      case 'denied_by_policy':
        return close(dependencies, 'cancelled')
      default:
        // 401 or 403: the token ran out while the hotel API could not be reached, or it is not taken as proof.
        if (error.status === 401 || error.status === 403) {
          return closeUnknown(dependencies, approval, error.code)
        }
        return again(approval, dependencies, error.code)
    }
  }
}

/**
 * Past the booking's time no confirmation can follow any more, only the news of an earlier one. The hotel API gives that
 * to whoever closes the booking, too, and closing erases the token.
 */
function again(
  approval: ApprovalIn<'pending' | 'approved'>,
  dependencies: StepDependencies,
  detail: unknown,
): Outcome {
  if (dependencies.clock() >= approval.intentExpiresAt) return close(dependencies, 'expired')
  return tryLater(approval, dependencies, detail)
}
