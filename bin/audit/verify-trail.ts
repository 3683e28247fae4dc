import { approved } from './checks/approved.ts'
import { permitted } from './checks/permitted.ts'
import { tellsTheEnd } from './checks/tells-the-end.ts'
import { unbroken } from './checks/unbroken.ts'
import { type Chain, type Check, chainsOf, type Evidence } from './evidence.ts'

const checks: readonly Check[] = [unbroken, tellsTheEnd, permitted, approved]

/**
 * Verifies every booking and every chain.
 *
 * @returns how many of each there are, and a sentence for each fault
 */
export function verifyTrail(evidence: Evidence): { confirmed: number; chains: number; faults: string[] } {
  const chains = chainsOf(evidence)
  return {
    confirmed: evidence.bookings.filter(({ status }) => status === 'confirmed').length,
    chains: chains.length,
    faults: [
      ...chains.flatMap((chain) => checks.flatMap((check) => [...check(chain)])),
      ...usedTwice(chains),
    ],
  }
}

/** One approval confirms one booking. */
function usedTwice(chains: readonly Chain[]): string[] {
  const uses = chains.flatMap(({ id, entries }) =>
    entries.flatMap((entry) =>
      entry?.event === 'confirmed' && entry.approval !== undefined
        ? [{ id, tokenHash: entry.approval.tokenHash }]
        : [],
    ),
  )
  return [...Map.groupBy(uses, ({ tokenHash }) => tokenHash).values()]
    .filter((same) => same.length > 1)
    .map((same) => `${same.map(({ id }) => id).join(' and ')}: confirmed with the same approval`)
}
