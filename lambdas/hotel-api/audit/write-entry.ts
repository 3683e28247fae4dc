// Entries are written together with what they prove, in one transaction: neither is there without the other.
import type { Outcome } from '../../booking/life-cycle.ts'
import type { IntentRecord } from '../booking/life-cycle.ts'
import { presentQuote } from '../quoting/quote.ts'
import { ifAbsent } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'
import type { ConditionalPut } from '../storage/write-together.ts'
import { nextEntry, pseudonymOf } from './chain.ts'
import { bookingChain, type Entry, type EntryFacts } from './entry.ts'
import type { Head } from './head.ts'
import { keptUntil } from './trail.ts'

type Of<Event extends Entry['event']> = Extract<Entry, { event: Event }>

/** What a record of the given status does not tell itself: who decided, how it was approved, what ended it. */
export type Reasons<Status extends IntentRecord['status']> = {
  correlationId: string
} & (Status extends 'pending'
  ? Pick<Of<'requested'>, 'actors' | 'decision'>
  : Status extends 'confirmed'
    ? Pick<Of<'confirmed'>, 'actors' | 'decision' | 'approval'>
    : Pick<Of<Outcome>, 'endedBy' | 'decision'>)

/**
 * A booking in its new state with its chain one entry longer, and the put of that entry.
 *
 * @example
 * const { record, entry } = await withEntry(storage, confirmed(intent, …), { actors, decision, correlationId })
 * await writeTogether(storage, [{ item: record, condition }, entry])
 */
export async function withEntry<Intent extends IntentRecord>(
  storage: Storage,
  intent: Intent,
  reasons: Reasons<Intent['status']>,
): Promise<{ record: Intent & { trail: Head }; entry: ConditionalPut }> {
  const { trail } = storage
  const key = await trail.key()
  const { item, head } = nextEntry(
    key,
    {
      chain: bookingChain(intent.transactionId),
      head: intent.trail,
      keptUntil: keptUntil(trail, Date.parse(`${intent.quote.endDate}T00:00:00Z`)),
    },
    {
      transactionId: intent.transactionId,
      subject: pseudonymOf(key, intent.owner),
      ...factsOf(intent),
      ...reasons,
    } as EntryFacts,
  )
  return { record: { ...intent, trail: head }, entry: { item, condition: ifAbsent, table: trail.table } }
}

function factsOf(intent: IntentRecord) {
  const quote = presentQuote(intent.quote)
  switch (intent.status) {
    case 'pending':
      return {
        event: 'requested',
        at: moment(intent.createdAt),
        quote,
        expiresAt: moment(intent.expiresAt),
      }
    case 'confirmed':
      return {
        event: 'confirmed',
        at: moment(intent.confirmedAt),
        quote,
        confirmationCode: intent.confirmationCode,
      }
    default:
      return { event: intent.status, at: moment(intent.closedAt) }
  }
}

export const moment = (milliseconds: number): string => new Date(milliseconds).toISOString()
