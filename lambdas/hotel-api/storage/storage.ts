import type { Trail } from '../audit/trail.ts'
import type { DocumentClient } from '../dependencies.ts'
import { StorageUnavailableError } from '../errors/request-errors.ts'

/** The booking table: one partition key `id`, one item a record. */
export type BookingTable = { table: string; documents: () => Promise<DocumentClient> }

/** With the audit trail of what becomes of bookings. */
export type Storage = BookingTable & { trail: Trail }

const overload = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'LimitExceededException',
  // A transaction held the item, or this one is still running.
  'TransactionConflictException',
  'TransactionInProgressException',
])

/** Runs one operation. What is not the request's fault is an outage, which the caller may repeat. */
export async function withStorage<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (cause) {
    const { name, $fault } = cause as { name?: string; $fault?: string }
    if ($fault === 'client' && !overload.has(name ?? '')) throw cause
    throw new StorageUnavailableError(cause)
  }
}
