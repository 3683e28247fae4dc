import * as z from 'zod'
import { requireAll } from '../authority/check.ts'
import { personOf } from '../authority/person.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { exchangedToken } from '../authority/tokens.ts'
import type { HotelApiDependencies } from '../dependencies.ts'
import { UnknownBookingError } from '../errors/booking-errors.ts'
import { defineRoute, type Route } from '../http/route.ts'
import { findPerson } from '../person/find-person.ts'
import { longestStay } from '../quoting/quote.ts'
import { addDays } from '../quoting/stay-dates.ts'
import type { Storage } from '../storage/storage.ts'
import { idempotencyKeySchema } from './create-intent.ts'
import { findIntent } from './find-intent.ts'
import { intentSchema, presentIntent } from './intent.ts'
import { settleExpiry } from './settle-expiry.ts'
import { transactionIdFor } from './transaction-id.ts'

const query = z.strictObject({
  hotelId: z.string().min(1).max(100),
  startDate: z.iso.date('write the day of arrival as YYYY-MM-DD').describe('The day of arrival'),
  nights: z.coerce.number().int().min(1).max(longestStay),
})

/** `GET /booking-intents`: what became of a request whose answer was lost, found by what the request said. */
export function findStay(dependencies: HotelApiDependencies, storage: Storage): Route {
  const { settings, verify, clock } = dependencies
  const scope = settings.scopes.book
  const checks = exchangedToken(dependencies, scope)
  return defineRoute({
    method: 'GET',
    path: '/booking-intents',
    operationId: 'findStay',
    summary: 'Find a booking by its stay',
    description:
      'The person’s booking that was made under this key, else the one of this very stay that waits or is confirmed.',
    access: { kind: 'required', scope, token: 'exchanged' },
    query,
    headers: z.object({ 'idempotency-key': idempotencyKeySchema }),
    answers: { 200: { description: 'The booking', schema: intentSchema } },
    problems: { 400: ['invalid_request'], 404: ['unknown_booking'] },
    async authorize(request) {
      const token = await readAccessToken(request, verify)
      requireAll(checks, token)
      return { person: personOf(token) }
    },
    async answer({ query, headers, authority: { person: owner }, correlationId }) {
      const key = headers['idempotency-key']
      const [byKey, person] = await Promise.all([
        key === undefined
          ? undefined
          : findIntent(storage, transactionIdFor(await storage.trail.key(), owner, key)),
        findPerson(storage, owner),
      ])
      const endDate = addDays(query.startDate, query.nights)
      const held = person.stays.findLast(
        (stay) =>
          stay.hotelId === query.hotelId && stay.startDate === query.startDate && stay.endDate === endDate,
      )
      const found = byKey ?? (held === undefined ? undefined : await findIntent(storage, held.transactionId))
      // An id that was made from the key can still be somebody else's only if ids collide; then it is not known here.
      if (found === undefined || found.owner !== owner) throw new UnknownBookingError('no such stay')
      const now = clock()
      return { status: 200, body: presentIntent(await settleExpiry(storage, found, now, correlationId), now) }
    },
  })
}
