import * as z from 'zod'
import { requireAll } from '../authority/check.ts'
import { personOf } from '../authority/person.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { exchangedToken } from '../authority/tokens.ts'
import { findHotel } from '../catalogue/find-hotel.ts'
import type { HotelApiDependencies } from '../dependencies.ts'
import { InvalidDateError, InvalidNightsError, UnknownHotelError } from '../errors/booking-errors.ts'
import { defineRoute, type Route } from '../http/route.ts'
import { ifAbsent, putItem } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'
import { longestStay, presentQuote, type QuoteRecord, quoteItemId, quoteSchema } from './quote.ts'
import { startsInFuture, startsSoonEnough } from './stay.ts'
import { addDays, dayIn } from './stay-dates.ts'

/** How long an expired quote stays readable, so that a late caller learns "expired" and not "unknown". */
const keptAfterExpirySeconds = 24 * 60 * 60

export const quoteRequestSchema = z.strictObject({
  // Any text may name a hotel that there is not; only the catalogue decides.
  hotelId: z
    .string()
    .min(1)
    .max(100)
    .meta({ examples: ['milan-corte-dei-gelsi'] }),
  startDate: z.iso.date('write the day of arrival as YYYY-MM-DD').describe('The day of arrival'),
  nights: z.int().min(1).max(longestStay),
})

const stayChecks = [startsInFuture, startsSoonEnough]

/** `POST /booking-quotes`: holds the member rate of a stay for one person. */
export function createQuote(dependencies: HotelApiDependencies, storage: Storage): Route {
  const { settings, verify, clock, newId } = dependencies
  const scope = settings.scopes.book
  const checks = exchangedToken(dependencies, scope)
  return defineRoute({
    method: 'POST',
    path: '/booking-quotes',
    operationId: 'createQuote',
    summary: 'Price a stay',
    description:
      'Holds the price of a stay for the signed-in person until the quote expires. One booking can be made from it.',
    access: { kind: 'required', scope, token: 'exchanged' },
    body: quoteRequestSchema,
    bodyErrors: { startDate: () => new InvalidDateError(), nights: () => new InvalidNightsError() },
    answers: { 201: { description: 'The quote', schema: quoteSchema } },
    problems: {
      404: ['unknown_hotel'],
      422: ['invalid_request', 'invalid_date', 'invalid_nights', 'past_date', 'date_too_far'],
    },
    async authorize(request) {
      const token = await readAccessToken(request, verify)
      requireAll(checks, token)
      return { person: personOf(token) }
    },
    async answer({ body, authority }) {
      const found = findHotel(body.hotelId)
      if (found === undefined) throw new UnknownHotelError()
      const { city, hotel } = found
      const now = clock()
      requireAll(stayChecks, { startDate: body.startDate, today: dayIn(city.timeZone, now) })
      const quoteId = newId()
      const expiresAt = now + settings.quoteLifetimeSeconds * 1000
      const quote: QuoteRecord = {
        id: quoteItemId(quoteId),
        kind: 'quote',
        owner: authority.person,
        terms: {
          quoteId,
          hotelId: hotel.id,
          hotelName: hotel.name,
          city: city.name,
          startDate: body.startDate,
          endDate: addDays(body.startDate, body.nights),
          nights: body.nights,
          nightlyRateCents: hotel.memberRate,
          totalPriceCents: hotel.memberRate * body.nights,
          expiresAt,
        },
        createdAt: now,
        ttl: Math.floor(expiresAt / 1000) + keptAfterExpirySeconds,
      }
      // The id is new, so an item that is there is this one: a write that was repeated because its answer was lost.
      // Without the condition such a late repetition could undo what consumed the quote meanwhile.
      await putItem(storage, quote, ifAbsent)
      return { status: 201, body: presentQuote(quote.terms) }
    },
  })
}
