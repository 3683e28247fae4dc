/** A token bucket: `burst` at once, refilled at `rate` a second. Without a rate everything passes. */
export function createThrottle(
  settings: { rate: number; burst: number } | undefined,
  clock: () => number,
): () => boolean {
  if (settings === undefined) return () => true
  const { rate, burst } = settings
  let tokens = burst
  let at = clock()
  return () => {
    const now = clock()
    tokens = Math.min(burst, tokens + ((now - at) / 1000) * rate)
    at = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
