import { findIntent } from '../booking/find-intent.ts'
import { settleExpiry } from '../booking/settle-expiry.ts'
import type { Storage } from '../storage/storage.ts'
import { findPerson } from './find-person.ts'
import type { Person } from './person.ts'

/**
 * A person as they are now. What has expired is written as expired before it counts for nothing: its confirmation may
 * still be on its way, and then it counts.
 */
export async function loadPerson(
  storage: Storage,
  owner: string,
  now: number,
  correlationId: string,
): Promise<Person> {
  const person = await findPerson(storage, owner)
  const due = person.stays.filter(({ status, expiresAt }) => status === 'pending' && expiresAt <= now)
  if (due.length === 0) return person
  for (const { transactionId } of due) {
    const intent = await findIntent(storage, transactionId)
    if (intent !== undefined) await settleExpiry(storage, intent, now, correlationId)
  }
  const settled = await findPerson(storage, owner)
  // What the table has forgotten is no booking any more.
  return {
    ...settled,
    stays: settled.stays.filter(({ status, expiresAt }) => status === 'confirmed' || expiresAt > now),
  }
}
