// What is verified: the records of bookings, and the entries of the audit trail, one chain at a time.
import { bookingChain, type Entry, type EntryItem, entrySchema } from '../../lambdas/hotel-api/audit/entry.ts'
import type { Head } from '../../lambdas/hotel-api/audit/head.ts'
import type { IntentRecord } from '../../lambdas/hotel-api/booking/life-cycle.ts'

export type Evidence = {
  bookings: readonly IntentRecord[]
  /** Of refused bookings: the name of each chain and its head. */
  refusals: readonly { id: string; trail: Head }[]
  items: readonly EntryItem[]
  key: string
  /** Milliseconds since the epoch. */
  now: number
}

/** One chain, with what it is about. */
export type Chain = {
  id: string
  items: readonly EntryItem[]
  /** The entries of the items, as far as they can be read. */
  entries: readonly (Entry | undefined)[]
  booking: IntentRecord | undefined
  head: Head | undefined
  key: string
  now: number
}

/** One question about a chain: a sentence for each fault. */
export type Check = (chain: Chain) => Iterable<string>

/** Every chain that is there, and every one that should be. */
export function chainsOf({ bookings, refusals, items, key, now }: Evidence): Chain[] {
  const byChain = Map.groupBy(items, ({ id }) => id)
  const booked = new Map(bookings.map((booking) => [bookingChain(booking.transactionId), booking] as const))
  const refused = new Map(refusals.map(({ id, trail }) => [id, trail] as const))
  const ids = new Set([...booked.keys(), ...refused.keys(), ...byChain.keys()])
  return [...ids].sort().map((id) => {
    const own = (byChain.get(id) ?? []).toSorted((a, b) => a.sequence - b.sequence)
    const booking = booked.get(id)
    return {
      id,
      items: own,
      entries: own.map(({ entry }) => readEntry(entry)),
      booking,
      head: booking?.trail ?? refused.get(id),
      key,
      now,
    }
  })
}

export function readEntry(text: string): Entry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
