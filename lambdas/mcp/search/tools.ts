import type { Services } from '../services.ts'
import type { Tool } from '../tool.ts'
import { createSearchHotels } from './search-hotels.ts'
import { createSearchHotelsMemberRates } from './search-hotels-member-rates.ts'

/** @param scopes the MCP scope that a caller needs, and the hotel API scope that it is exchanged for */
export function createSearchTools(
  services: Services,
  scopes: { memberRates: { scope: string; apiScope: string } },
): Tool[] {
  return [createSearchHotels(services), createSearchHotelsMemberRates(services, scopes.memberRates)]
}
