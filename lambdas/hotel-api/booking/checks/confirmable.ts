import type { Check } from '../../authority/check.ts'
import { BookingClosedError, BookingExpiredError } from '../../errors/booking-errors.ts'
import type { IntentRecord } from '../life-cycle.ts'

/** The intent did not end without a confirmation. Takes the intent as of now. */
export const notClosed: Check<IntentRecord> = (intent) => {
  if (intent.status === 'expired') return new BookingExpiredError()
  if (intent.status === 'denied' || intent.status === 'cancelled')
    return new BookingClosedError(intent.status)
  return undefined
}
