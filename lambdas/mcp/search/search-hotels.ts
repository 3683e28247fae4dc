// `search_hotels`: hotels and standard rates, for everyone.
import { releaseAfterPermit } from '../../decision/release-after-permit.ts'
import type { Services } from '../services.ts'
import { defineTool, type Tool } from '../tool.ts'
import { describeHotels, readCityHotels, searchInput, searchOutput } from './hotels.ts'
import { asUnknownCity } from './unknown-city.ts'

export function createSearchHotels({ decide, hotelApi }: Services): Tool {
  return defineTool({
    name: 'search_hotels',
    title: 'Search hotels',
    description:
      'Use this when someone looks for a hotel in a city: lists the hotels there with location, stars, rating, ' +
      'amenities and the standard rate per night. Takes no dates, and needs no sign-in.',
    inputSchema: searchInput,
    outputSchema: searchOutput,
    annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false, idempotentHint: true },
    access: { kind: 'public' },
    invocation: { invoking: 'Searching hotels', invoked: 'Found hotels' },
    visibility: ['model', 'app'],
    async answer({ input: { city }, caller, correlationId, trace }) {
      const { permit, read } = await releaseAfterPermit(
        trace.time('decision', () =>
          decide({
            resource: 'search_hotels',
            parameters: { city },
            bearerToken: caller?.token.value,
            correlationId,
          }),
        ),
        trace.time('hotelApi', () => hotelApi(`/hotels?${new URLSearchParams({ city })}`, { correlationId })),
      ).catch((error) => {
        throw asUnknownCity(error, city)
      })
      const found = readCityHotels(read)
      return {
        permit,
        structuredContent: { ...found, memberRates: false },
        text: describeHotels(found, undefined, false),
      }
    },
  })
}
