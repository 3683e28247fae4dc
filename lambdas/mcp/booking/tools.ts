// The two tools that book.
import type { HotelApi } from '../hotel-api/call-hotel-api.ts'
import type { Tool } from '../tool.ts'
import type { BookingDependencies } from './booking-dependencies.ts'
import { createBookingIntents } from './booking-intents.ts'
import { createFinalizeBooking } from './finalize-booking.ts'
import { createPrepareBooking } from './prepare-booking.ts'

/**
 * @example
 * createBookingTools({ ...services, clock, scopes, approvals: composeApprovals(settings, { ...services, clients, logger }) })
 */
export function createBookingTools(
  dependencies: Omit<BookingDependencies, 'intents'> & { hotelApi: HotelApi },
): Tool[] {
  const { hotelApi, ...others } = dependencies
  const booking = { ...others, intents: createBookingIntents(hotelApi) }
  return [createPrepareBooking(booking), createFinalizeBooking(booking)]
}
