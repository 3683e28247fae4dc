import * as z from 'zod'
import { DecisionDeniedError } from '../../decision/errors.ts'
import type { Permit } from '../../decision/permit.ts'
import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { describeActors } from '../audit/describe-actors.ts'
import { describeDecision } from '../audit/describe-decision.ts'
import { type Refusal, recordRefusal } from '../audit/record-refusal.ts'
import { withEntry } from '../audit/write-entry.ts'
import { requireAll } from '../authority/check.ts'
import { personOf } from '../authority/person.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { exchangedToken } from '../authority/tokens.ts'
import { type BookingQuestion, decideBooking } from '../decision/decide-booking.ts'
import type { HotelApiDependencies } from '../dependencies.ts'
import { UnknownBookingError } from '../errors/booking-errors.ts'
import { StorageUnavailableError } from '../errors/request-errors.ts'
import { type Answer, defineRoute, type Route } from '../http/route.ts'
import { loadPerson } from '../person/load-person.ts'
import { type HeldStay, limitsOf, putPerson, withBooking } from '../person/person.ts'
import { placeStay } from '../person/place-stay.ts'
import { consumeQuote, quoteRefusal, readQuote, requireUsable } from '../quoting/consume-quote.ts'
import { ifAbsent } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'
import { writeTogether } from '../storage/write-together.ts'
import { ownedBy } from './checks/owner.ts'
import { newConfirmationCode } from './confirmation-code.ts'
import { findIntent } from './find-intent.ts'
import { intentSchema, presentIntent } from './intent.ts'
import { closed, confirmed, type IntentRecord, intentRecordSchema, openIntent } from './life-cycle.ts'
import { unchanged } from './record-transition.ts'
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
  additionalRoomTo: z
    .guid()
    .optional()
    .describe('A booking of the person that this stay overlaps, when they want another room as well'),
  insteadOf: z
    .guid()
    .optional()
    .describe('A booking that waits for the person’s approval, when they want this one in its place'),
})

export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'use 1 to 255 visible ASCII characters')
  .optional()
  .describe(
    'The same key of the same person stands for the same booking, however often it is sent. Without one, the stay itself does, for as long as its booking waits or is confirmed',
  )

/** How often a booking is begun while others change the record of its person. */
const maxAttempts = 12

/**
 * `POST /booking-intents`: one booking from one quote, judged here. What policy permits without an approval is booked by
 * the same write that records it, so that no unconfirmed booking exists that could be confirmed without one. The quote
 * is given away in the same transaction, so it makes no second booking; what the person holds is recorded in it too, so
 * two requests at once cannot each find room within a limit that has room for one.
 */
export function createIntent(dependencies: HotelApiDependencies, storage: Storage): Route {
  const { settings, verify, decide, clock, newId, randomInt } = dependencies
  const scope = settings.scopes.book
  const checks = exchangedToken(dependencies, scope)
  return defineRoute({
    method: 'POST',
    path: '/booking-intents',
    operationId: 'createIntent',
    summary: 'Start a booking from a quote',
    description:
      'Books exactly what was quoted, as the policy allows: at once, or pending until the person has approved it. Answers 201 the first time and 200 with the same booking whenever it is asked for again, also with another quote: compare `quote.quoteId`. A newer key for a stay that still waits cancels the older booking and takes its place.',
    access: { kind: 'required', scope, token: 'exchanged' },
    headers: z.object({ 'idempotency-key': idempotencyKeySchema }),
    body: intentRequestSchema,
    answers: {
      200: { description: 'The booking that was made before', schema: intentSchema },
      201: { description: 'The new booking, confirmed or pending', schema: intentSchema },
    },
    problems: {
      403: ['denied_by_policy'],
      404: ['unknown_quote'],
      409: ['quote_expired', 'quote_used', 'stay_overlaps'],
      422: ['invalid_request'],
      503: ['decision_unavailable'],
    },
    async authorize(request) {
      const token = await readAccessToken(request, verify)
      requireAll(checks, token)
      return { person: personOf(token), token }
    },
    async answer({ headers, body, authority: { person: owner, token }, correlationId }) {
      const key = headers['idempotency-key']
      const transactionId =
        key === undefined ? newId() : transactionIdFor(await storage.trail.key(), owner, key)
      const actors = describeActors(settings, token)
      // Read alongside what comes first; every entry of the audit trail needs it.
      void storage.trail.key().catch(() => undefined)
      for (let attempt = 1; attempt <= maxAttempts; attempt++) {
        const known = key === undefined ? undefined : await findIntent(storage, transactionId)
        if (known !== undefined) return replay(known)
        const [quote, person] = await Promise.all([
          readQuote(storage, { quoteId: body.quoteId, person: owner }),
          loadPerson(storage, owner, clock(), correlationId),
        ])
        const asked = { quote, person: owner, transactionId }
        // Who sends no key may mean the booking that was made from this very quote.
        if (key !== undefined) requireUsable({ ...asked, now: clock() })
        const placement = placeStay(person.stays, {
          ...{ ...body, ...quote.terms },
          ...{ transactionId, hasKey: key !== undefined },
        })
        if (placement.kind === 'repeated') {
          const repeated = await findIntent(storage, placement.transactionId)
          if (repeated !== undefined) return replay(repeated)
          throw new UnknownBookingError('removed')
        }
        requireUsable({ ...asked, now: clock() })
        const approvalRequired = body.approvalRequired === true
        const permit = await judge(
          { transactionId, person: owner, actors, quote: quote.terms, correlationId },
          { approvalRequired, person: limitsOf(person, { quote: quote.terms, now: clock() }) },
          token,
        )
        const now = clock()
        const needsApproval = permit.approvalRequired || approvalRequired
        const replaced = await replacedIntents(placement.replaces, now)
        if (replaced === undefined) continue
        const pending = openIntent({
          transactionId,
          owner,
          approval: needsApproval ? 'required' : 'not_required',
          quote: quote.terms,
          createdAt: now,
          expiresAt: now + settings.intentLifetimeSeconds * 1000,
          ...(replaced.length === 0 ? {} : { replaces: replaced.map(({ from }) => from.transactionId) }),
        })
        const intent = needsApproval
          ? pending
          : confirmed(pending, { at: now, confirmationCode: newConfirmationCode(randomInt) })
        const { additionalRoomTo } = body
        const holding = putPerson(
          person,
          withBooking(person, intent, { replaces: placement.replaces, additionalRoomTo }),
          now,
        )
        const facts = { ...asked, now }
        const decision = describeDecision(permit.verdict)
        const { record, entry } = await withEntry(storage, intent, { actors, decision, correlationId })
        const gone = await Promise.all(
          replaced.map(async ({ from, to }) => {
            const ended = await withEntry(storage, to, { endedBy: 'newer request', correlationId })
            return [{ item: ended.record, condition: unchanged(from, to) }, ended.entry]
          }),
        )
        const result = await writeTogether(storage, [
          consumeQuote(facts),
          { item: record, condition: ifAbsent },
          entry,
          holding,
          ...gone.flat(),
        ])
        if (result.stored) {
          return {
            status: 201,
            body: presentIntent(intent, now),
            headers: { location: `/booking-intents/${transactionId}` },
          }
        }
        const broken = (item: { id: string }) => result.broken.find(({ id }) => id === item.id)
        const earlier = broken(intent)?.existing
        if (earlier !== undefined) return replay(intentRecordSchema.parse(earlier))
        const isOvertaken = [holding.item, ...replaced.map(({ to }) => to)].some((item) => broken(item))
        // The trail outlives the booking: this key stands for one that was long ago.
        if (!isOvertaken && broken(entry.item)) throw new UnknownBookingError('removed')
        if (!isOvertaken) throw quoteRefusal(facts, broken(quote)?.existing)
      }
      throw new StorageUnavailableError(new Error('others kept changing the record of the person'))

      async function replay(intent: IntentRecord): Promise<Answer> {
        requireAll([ownedBy(owner)], intent)
        const now = clock()
        return {
          status: 200,
          body: presentIntent(await settleExpiry(storage, intent, now, correlationId), now),
        }
      }
    },
  })

  /** The bookings that give way, and what becomes of them. `undefined` when one has come to an end meanwhile. */
  async function replacedIntents(stays: readonly HeldStay[], at: number) {
    const intents = await Promise.all(stays.map(({ transactionId }) => findIntent(storage, transactionId)))
    const pending = intents.filter((intent) => intent?.status === 'pending')
    if (pending.length < intents.length) return undefined
    return pending.map((from) => ({ from, to: closed(from, { at, outcome: 'cancelled' }) }))
  }

  /** What policy refuses leaves nothing but an entry in the audit trail. */
  async function judge(
    asked: Omit<Refusal, 'verdict' | 'at'>,
    limits: BookingQuestion['limits'],
    token: AccessToken,
  ): Promise<Permit> {
    const { quote, correlationId } = asked
    try {
      return await decideBooking(decide, {
        operation: 'create_booking',
        quote,
        limits,
        token: token.value,
        correlationId,
      })
    } catch (refusal) {
      if (refusal instanceof DecisionDeniedError)
        await recordRefusal(storage, { ...asked, verdict: refusal.verdict, at: clock() })
      throw refusal
    }
  }
}
