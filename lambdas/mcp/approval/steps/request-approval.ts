// starting → pending: asks PingOne to ask the person.

import type { Approval } from '../approval.ts'
import { nextPollAt } from '../pace.ts'
import {
  close,
  closeUnknown,
  leaseFor,
  type Outcome,
  type Step,
  type StepDependencies,
  tryLater,
} from './step.ts'

export const requestApproval: Step<'starting'> = async (approval, dependencies) => {
  const { clock, ciba, startWorkflow, logger } = dependencies
  if (clock() >= approval.intentExpiresAt) return close(dependencies, 'expired')
  // A request is counted before it is made. One whose answer never came may be on the phone, and declined there.
  if (approval.requests > 1) return closeUnknown(dependencies, approval, 'a request without an answer')
  try {
    // The workflow exists before anything is asked that only the workflow may be left to finish.
    await startWorkflow?.(approval.transactionId)
  } catch (error) {
    return notAsked(approval, dependencies, error)
  }
  // Who comes this late may no longer be the only one.
  if (clock() > approval.leasedUntil - leaseFor / 2) {
    return notAsked(approval, dependencies, 'the lease is running out')
  }
  const bindingMessage = dependencies.bindingMessage()
  const { quote } = approval
  const answer = await ciba.start({
    loginHint: approval.subject,
    bindingMessage,
    transaction: {
      transaction_id: approval.transactionId,
      hotel_id: quote.hotelId,
      hotel_name: quote.hotelName,
      city: quote.city,
      check_in: quote.startDate,
      check_out: quote.endDate,
      nights: String(quote.nights),
      amount: quote.totalPrice.toFixed(2),
      currency: quote.currency,
    },
    correlationId: approval.correlationId,
  })
  if (answer.kind === 'failed') return notAsked(approval, dependencies, answer.detail, answer.problem)
  if (answer.kind === 'unknown') return closeUnknown(dependencies, approval, answer.detail)
  if (answer.kind === 'refused') {
    logger.warn('PingOne refused to ask for an approval', {
      transactionId: approval.transactionId,
      error: answer.error,
    })
    return close(dependencies, answer.error === 'access_denied' ? 'denied' : 'cancelled')
  }
  const now = clock()
  return {
    kind: 'change',
    change: {
      status: 'pending',
      request: {
        authReqId: answer.authReqId,
        bindingMessage,
        requestedAt: now,
        expiresAt: now + answer.expiresIn * 1000,
        interval: answer.interval,
      },
      nextStepAt: nextPollAt(now, answer.interval),
    },
  }
}

/** Nobody was asked, so that it may be tried again. */
function notAsked(
  approval: Approval,
  dependencies: StepDependencies,
  detail: unknown,
  problem?: Approval['problem'],
): Outcome {
  const { update } = tryLater(approval, dependencies, detail)
  return { kind: 'update', update: { ...update, requests: 0, problem } }
}
