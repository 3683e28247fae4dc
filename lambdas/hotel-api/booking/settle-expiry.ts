import { UnknownBookingError } from '../errors/booking-errors.ts'
import type { Storage } from '../storage/storage.ts'
import { asOf, type IntentRecord } from './life-cycle.ts'
import { recordTransition } from './record-transition.ts'

/**
 * The intent as it is at a moment. That it has expired is written before anybody is told: a confirmation decided in time
 * may still be on its way to the table, and whoever believed the expiry may by then have booked again.
 *
 * @throws {UnknownBookingError} when the record is gone
 */
export async function settleExpiry(
  storage: Storage,
  intent: IntentRecord,
  now: number,
  correlationId: string,
): Promise<IntentRecord> {
  if (intent.status !== 'pending') return intent
  const due = asOf(intent, now)
  if (due.status !== 'expired') return intent
  const result = await recordTransition(storage, intent, due, { endedBy: 'time', correlationId })
  if (result === undefined) throw new UnknownBookingError('removed')
  return result
}
