import { putItem } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'
import {
  type ClosedIntent,
  type ConfirmedIntent,
  type IntentRecord,
  intentRecordSchema,
  type PendingIntent,
} from './life-cycle.ts'

/**
 * Writes one transition, if the intent is still as it was read: same state, same version. A confirmation also needs
 * the intent not to have expired.
 *
 * @returns what the table holds now: the result of this transition, or of the one that came first; `undefined` when
 * the record is gone
 */
export async function recordTransition(
  storage: Storage,
  from: PendingIntent,
  to: ConfirmedIntent | ClosedIntent,
): Promise<IntentRecord | undefined> {
  const result = await putItem(storage, to, {
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
  if (result.stored) return to
  return result.existing === undefined ? undefined : intentRecordSchema.parse(result.existing)
}
