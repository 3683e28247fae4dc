import { UnknownBookingError } from '../errors/booking-errors.ts'
import type { Storage } from '../storage/storage.ts'
import { findIntent } from './find-intent.ts'
import { transactionIdSchema } from './intent.ts'
import type { IntentRecord } from './life-cycle.ts'

/** The intent that a path names. @throws {UnknownBookingError} also when the text cannot be an id */
export async function loadIntent(storage: Storage, transactionId: string | undefined): Promise<IntentRecord> {
  const parsed = transactionIdSchema.safeParse(transactionId)
  if (!parsed.success) throw new UnknownBookingError('form')
  const intent = await findIntent(storage, parsed.data)
  if (intent === undefined) throw new UnknownBookingError('absent')
  return intent
}
