// What prepare_booking and finalize_booking answer.
import { fields, number, oneOf, text } from './read-value.ts'
import { currency } from './search-result.ts'

export const bookingStatuses = ['confirmed', 'pending', 'denied', 'expired', 'cancelled', 'refused'] as const
export type BookingStatus = (typeof bookingStatuses)[number]

export type Booking = {
  transactionId: string
  status: BookingStatus
  hotelId: string | undefined
  hotelName: string
  city: string | undefined
  /** Calendar days, YYYY-MM-DD. */
  startDate: string | undefined
  endDate: string | undefined
  nights: number | undefined
  nightlyRate: number | undefined
  totalPrice: number | undefined
  currency: string
  confirmationCode: string | undefined
  /** The characters that the phone shows too. */
  bindingMessage: string | undefined
  /** Milliseconds since 1970. */
  approvalExpiresAt: number | undefined
  /** Seconds, at least 1. */
  pollAfterSeconds: number
  message: string | undefined
}

const calendarDay = /^\d{4}-\d{2}-\d{2}$/
const day = (value: unknown) => (typeof value === 'string' && calendarDay.test(value) ? value : undefined)

/** A point in time from ISO 8601 or from epoch seconds or milliseconds. */
function instant(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const parsed = Date.parse(value)
    return Number.isNaN(parsed) ? undefined : parsed
  }
  const count = number(value, 0, 8_640_000_000_000_000)
  if (count === undefined) return undefined
  return count < 100_000_000_000 ? count * 1000 : count
}

/** Whether nothing more will happen to a booking. */
export const isFinal = (status: BookingStatus): boolean => status !== 'pending'

/** Reads a booking's structured content; undefined when it is something else. */
export function readBooking(structuredContent: unknown): Booking | undefined {
  const booking = fields(fields(structuredContent).booking)
  const status = oneOf(booking.status, bookingStatuses)
  const transactionId = text(booking.transactionId, 100)
  if (status === undefined) return undefined
  // Only a booking that can be asked about again may be pending.
  if (transactionId === undefined && status === 'pending') return undefined
  return {
    transactionId: transactionId ?? '',
    status,
    hotelId: text(booking.hotelId, 100),
    hotelName: text(booking.hotelName, 120) ?? 'Your hotel',
    city: text(booking.city, 80),
    startDate: day(booking.startDate),
    endDate: day(booking.endDate),
    nights: number(booking.nights, 1, 366),
    nightlyRate: number(booking.nightlyRate, 0, 1_000_000),
    totalPrice: number(booking.totalPrice, 0, 100_000_000),
    currency: currency(booking.currency),
    confirmationCode: text(booking.confirmationCode, 40),
    bindingMessage: text(booking.bindingMessage, 40),
    approvalExpiresAt: instant(booking.approvalExpiresAt),
    pollAfterSeconds: Math.min(30, Math.max(1, number(booking.pollAfterSeconds, 0, 3600) ?? 3)),
    message: text(booking.message, 600),
  }
}

/** The booking as the news say, with what they leave out of the stay: text alone says less than structured content. */
export const continued = (known: Booking, news: Booking): Booking => ({
  ...news,
  transactionId: known.transactionId,
  hotelId: news.hotelId ?? known.hotelId,
  hotelName: news.hotelId === undefined ? known.hotelName : news.hotelName,
  city: news.city ?? known.city,
  startDate: news.startDate ?? known.startDate,
  endDate: news.endDate ?? known.endDate,
  nights: news.nights ?? known.nights,
  nightlyRate: news.nightlyRate ?? known.nightlyRate,
  totalPrice: news.totalPrice ?? known.totalPrice,
})
