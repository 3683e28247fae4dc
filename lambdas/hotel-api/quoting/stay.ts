// The checks on a stay before it is priced.
import type { Check } from '../authority/check.ts'
import { DateTooFarError, PastDateError } from '../errors/booking-errors.ts'
import { addDays } from './stay-dates.ts'

/** Calendar days; `today` is the day that it is at the hotel. */
export type Stay = { startDate: string; today: string }

const furthestDays = 5 * 365

// ISO dates of four-digit years sort as text.
export const startsInFuture: Check<Stay> = ({ startDate, today }) =>
  startDate < today ? new PastDateError(today) : undefined

export const startsSoonEnough: Check<Stay> = ({ startDate, today }) =>
  startDate > addDays(today, furthestDays) ? new DateTooFarError() : undefined
