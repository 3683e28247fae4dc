import type { Decision, Entry } from '../../../lambdas/hotel-api/audit/entry.ts'
import type { Check } from '../evidence.ts'

/** Policy permitted the creation, and the confirmation that came later, of exactly this quote. */
export const permitted: Check = function* ({ id, entries, booking }) {
  const [first] = entries
  const last = entries.at(-1)
  if (booking !== undefined && first === undefined) {
    if (booking.status === 'confirmed') yield `${id}: confirmed without a decision`
    return
  }
  if (first === undefined || first.event === 'refused') return
  if (first.event !== 'requested' && first.event !== 'confirmed') {
    yield `${id}: the trail does not begin with a decision`
    return
  }
  yield* faultsOf(first, 'create_booking')
  if (last !== first && last?.event === 'confirmed') yield* faultsOf(last, 'confirm_booking')

  function* faultsOf(
    { decision, quote, sequence }: Extract<Entry, { decision: Decision; quote: unknown }>,
    operation: string,
  ) {
    const { effect, judged } = decision
    if (effect !== 'PERMIT') yield `${id}: entry ${sequence} goes on although policy said ${effect}`
    if (judged.operation !== operation)
      yield `${id}: entry ${sequence} rests on a decision about ${judged.operation}`
    const different = judgedTerms.filter((term) => judged.parameters[term] !== quote[term])
    if (different.length > 0)
      yield `${id}: entry ${sequence} rests on a decision about another ${different.join(', ')}`
  }
}

const judgedTerms = [
  'quoteId',
  'hotelId',
  'startDate',
  'nights',
  'nightlyRate',
  'totalPrice',
  'currency',
] as const
