// Refusals that concern cities, hotels, quotes and bookings.
import type { HeldStay } from '../person/person.ts'
import { HotelApiError } from './hotel-api-error.ts'

export class UnknownCityError extends HotelApiError {
  /** `suggestions` are those of the known cities that may have been meant. */
  constructor(knownCities: readonly string[], suggestions: readonly string[]) {
    const asked = suggestions.length === 0 ? '' : ` Did you mean ${suggestions.join(' or ')}?`
    super({
      name: 'UnknownCityError',
      code: 'unknown_city',
      status: 404,
      message: `There are no hotels in this city.${asked} Choose one of ${knownCities.join(', ')}.`,
      extensions: { knownCities, suggestions },
    })
  }
}

export class UnknownHotelError extends HotelApiError {
  constructor() {
    super({
      name: 'UnknownHotelError',
      code: 'unknown_hotel',
      status: 404,
      message: 'There is no hotel with this id. Search a city and use the id of one of its hotels.',
    })
  }
}

export class PastDateError extends HotelApiError {
  /** @param today the day that it is at the hotel, YYYY-MM-DD */
  constructor(today: string) {
    super({
      name: 'PastDateError',
      code: 'past_date',
      status: 422,
      message: `The first day is in the past: at the hotel it is ${today}. Choose that day or a later one.`,
    })
  }
}

export class InvalidDateError extends HotelApiError {
  constructor() {
    super({
      name: 'InvalidDateError',
      code: 'invalid_date',
      status: 422,
      message: 'There is no such day. Write the day of arrival as YYYY-MM-DD.',
    })
  }
}

export class DateTooFarError extends HotelApiError {
  constructor() {
    super({
      name: 'DateTooFarError',
      code: 'date_too_far',
      status: 422,
      message: 'Rooms are booked at most five years ahead. Choose an earlier day.',
    })
  }
}

export class InvalidNightsError extends HotelApiError {
  constructor() {
    super({
      name: 'InvalidNightsError',
      code: 'invalid_nights',
      status: 422,
      message: 'A stay has 1 to 30 nights. Choose a whole number in that range.',
    })
  }
}

export class UnknownQuoteError extends HotelApiError {
  constructor(detail: string) {
    super({
      name: 'UnknownQuoteError',
      code: 'unknown_quote',
      status: 404,
      message: 'There is no quote with this id for you. Ask for a new quote.',
      detail,
    })
  }
}

export class QuoteExpiredError extends HotelApiError {
  constructor() {
    super({
      name: 'QuoteExpiredError',
      code: 'quote_expired',
      status: 409,
      message: 'The quote has expired and its price is no longer held. Ask for a new quote.',
    })
  }
}

export class QuoteUsedError extends HotelApiError {
  constructor() {
    super({
      name: 'QuoteUsedError',
      code: 'quote_used',
      status: 409,
      message: 'A booking was already made from this quote. Look that booking up, or ask for a new quote.',
    })
  }
}

export class UnknownBookingError extends HotelApiError {
  constructor(detail: string) {
    super({
      name: 'UnknownBookingError',
      code: 'unknown_booking',
      status: 404,
      message: 'There is no booking of yours by these values. Check them, or make a new booking.',
      detail,
    })
  }
}

export class BookingExpiredError extends HotelApiError {
  constructor() {
    super({
      name: 'BookingExpiredError',
      code: 'booking_expired',
      status: 409,
      message: 'The booking was not confirmed in time and has expired. Start a new booking.',
    })
  }
}

export class BookingClosedError extends HotelApiError {
  constructor(outcome: string) {
    super({
      name: 'BookingClosedError',
      code: 'booking_closed',
      status: 409,
      message: `The booking was ${outcome} and cannot be confirmed. Start a new booking.`,
    })
  }
}

/** The person holds, or awaits, a stay at this hotel that overlaps the one that is asked for. */
export class StayOverlapsError extends HotelApiError {
  constructor(held: HeldStay) {
    const { transactionId, status, hotelId, hotelName, startDate, endDate, confirmationCode } = held
    const what = status === 'confirmed' ? `is booked (${confirmationCode})` : 'waits for your approval'
    super({
      name: 'StayOverlapsError',
      code: 'stay_overlaps',
      status: 409,
      message: `${hotelName} from ${startDate} to ${endDate} ${what} already, so nothing else was booked. Say whether you want another room as well${status === 'confirmed' ? '' : ', or this stay instead'}.`,
      extensions: {
        booking: { transactionId, status, hotelId, hotelName, startDate, endDate, confirmationCode },
      },
    })
  }
}

export class AlreadyConfirmedError extends HotelApiError {
  constructor() {
    super({
      name: 'AlreadyConfirmedError',
      code: 'already_confirmed',
      status: 409,
      message: 'The booking is confirmed and can no longer be closed.',
    })
  }
}
