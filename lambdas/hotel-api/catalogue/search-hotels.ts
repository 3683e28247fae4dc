import * as z from 'zod'
import { requireAll } from '../authority/check.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { exchangedToken } from '../authority/tokens.ts'
import type { HotelApiDependencies } from '../dependencies.ts'
import { UnknownCityError } from '../errors/booking-errors.ts'
import { defineRoute, type Route } from '../http/route.ts'
import { cities } from './cities.ts'
import { currency, euros } from './euros.ts'
import { findCity } from './find-city.ts'
import type { City } from './hotel.ts'
import { hotelsSchema } from './hotels-schema.ts'
import { suggestCities } from './suggest-cities.ts'

const query = z.strictObject({
  city: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .describe('A city in any usual spelling and language: "Milan", "Mailand", "Milan, Italy"'),
  memberRates: z.enum(['true', 'false']).optional().describe('`true` adds member rates and needs a token'),
})

/** `GET /hotels`: open to everyone at standard rates, to signed-in people at member rates. */
export function searchHotels(dependencies: HotelApiDependencies): Route {
  const { settings, verify } = dependencies
  const scope = settings.scopes.memberRates
  const checks = exchangedToken(dependencies, scope)
  return defineRoute({
    method: 'GET',
    path: '/hotels',
    operationId: 'searchHotels',
    summary: 'Hotels of a city with their rates',
    description: 'Standard rates are public. Member rates need the token of a signed-in person.',
    access: { kind: 'optional', scope, token: 'exchanged' },
    query,
    answers: { 200: { description: 'The hotels', schema: hotelsSchema } },
    problems: { 404: ['unknown_city'] },
    async authorize(request, { memberRates }) {
      if (memberRates !== 'true') return { memberRates: false }
      requireAll(checks, await readAccessToken(request, verify))
      return { memberRates: true }
    },
    answer({ query, authority }) {
      const city = findCity(query.city)
      if (city === undefined)
        throw new UnknownCityError(cities.map(nameOf), suggestCities(query.city).map(nameOf))
      return {
        status: 200,
        body: hotelsOf(city, authority.memberRates),
        headers: { 'cache-control': authority.memberRates ? 'no-store' : 'public, max-age=300' },
      }
    },
  })
}

const nameOf = ({ name }: City) => name

function hotelsOf(city: City, memberRates: boolean): z.infer<typeof hotelsSchema> {
  const { name, country, latitude, longitude, timeZone } = city
  return {
    city: { name, country, latitude, longitude, timeZone },
    currency,
    hotels: city.hotels.map(({ nightlyRate, memberRate, amenities, ...hotel }) => ({
      ...hotel,
      city: name,
      amenities: [...amenities],
      nightlyRate: euros(nightlyRate),
      ...(memberRates ? { memberRate: euros(memberRate), savings: euros(nightlyRate - memberRate) } : {}),
    })),
  }
}
