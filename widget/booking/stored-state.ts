// What the widget stores at the host, so that it goes on where it was when it is mounted again.
import { isDay } from '../format/calendar.ts'
import { type BookingStatus, bookingStatuses } from '../model/booking.ts'
import { type Fields, fields, number, oneOf, text } from '../model/read-value.ts'
import { mostNights } from './booking-request.ts'

/** Everything that prepare_booking is called with. */
export type SentBooking = {
  hotelId: string
  startDate: string
  nights: number
  requestId: string
  /** The booking that the person has and wants another room beside. */
  additionalRoomTo?: string
}

export type StoredState =
  | { screen: 'hotels' }
  | { screen: 'booking'; transactionId: string; status: BookingStatus }
  /** Being filled in. */
  | ({ screen: 'form' } & SentBooking)
  /** Sent, and not answered yet. */
  | ({ screen: 'sent' } & SentBooking)

export const storedFields = (state: StoredState): Fields => ({ version: 1, ...state })

/** Reads a stored state; undefined when it is none. Whoever can write to it can at most open a form. */
export function readStoredState(value: unknown): StoredState | undefined {
  const state = fields(value)
  if (state.version !== 1) return undefined
  const transactionId = text(state.transactionId, 100)
  const status = oneOf(state.status, bookingStatuses)
  if (transactionId !== undefined && status !== undefined) return { screen: 'booking', transactionId, status }
  const screen = oneOf(state.screen, ['form', 'sent'])
  const hotelId = text(state.hotelId, 100)
  const requestId = text(state.requestId, 64)
  const nights = number(state.nights, 1, mostNights)
  if (screen === undefined || hotelId === undefined || requestId === undefined || nights === undefined) {
    return undefined
  }
  if (typeof state.startDate !== 'string' || !isDay(state.startDate)) return undefined
  return { screen, hotelId, requestId, nights, startDate: state.startDate }
}
