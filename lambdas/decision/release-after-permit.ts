import type { Permit } from './permit.ts'

/**
 * Waits for a decision and for a read that was started alongside it. Nothing of the read comes out before the
 * permit: a refused decision is thrown at once, whatever the read did.
 */
export async function releaseAfterPermit<T>(
  deciding: Promise<Permit>,
  reading: Promise<T>,
): Promise<{ permit: Permit; read: T }> {
  // A read that fails while the decision is pending must not count as unhandled.
  reading.catch(() => {})
  const permit = await deciding
  return { permit, read: await reading }
}
