import { hashOfEntry } from '../../../lambdas/hotel-api/audit/chain.ts'
import type { Check } from '../evidence.ts'

/** No entry was edited, taken away, put in or moved, and the last one is the one that the booking knows. */
export const unbroken: Check = function* ({ id, items, entries, head, booking, key }) {
  let before: string | null = null
  for (const [index, item] of items.entries()) {
    const sequence = index + 1
    const entry = entries[index]
    if (item.sequence !== sequence) {
      yield `${id}: entry ${sequence} is missing`
      return
    }
    if (hashOfEntry(key, item.entry) !== item.hash) {
      yield `${id}: entry ${sequence} was edited, its hash is not that of its text`
    } else if (entry === undefined) yield `${id}: entry ${sequence} is not an entry`
    else if (entry.chain !== id || entry.sequence !== sequence) {
      yield `${id}: entry ${sequence} belongs elsewhere, it is entry ${entry.sequence} of ${entry.chain}`
    } else if (entry.previous !== before) yield `${id}: entry ${sequence} does not follow the one before it`
    if (entry !== undefined && entry.keptUntil !== item.ttl)
      yield `${id}: entry ${sequence} would be forgotten at another time than it says`
    before = item.hash
  }
  const last = items.at(-1)
  if (last === undefined)
    yield `${id}: the ${booking ? `${booking.status} booking` : 'refusal'} has no audit trail`
  else if (head !== undefined && head.sequence !== items.length)
    yield `${id}: the record knows ${head.sequence} entries, there are ${items.length}`
  else if (head !== undefined && head.hash !== last.hash)
    yield `${id}: the last entry is another than the record knows`
  else if (booking !== undefined && head === undefined)
    yield `${id}: the booking does not know its audit trail`
}
