// What the hotel API says about hotels in a city, and what the search tools hand on of it.
import * as z from 'zod'
import { plainText } from '../../plain-text.ts'
import { HotelApiProblemError, HotelApiUnavailableError } from '../hotel-api/call-hotel-api.ts'

const hotel = z.object({
  id: z.string().describe('Pass it to prepare_booking as hotelId.'),
  name: z.string(),
  city: z.string(),
  district: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  stars: z.number(),
  rating: z.number().describe('Guests’ rating, out of 10.'),
  reviewCount: z.number(),
  amenities: z.array(z.string()),
  description: z.string(),
  nightlyRate: z.number().describe('Standard rate for one night.'),
  memberRate: z.number().optional().describe('Rate for one night for signed-in members.'),
  savings: z.number().optional().describe('What a member saves per night.'),
})

const cityHotels = z.object({
  city: z.object({
    name: z.string(),
    country: z.string(),
    latitude: z.number(),
    longitude: z.number(),
    timeZone: z.string().optional().describe('IANA time zone of the hotels: stays begin on their day.'),
  }),
  currency: z.string(),
  hotels: z.array(hotel),
})

export type CityHotels = z.infer<typeof cityHotels>

export const searchInput = z.object({
  city: z
    .string()
    .overwrite((text) => plainText(text))
    .min(1, 'Name a city.')
    .max(80, 'Name one city, in at most 80 characters.')
    .describe(
      'One city, in any language and spelling, for example "Milan" or "Mailand, Italien". Nothing else.',
    ),
})

export const searchOutput = cityHotels.extend({
  memberRates: z.boolean().describe('True when the hotels carry member rates.'),
  memberName: z.string().optional().describe('First name of the signed-in member.'),
})

/** @throws {HotelApiUnavailableError} when the answer has another shape */
export function readCityHotels(body: unknown): CityHotels {
  const parsed = cityHotels.safeParse(body)
  if (!parsed.success) throw new HotelApiUnavailableError('GET /hotels answered another shape', parsed.error)
  return parsed.data
}

const cityNames = z.array(z.string().max(80)).max(50).catch([])

/** The text for a city without hotels, nothing for any other error. */
export function explainUnknownCity(error: unknown, city: string): string | undefined {
  if (!(error instanceof HotelApiProblemError) || error.code !== 'unknown_city') return undefined
  const meant = cityNames.parse(error.problem.suggestions)
  const cities = cityNames.parse(error.problem.knownCities)
  return [
    `MyHotels has no hotels in “${city}”.`,
    meant.length > 0 ? ` Did you mean ${listOf(meant, 'or')}?` : '',
    cities.length > 0 ? ` There are hotels in ${listOf(cities, 'and')}.` : '',
  ].join('')
}

const amount = (value: number, currency: string) => `${value.toFixed(2)} ${currency}`

/** The search in words, for hosts without a widget. */
export function describeHotels(
  found: CityHotels,
  memberName: string | undefined,
  memberRates: boolean,
): string {
  const { city, currency, hotels } = found
  const greeting = memberRates && memberName ? `${memberName}, here are your member rates. ` : ''
  if (hotels.length === 0) return `${greeting}There is no hotel in ${city.name} at the moment.`
  const lines = hotels.map((one) => {
    const rate =
      memberRates && one.memberRate !== undefined
        ? `${amount(one.memberRate, currency)} per night for members (standard ${amount(one.nightlyRate, currency)})`
        : `${amount(one.nightlyRate, currency)} per night`
    return `- ${one.name} (${one.id}), ${one.district}, ${one.stars} stars, rated ${one.rating}: ${rate}`
  })
  const count = hotels.length === 1 ? '1 hotel' : `${hotels.length} hotels`
  return `${greeting}${count} in ${city.name}, ${city.country}:\n${lines.join('\n')}`
}

function listOf(items: readonly string[], last: 'and' | 'or'): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`
}
