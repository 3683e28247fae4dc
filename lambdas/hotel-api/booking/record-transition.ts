import { type Reasons, withEntry } from '../audit/write-entry.ts'
import { StorageUnavailableError } from '../errors/request-errors.ts'
import { findPerson } from '../person/find-person.ts'
import { afterTransition, putPerson } from '../person/person.ts'
import type { Condition } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'
import { writeTogether } from '../storage/write-together.ts'
import {
  type ClosedIntent,
  type ConfirmedIntent,
  type IntentRecord,
  intentRecordSchema,
  type PendingIntent,
} from './life-cycle.ts'

/** How often a transition is begun while others change the record of its person. */
const maxAttempts = 10

/**
 * Writes one transition, what it means to its person, and the entry of the audit trail that tells it, if the intent is
 * still as it was read: same state, same version. A confirmation also needs the intent not to have expired.
 *
 * @returns what the table holds now: the result of this transition, or of the one that came first; `undefined` when
 * the record is gone
 */
export async function recordTransition<To extends ConfirmedIntent | ClosedIntent>(
  storage: Storage,
  from: PendingIntent,
  to: To,
  reasons: Reasons<To['status']>,
): Promise<IntentRecord | undefined> {
  const condition = unchanged(from, to)
  const { record, entry } = await withEntry(storage, to, reasons)
  const at = to.status === 'confirmed' ? to.confirmedAt : to.closedAt
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const person = await findPerson(storage, from.owner)
    const result = await writeTogether(storage, [
      { item: record, condition },
      entry,
      putPerson(person, afterTransition(person, to), at),
    ])
    if (result.stored) return record
    const broken = result.broken.find(({ id }) => id === to.id)
    if (broken !== undefined) {
      return broken.existing === undefined ? undefined : intentRecordSchema.parse(broken.existing)
    }
  }
  throw new StorageUnavailableError(new Error('others kept changing the record of the person'))
}

/** The intent is still as it was read, and a confirmation comes in time. */
export const unchanged = (from: PendingIntent, to: ConfirmedIntent | ClosedIntent): Condition => ({
  expression:
    to.status === 'confirmed'
      ? '#status = :status AND #version = :version AND expiresAt > :now'
      : '#status = :status AND #version = :version',
  names: { '#status': 'status', '#version': 'version' },
  values: {
    ':status': from.status,
    ':version': from.version,
    ...(to.status === 'confirmed' ? { ':now': to.confirmedAt } : {}),
  },
})
