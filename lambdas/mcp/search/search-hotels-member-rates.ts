// `search_hotels_member_rates`: the same search with the rates that signed-in members pay.
import { releaseAfterPermit } from '../../decision/release-after-permit.ts'
import type { Services } from '../services.ts'
import { type Caller, defineTool, type Tool } from '../tool.ts'
import { describeHotels, readCityHotels, searchInput, searchOutput } from './hotels.ts'
import { asUnknownCity } from './unknown-city.ts'

export function createSearchHotelsMemberRates(
  { decide, exchange, hotelApi }: Services,
  scopes: { scope: string; apiScope: string },
): Tool {
  async function readRates(
    city: string,
    caller: Caller,
    correlationId: string,
    time: Time,
  ): Promise<unknown> {
    const token = await time('exchange', () => exchange(caller, scopes.apiScope, { correlationId }))
    const query = new URLSearchParams({ city, memberRates: 'true' })
    return time('hotelApi', () => hotelApi(`/hotels?${query}`, { token, correlationId }))
  }

  return defineTool({
    name: 'search_hotels_member_rates',
    title: 'Search hotels with member rates',
    description:
      'Use this when the person asks for member rates, discounts or their own prices: lists the hotels of a city ' +
      'with the standard rate, the lower rate that members pay and what they save per night. Takes no dates. The ' +
      'person signs in to MyHotels for it.',
    inputSchema: searchInput,
    outputSchema: searchOutput,
    annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false, idempotentHint: true },
    access: { kind: 'protected', scope: scopes.scope },
    invocation: { invoking: 'Searching member rates', invoked: 'Found member rates' },
    visibility: ['model', 'app'],
    async answer({ input: { city }, caller, correlationId, trace }) {
      if (caller === undefined) throw new Error('A protected tool was called without a caller')
      const time: Time = (hop, work) => trace.time(hop, work)
      const { permit, read } = await releaseAfterPermit(
        time('decision', () =>
          decide({
            resource: 'search_hotels_member_rates',
            parameters: { city },
            bearerToken: caller.token.value,
            correlationId,
          }),
        ),
        readRates(city, caller, correlationId, time),
      ).catch((error) => {
        throw asUnknownCity(error, city)
      })
      const found = readCityHotels(read)
      const memberName = caller.displayName
      return {
        permit,
        structuredContent: { ...found, memberRates: true, ...(memberName ? { memberName } : {}) },
        text: describeHotels(found, memberName, true),
      }
    },
  })
}

type Time = <T>(hop: string, work: () => Promise<T>) => Promise<T>
