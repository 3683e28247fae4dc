import { createHmac } from 'node:crypto'
import type { Entry, EntryFacts, EntryItem } from './entry.ts'
import type { Head } from './head.ts'

/**
 * The hash that chains an entry. It is made with the stage's key: whoever can write to the tables, and nothing else,
 * cannot make one.
 */
export const hashOfEntry = (key: string, entry: string): string =>
  createHmac('sha256', key).update('entry\n').update(entry).digest('hex')

/**
 * What stands for a person in the trail: the same for all their bookings of a stage, and nobody's name. Without the key
 * it is not found by trying the ids of all users.
 */
export const pseudonymOf = (key: string, person: string): string =>
  createHmac('sha256', key).update('person\n').update(person).digest('hex')

/** The entry that follows `head` in a chain, and the head that it makes. */
export function nextEntry(
  key: string,
  { chain, head, keptUntil }: { chain: string; head: Head | undefined; keptUntil: number },
  facts: EntryFacts,
): { item: EntryItem; head: Head } {
  const sequence = (head?.sequence ?? 0) + 1
  const place = { chain, sequence, previous: head?.hash ?? null, keptUntil: head?.keptUntil ?? keptUntil }
  const entry = { ...place, ...facts } as Entry
  const text = JSON.stringify(entry)
  const hash = hashOfEntry(key, text)
  return {
    item: {
      id: chain,
      sequence,
      entry: text,
      hash,
      ...(entry.event === 'confirmed' ? { confirmationCode: entry.confirmationCode } : {}),
      ttl: entry.keptUntil,
    },
    head: { sequence, hash, keptUntil: entry.keptUntil },
  }
}
