import * as z from 'zod'
import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { type Check, firstRefusal, requireAll } from '../authority/check.ts'
import { hasPerson, personOf } from '../authority/person.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { hasScope } from '../authority/scope.ts'
import { approvalToken, exchangedToken } from '../authority/tokens.ts'
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
import { asOf, confirmed, type IntentRecord } from './life-cycle.ts'
import { loadIntent } from './load-intent.ts'
import { recordTransition } from './record-transition.ts'
import { settleExpiry } from './settle-expiry.ts'

/** `POST /booking-intents/{transactionId}/confirm`: at most once, with the authority that the intent needs. */
export function confirmIntent(dependencies: HotelApiDependencies, storage: Storage): Route {
  const { settings, verify, clock, randomInt } = dependencies
  const scope = settings.scopes.book
  // Which of the two tokens is needed is known only once the intent is; this much both must have.
  const checks: readonly Check<AccessToken>[] = [hasScope(scope), hasPerson]
  return defineRoute({
    method: 'POST',
    path: '/booking-intents/{transactionId}/confirm',
    operationId: 'confirmIntent',
    summary: 'Confirm a booking',
    description:
      'A booking that needs approval is confirmed only with the access token that its approval returned, any other with the token of its owner. Repeating it returns the first result.',
    access: { kind: 'required', scope, token: 'exchanged, or approval when the booking needs it' },
    params: z.object({ transactionId: transactionIdSchema }),
    answers: { 200: { description: 'The confirmed booking', schema: intentSchema } },
    problems: {
      403: ['approval_required'],
      404: ['unknown_booking'],
      409: ['booking_expired', 'booking_closed'],
    },
    async authorize(request) {
      const token = await readAccessToken(request, verify)
      requireAll(checks, token)
      return { token, person: personOf(token) }
    },
    async answer({ params, authority: { token, person } }) {
      const intent = await loadIntent(storage, params.transactionId)
      requireAll([ownedBy(person)], intent)
      requireAuthority(settings, intent, token)
      const now = clock()
      const current = await settleExpiry(storage, intent, now)
      requireAll([notClosed], current)
      if (current.status !== 'pending') return { status: 200, body: presentIntent(current, now) }

      if (current.approval === 'required') await consumeApproval(storage, token, current.transactionId)
      // Read again: the time may have run out since the intent was read.
      const at = clock()
      const result = await recordTransition(
        storage,
        current,
        confirmed(current, { at, confirmationCode: newConfirmationCode(randomInt) }),
      )
      if (result === undefined) throw new UnknownBookingError('removed')
      const outcome = asOf(result, at)
      requireAll([notClosed], outcome)
      return { status: 200, body: presentIntent(outcome, at) }
    },
  })
}

/** Decided by what the intent says, never by what the token looks like. */
function requireAuthority(settings: HotelApiSettings, intent: IntentRecord, token: AccessToken): void {
  if (intent.approval === 'not_required') {
    requireAll(exchangedToken(settings, settings.scopes.book), token)
    return
  }
  const refusal = firstRefusal(approvalToken(settings, intent.transactionId), token)
  if (refusal !== undefined) throw new ApprovalRequiredError(refusal.detail ?? refusal.code)
}
