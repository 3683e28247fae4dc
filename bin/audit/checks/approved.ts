import type { Check } from '../evidence.ts'

/** Clocks of PingOne and AWS may differ by this much. */
const tolerance = 60_000

/** Where an approval was needed, the person gave it, in time, authenticated, for exactly these terms. */
export const approved: Check = function* ({ id, entries, booking }) {
  const confirmed = entries.findLast((entry) => entry?.event === 'confirmed')
  if (confirmed?.event !== 'confirmed') return
  const requested = entries.find((entry) => entry?.event === 'requested')
  const asked = confirmed.decision.statements.some(({ code }) => code === 'USER-AZ-REQUIRED')
  const isNeeded = requested !== undefined || asked || booking?.approval === 'required'
  const { approval, quote } = confirmed
  if (approval === undefined) {
    if (isNeeded) yield `${id}: confirmed without the approval that it needed`
    return
  }
  const { displayed } = approval
  const expected = {
    transaction_id: confirmed.transactionId,
    hotel_id: quote.hotelId,
    hotel_name: quote.hotelName,
    city: quote.city,
    check_in: quote.startDate,
    check_out: quote.endDate,
    nights: String(quote.nights),
    amount: quote.totalPrice.toFixed(2),
    currency: quote.currency,
  }
  const different = Object.entries(expected).filter(
    ([name, value]) => displayed[name as keyof typeof displayed] !== value,
  )
  if (different.length > 0)
    yield `${id}: the person approved another ${different.map(([name]) => name).join(', ')}`
  if (approval.amr.length === 0) yield `${id}: approved without authentication`
  const begun = requested === undefined ? Number.NEGATIVE_INFINITY : Date.parse(requested.at)
  const ended = Date.parse(confirmed.at)
  if (begun > ended) yield `${id}: confirmed before it was requested`
  // A token says whole seconds.
  const issued = approval.issuedAt === undefined ? begun : Date.parse(approval.issuedAt)
  if (issued < begun - tolerance || issued > ended + tolerance)
    yield `${id}: the approval was not given between request and confirmation`
}
