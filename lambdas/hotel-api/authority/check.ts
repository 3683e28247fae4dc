import type { MyHotelsError } from '../../errors/my-hotels-error.ts'

/** One rule: the refusal when the facts break it, nothing when they keep it. */
export type Check<Facts> = (facts: Facts) => MyHotelsError | undefined

/** The refusal of the first check that is not kept. The order of the list is the order of the questions. */
export function firstRefusal<Facts>(
  checks: readonly Check<Facts>[],
  facts: Facts,
): MyHotelsError | undefined {
  for (const check of checks) {
    const refusal = check(facts)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** @throws {HotelApiError} the refusal of the first check that is not kept */
export function requireAll<Facts>(checks: readonly Check<Facts>[], facts: Facts): void {
  const refusal = firstRefusal(checks, facts)
  if (refusal !== undefined) throw refusal
}
