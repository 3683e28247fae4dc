import type { Clock } from '../../../lambdas/clock.ts'
import { requestLimited } from './api-error.ts'

/**
 * At most so many calls in the minute that starts with the first of them.
 *
 * @returns a function that throws ApiError 429 with `Retry-After` when there are more; undefined means no limit
 */
export function createRateLimit(
  clock: Clock,
  perMinute: number | undefined,
  message = 'The request rate limit was exceeded.',
): () => void {
  let start = Number.NEGATIVE_INFINITY
  let count = 0
  return () => {
    if (perMinute === undefined) return
    const now = clock()
    if (now - start >= 60_000) {
      start = now
      count = 0
    }
    count += 1
    if (count > perMinute) throw requestLimited(Math.ceil((start + 60_000 - now) / 1000), message)
  }
}
