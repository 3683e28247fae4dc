// starting → pending: asks PingOne to ask the person.

import { nextPollAt } from '../pace.ts'
import { close, leaseFor, type Step, tryLater } from './step.ts'

/**
 * How often one booking may ask its person. A request is counted before it is made, so one whose answer never
 * came counts too: nobody's phone is flooded by a server that keeps crashing.
 */
export const maxRequests = 8

export const requestApproval: Step<'starting'> = async (approval, dependencies) => {
  const { clock, ciba, startWorkflow, logger } = dependencies
  if (clock() >= approval.intentExpiresAt) return close(dependencies, 'expired')
  if (approval.requests > maxRequests) return close(dependencies, 'cancelled')
  try {
    // The workflow exists before anything is asked that only the workflow may be left to finish.
    await startWorkflow?.(approval.transactionId)
  } catch (error) {
    return tryLater(approval, dependencies, error)
  }
  // Who comes this late may no longer be the only one.
  if (clock() > approval.leasedUntil - leaseFor / 2) {
    return tryLater(approval, dependencies, 'the lease is running out')
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
  if (answer.kind === 'failed') {
    const later = tryLater(approval, dependencies, answer.detail)
    return { ...later, update: { ...later.update, problem: answer.problem } }
  }
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
