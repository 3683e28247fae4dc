import * as z from 'zod'
import { requireAll } from '../authority/check.ts'
import { personOf } from '../authority/person.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { exchangedToken } from '../authority/tokens.ts'
import { decideBooking } from '../decision/decide-booking.ts'
import type { HotelApiDependencies } from '../dependencies.ts'
import { type Answer, defineRoute, type Route } from '../http/route.ts'
import { consumeQuote, quoteRefusal, readQuote } from '../quoting/consume-quote.ts'
import { ifAbsent } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'
import { writeTogether } from '../storage/write-together.ts'
import { ownedBy } from './checks/owner.ts'
import { newConfirmationCode } from './confirmation-code.ts'
import { findIntent } from './find-intent.ts'
import { intentSchema, presentIntent } from './intent.ts'
import { confirmed, type IntentRecord, intentRecordSchema, openIntent } from './life-cycle.ts'
import { settleExpiry } from './settle-expiry.ts'
import { transactionIdFor } from './transaction-id.ts'

export const intentRequestSchema = z.strictObject({
  quoteId: z.guid('write the id of a quote'),
  approvalRequired: z
    .literal(true)
    .optional()
    .describe(
      'The caller’s own policy asks for the person’s approval; this API’s decision can only be made stricter by it',
    ),
})

const headers = z.object({
  'idempotency-key': z
    .string('send an Idempotency-Key, the same one whenever this booking is asked for again')
    .regex(/^[\x21-\x7e]{1,255}$/, 'use 1 to 255 visible ASCII characters')
    .describe('The same key of the same person stands for the same booking, however often it is sent'),
})

/**
 * `POST /booking-intents`: one booking from one quote, judged here. What policy permits without an approval is booked by
 * the same write that records it, so that no unconfirmed booking exists that could be confirmed without one. The
 * transaction id follows from the person and the key, so a repetition finds the first intent; the quote is given away in
 * the same transaction, so another key cannot make a second booking from it.
 */
export function createIntent(dependencies: HotelApiDependencies, storage: Storage): Route {
  const { settings, verify, decide, clock, randomInt } = dependencies
  const scope = settings.scopes.book
  const checks = exchangedToken(settings, scope)
  return defineRoute({
    method: 'POST',
    path: '/booking-intents',
    operationId: 'createIntent',
    summary: 'Start a booking from a quote',
    description:
      'Books exactly what was quoted, as the policy allows: at once, or pending until the person has approved it. Answers 201 the first time and 200 with the same booking whenever the key is sent again, also with another quote: compare `quote.quoteId`.',
    access: { kind: 'required', scope, token: 'exchanged' },
    headers,
    body: intentRequestSchema,
    answers: {
      200: { description: 'The booking that this key made before', schema: intentSchema },
      201: { description: 'The new booking, confirmed or pending', schema: intentSchema },
    },
    problems: {
      403: ['denied_by_policy'],
      404: ['unknown_quote'],
      409: ['quote_expired', 'quote_used'],
      422: ['invalid_request'],
      503: ['decision_unavailable'],
    },
    async authorize(request) {
      const token = await readAccessToken(request, verify)
      requireAll(checks, token)
      return { person: personOf(token), token: token.value }
    },
    async answer({ headers, body, authority: { person, token }, correlationId }) {
      const transactionId = transactionIdFor(person, headers['idempotency-key'])
      const known = await findIntent(storage, transactionId)
      if (known !== undefined) return replay(storage, known, person, clock())
      const asked = { person, transactionId, now: clock() }
      const quote = await readQuote(storage, { ...asked, quoteId: body.quoteId })
      const permit = await decideBooking(decide, {
        operation: 'create_booking',
        quote: quote.terms,
        token,
        correlationId,
      })
      const now = clock()
      const needsApproval = permit.approvalRequired || body.approvalRequired === true
      const pending = openIntent({
        transactionId,
        owner: person,
        approval: needsApproval ? 'required' : 'not_required',
        quote: quote.terms,
        createdAt: now,
        expiresAt: now + settings.intentLifetimeSeconds * 1000,
      })
      const intent = needsApproval
        ? pending
        : confirmed(pending, { at: now, confirmationCode: newConfirmationCode(randomInt) })
      const facts = { ...asked, quote, now }
      const result = await writeTogether(storage, [
        consumeQuote(facts),
        { item: intent, condition: ifAbsent },
      ])
      if (result.stored) {
        return {
          status: 201,
          body: presentIntent(intent, now),
          headers: { location: `/booking-intents/${transactionId}` },
        }
      }
      const found = (item: { id: string }) => result.broken.find(({ id }) => id === item.id)?.existing
      const earlier = found(intent)
      if (earlier !== undefined) return replay(storage, intentRecordSchema.parse(earlier), person, now)
      throw quoteRefusal(facts, found(quote))
    },
  })
}

async function replay(storage: Storage, intent: IntentRecord, person: string, now: number): Promise<Answer> {
  requireAll([ownedBy(person)], intent)
  return { status: 200, body: presentIntent(await settleExpiry(storage, intent, now), now) }
}
