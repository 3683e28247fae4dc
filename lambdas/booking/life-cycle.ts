// The life cycle of a booking, the one place that spells it:
//
//   pending → confirmed | denied | expired | cancelled
//
// Every state but `pending` is final. The hotel API owns bookings and writes the transitions; the MCP domain reads the
// states and asks for two of the transitions. Both speak of them in these words.

/** How a booking ends without being confirmed. */
export const outcomes = ['denied', 'expired', 'cancelled'] as const
export type Outcome = (typeof outcomes)[number]

export const finalStatuses = ['confirmed', ...outcomes] as const
export type FinalStatus = (typeof finalStatuses)[number]

export const bookingStatuses = ['pending', ...finalStatuses] as const
export type BookingStatus = (typeof bookingStatuses)[number]

/** Which states can follow which. */
export const successors = {
  pending: finalStatuses,
  confirmed: [],
  denied: [],
  expired: [],
  cancelled: [],
} as const satisfies Record<BookingStatus, readonly BookingStatus[]>
