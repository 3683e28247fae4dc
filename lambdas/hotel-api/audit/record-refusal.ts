import type { Verdict } from '../../decision/permit.ts'
import { StorageUnavailableError } from '../errors/request-errors.ts'
import { presentQuote, type QuoteTerms } from '../quoting/quote.ts'
import { getItem } from '../storage/get-item.ts'
import { ifAbsent } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'
import { writeTogether } from '../storage/write-together.ts'
import { nextEntry, pseudonymOf } from './chain.ts'
import { describeDecision } from './describe-decision.ts'
import { type Entry, refusalChain } from './entry.ts'
import { headSchema } from './head.ts'
import { keptUntil } from './trail.ts'
import { moment } from './write-entry.ts'

export type Refusal = {
  transactionId: string
  person: string
  actors: Extract<Entry, { event: 'refused' }>['actors']
  quote: QuoteTerms
  verdict: Verdict
  at: number
  correlationId: string
}

/**
 * Records that policy refused a booking, of which nothing else is left. What refused the same transaction before is in
 * the same chain, whose head lies in the booking table.
 *
 * @throws {StorageUnavailableError} when it could not be recorded
 */
export async function recordRefusal(storage: Storage, refusal: Refusal): Promise<void> {
  const { trail } = storage
  const { transactionId, person, actors, quote, verdict, at, correlationId } = refusal
  const chain = refusalChain(transactionId)
  const key = await trail.key()
  const known = await getItem(storage, chain)
  const before = known === undefined ? undefined : headSchema.parse(known.trail)
  const { item, head } = nextEntry(
    key,
    { chain, head: before, keptUntil: keptUntil(trail, at) },
    {
      event: 'refused',
      at: moment(at),
      transactionId,
      subject: pseudonymOf(key, person),
      actors,
      quote: presentQuote(quote),
      decision: describeDecision(verdict),
      correlationId,
    },
  )
  const result = await writeTogether(storage, [
    {
      item: { id: chain, kind: 'refusals', trail: head, ttl: head.keptUntil },
      condition:
        before === undefined
          ? ifAbsent
          : {
              expression: 'trail.#sequence = :sequence',
              names: { '#sequence': 'sequence' },
              values: { ':sequence': before.sequence },
            },
    },
    { item, condition: ifAbsent, table: trail.table },
  ])
  // Another refusal of the same transaction came first. The caller may repeat, and is refused then.
  if (!result.stored) throw new StorageUnavailableError(new Error('another refusal was being recorded'))
}
