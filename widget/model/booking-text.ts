// A booking from the sentences that the server says it in, for hosts that pass on nothing else.
import { type Booking, readBooking } from './booking.ts'

const sentence =
  /^(.+), ([^,]+), (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d) \((\d{1,3}) nights?\), ([\d.]{1,12}) ([A-Z]{3}): ([a-z]+)\. (.*)$/m
const transaction = /\btransactionId ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/i
const confirmation = /\bConfirmation code ([\w-]{1,40})/
const binding = /\bshows the code ([\w-]{1,40})/
const interval = /\bin (\d{1,3}) seconds/

/** Reads a text such as "Isola Nove, Milan, 2027-03-04 to 2027-03-05 (1 night), 149.00 EUR: confirmed. Booked." */
export function readBookingText(words: string): Booking | undefined {
  const match = sentence.exec(words)
  if (match === null) return undefined
  const [, hotelName, city, startDate, endDate, nights, totalPrice, currency, status, message] = match
  const seconds = interval.exec(words)?.[1]
  return readBooking({
    booking: {
      ...{ hotelName, city, startDate, endDate, currency, status, message },
      nights: Number(nights),
      totalPrice: Number(totalPrice),
      transactionId: transaction.exec(words)?.[1]?.toLowerCase(),
      confirmationCode: confirmation.exec(words)?.[1],
      bindingMessage: binding.exec(words)?.[1],
      ...(seconds === undefined ? {} : { pollAfterSeconds: Number(seconds) }),
    },
  })
}

/** The id of the booking that a text speaks of, wherever in the text it stands. */
export const transactionIn = (words: string): string | undefined =>
  transaction.exec(words)?.[1]?.toLowerCase()
