import { isDeepStrictEqual } from 'node:util'
import { pseudonymOf } from '../../../lambdas/hotel-api/audit/chain.ts'
import { refusalChain } from '../../../lambdas/hotel-api/audit/entry.ts'
import { historyDays } from '../../../lambdas/hotel-api/booking/life-cycle.ts'
import { presentQuote } from '../../../lambdas/hotel-api/quoting/quote.ts'
import type { Check } from '../evidence.ts'

const history = historyDays * 24 * 60 * 60 * 1000

/** The chain tells the same as the booking: whose it is, what is booked, and what came of it. */
export const tellsTheEnd: Check = function* ({ id, entries, booking, head, key, now }) {
  const [first] = entries
  const last = entries.at(-1)
  if (first === undefined || last === undefined || id === refusalChain(last.transactionId)) {
    if (last !== undefined && head === undefined) yield `${id}: nothing knows of these refusals`
    return
  }
  if (booking === undefined) {
    if (last.event === 'requested') yield `${id}: the trail has no end, and the booking is gone`
    else if (Date.parse(last.at) + history > now) yield `${id}: the booking is gone before its time`
    return
  }
  const status = last.event === 'requested' ? 'pending' : last.event
  if (status !== booking.status)
    yield `${id}: the booking is ${booking.status}, its trail ends with ${last.event}`
  const person = pseudonymOf(key, booking.owner)
  if (entries.some((entry) => entry?.subject !== person)) yield `${id}: the trail is about another person`
  const quote = presentQuote(booking.quote)
  if (
    entries.some((entry) => entry !== undefined && 'quote' in entry && !isDeepStrictEqual(entry.quote, quote))
  )
    yield `${id}: the trail is about other terms than those booked`
  if (
    booking.status === 'confirmed' &&
    last.event === 'confirmed' &&
    last.confirmationCode !== booking.confirmationCode
  )
    yield `${id}: the confirmation code is another than in the trail`
}
