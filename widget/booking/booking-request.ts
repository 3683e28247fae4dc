import { isDay } from '../format/calendar.ts'

export const mostNights = 30

export type BookingRequest = { startDate: string; nights: number }

export type BookingErrors = { startDate?: string; nights?: string }

/** The day that it is at the hotel, as YYYY-MM-DD and as people read it: "Mon, 23 Nov 2026 in Milan". */
export type HotelDay = { day: string; words: string }

/** What is wrong with the two fields, in words that say what to do; no entry for a field that is right. */
export function checkBookingRequest(startDate: string, nights: string, today: HotelDay): BookingErrors {
  const errors: BookingErrors = {}
  if (startDate === '') errors.startDate = 'Choose the day you arrive.'
  else if (!isDay(startDate)) errors.startDate = 'This day does not exist. Choose another.'
  else if (startDate < today.day)
    errors.startDate = `This day has passed: it is ${today.words}. Choose that day or a later one.`
  const count = /^\d{1,4}$/.test(nights.trim()) ? Number(nights) : Number.NaN
  if (Number.isNaN(count)) errors.nights = 'Write the number of nights, for example 2.'
  else if (count < 1) errors.nights = 'Stay at least 1 night.'
  else if (count > mostNights)
    errors.nights = `Stay at most ${mostNights} nights. Book a longer stay in two parts.`
  return errors
}

/** A key that makes a repeated request the same request. */
export function newRequestId(random: Pick<Crypto, 'getRandomValues'> = crypto): string {
  const bytes = random.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
