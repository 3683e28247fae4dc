// pending → approved or closing: asks PingOne what the person said.
import type { ApprovalIn } from '../approval.ts'
import { nextPollAt } from '../pace.ts'
import { confirmBooking } from './confirm-booking.ts'
import {
  close,
  closeUnknown,
  leaseFor,
  type Outcome,
  type Step,
  type StepDependencies,
  tryLater,
} from './step.ts'

/** PingOne says when a request has expired; one that it calls pending for this long after is not believed. */
const overdue = 60_000

export const collectApproval: Step<'pending'> = async (approval, dependencies) => {
  const { clock, ciba } = dependencies
  const { request } = approval
  if (clock() >= approval.intentExpiresAt) return close(dependencies, 'expired')
  // The next holder of the lease may poll when it runs out: a poll any later than now would come too close before.
  if (clock() > approval.leasedUntil - request.interval * 1000 - leaseFor / 2) {
    return tryLater(approval, dependencies, 'the lease is running out', approval.leasedUntil)
  }
  const answer = await ciba.poll(request.authReqId, approval.correlationId)
  const now = clock()
  switch (answer.kind) {
    case 'approved':
      return approved(approval, answer.accessToken, dependencies)
    case 'denied':
      return close(dependencies, 'denied')
    case 'expired':
      return close(dependencies, 'expired')
    case 'pending':
    case 'slow_down': {
      if (now > request.expiresAt + overdue) return close(dependencies, 'expired')
      // CIBA Core section 11: slow_down adds five seconds to this and all polls that follow.
      const interval = request.interval + (answer.kind === 'slow_down' ? 5 : 0)
      return {
        kind: 'update',
        update: {
          request: { ...request, interval },
          failures: 0,
          nextStepAt: nextPollAt(now, interval),
          leasedUntil: 0,
        },
      }
    }
    case 'lost':
      // PingOne answers once. A poll before this one got the answer, and it was lost between PingOne and the table.
      return closeUnknown(dependencies, approval, 'PingOne has answered already')
    case 'failed': {
      // A poll that was not answered is a poll, and the answer that nobody could read may have been slow_down.
      const interval = request.interval + 5
      const { update } = tryLater(approval, dependencies, answer.detail, nextPollAt(now, interval))
      return { kind: 'update', update: { ...update, request: { ...request, interval } } }
    }
  }
}

async function approved(
  approval: ApprovalIn<'pending'>,
  token: string,
  dependencies: StepDependencies,
): Promise<Outcome> {
  const { clock, seal } = dependencies
  const { transactionId, request } = approval
  try {
    const sealedToken = await seal.seal(token, transactionId)
    const leasedUntil = clock() + leaseFor
    return { kind: 'change', change: { status: 'approved', request, sealedToken, leasedUntil }, token }
  } catch (error) {
    // The only copy is in memory. Using it now beats losing it.
    const outcome = await confirmBooking(approval, token, dependencies)
    if (outcome.kind === 'change') return outcome
    return tryLater(approval, dependencies, error, nextPollAt(clock(), request.interval))
  }
}
