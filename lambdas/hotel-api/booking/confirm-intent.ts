import * as z from 'zod'
import { DecisionDeniedError, DecisionUnavailableError } from '../../decision/errors.ts'
import type { Verdict } from '../../decision/permit.ts'
import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { describeActors } from '../audit/describe-actors.ts'
import { describeApproval } from '../audit/describe-approval.ts'
import { describeDecision } from '../audit/describe-decision.ts'
import { hash } from '../audit/head.ts'
import { type Check, firstRefusal, requireAll } from '../authority/check.ts'
import { hasPerson, personOf } from '../authority/person.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { hasScope } from '../authority/scope.ts'
import { approvalToken } from '../authority/tokens.ts'
import { decideBooking } from '../decision/decide-booking.ts'
import type { HotelApiDependencies, HotelApiSettings } from '../dependencies.ts'
import { ApprovalRequiredError } from '../errors/authority-errors.ts'
import { UnknownBookingError } from '../errors/booking-errors.ts'
import { defineRoute, type Route } from '../http/route.ts'
import type { Storage } from '../storage/storage.ts'
import { notClosed } from './checks/confirmable.ts'
import { ownedBy } from './checks/owner.ts'
import { newConfirmationCode } from './confirmation-code.ts'
import { consumeApproval } from './consume-approval.ts'
import { intentSchema, presentIntent, transactionIdSchema } from './intent.ts'
import { asOf, closed, confirmed, type IntentRecord, type PendingIntent } from './life-cycle.ts'
import { loadIntent } from './load-intent.ts'
import { recordTransition } from './record-transition.ts'
import { settleExpiry } from './settle-expiry.ts'

const headers = z.object({
  'approval-request-hash': hash
    .optional()
    .describe('SHA-256 of the `auth_req_id` that led to the token; recorded as what the caller says'),
})

/**
 * `POST /booking-intents/{transactionId}/confirm`: at most once, with the token of the approval that the person gave for
 * exactly this booking, and only if policy still permits it.
 */
export function confirmIntent(dependencies: HotelApiDependencies, storage: Storage): Route {
  const { settings, verify, decide, clock, randomInt } = dependencies
  const scope = settings.scopes.book
  // What the approval was given for can be told only once the intent is known; this much every approval has.
  const checks: readonly Check<AccessToken>[] = [hasScope(scope), hasPerson]
  return defineRoute({
    method: 'POST',
    path: '/booking-intents/{transactionId}/confirm',
    operationId: 'confirmIntent',
    summary: 'Confirm a booking',
    description:
      'Takes the access token that the person’s approval of this booking returned, and asks the policy once more; what it no longer permits is cancelled. Repeating it returns the first result.',
    access: { kind: 'required', scope, token: 'approval' },
    params: z.object({ transactionId: transactionIdSchema }),
    headers,
    answers: { 200: { description: 'The confirmed booking', schema: intentSchema } },
    problems: {
      403: ['approval_required', 'denied_by_policy'],
      404: ['unknown_booking'],
      409: ['booking_expired', 'booking_closed'],
      503: ['decision_unavailable'],
    },
    async authorize(request) {
      const token = await readAccessToken(request, verify)
      requireAll(checks, token)
      return { token, person: personOf(token) }
    },
    async answer({ params, headers, authority: { token, person }, correlationId }) {
      const intent = await loadIntent(storage, params.transactionId)
      requireAll([ownedBy(person)], intent)
      requireApproval(settings, intent, token)
      const now = clock()
      const current = await settleExpiry(storage, intent, now, correlationId)
      requireAll([notClosed], current)
      if (current.status !== 'pending') return { status: 200, body: presentIntent(current, now) }

      const verdict = await judgeAgain(current, token, correlationId)
      await consumeApproval(storage, token, current.transactionId)
      // Read again: the time may have run out since the intent was read.
      const at = clock()
      const result = await recordTransition(
        storage,
        current,
        confirmed(current, { at, confirmationCode: newConfirmationCode(randomInt) }),
        {
          actors: describeActors(settings, token),
          decision: describeDecision(verdict),
          approval: describeApproval(token, headers['approval-request-hash']),
          correlationId,
        },
      )
      if (result === undefined) throw new UnknownBookingError('removed')
      const outcome = asOf(result, at)
      requireAll([notClosed], outcome)
      return { status: 200, body: presentIntent(outcome, at) }
    },
  })

  /** Time has passed since the booking was permitted. What policy refuses by now can never be confirmed again. */
  async function judgeAgain(
    intent: PendingIntent,
    token: AccessToken,
    correlationId: string,
  ): Promise<Verdict> {
    try {
      const { verdict } = await decideBooking(decide, {
        operation: 'confirm_booking',
        quote: intent.quote,
        token: token.value,
        correlationId,
      })
      return verdict
    } catch (refusal) {
      if (!(refusal instanceof DecisionDeniedError)) throw refusal
      // Only a denial is the policy's word. Whatever else is no permit may be one on the next attempt.
      if (refusal.effect !== 'DENY') throw new DecisionUnavailableError(refusal.effect, refusal)
      await recordTransition(storage, intent, closed(intent, { at: clock(), outcome: 'cancelled' }), {
        endedBy: 'policy',
        decision: describeDecision(refusal.verdict),
        correlationId,
      })
      throw refusal
    }
  }
}

function requireApproval(settings: HotelApiSettings, intent: IntentRecord, token: AccessToken): void {
  const refusal = firstRefusal(approvalToken(settings, intent), token)
  if (refusal !== undefined) throw new ApprovalRequiredError(refusal.detail ?? refusal.code)
}
