import type { Check } from '../../authority/check.ts'
import { UnknownBookingError } from '../../errors/booking-errors.ts'
import type { IntentRecord } from '../life-cycle.ts'

/** Someone else's booking is answered as one that does not exist. */
export const ownedBy =
  (person: string): Check<IntentRecord> =>
  (intent) =>
    intent.owner === person ? undefined : new UnknownBookingError('owner')
