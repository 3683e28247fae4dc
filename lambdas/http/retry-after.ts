/**
 * The pause that a `Retry-After` header asks for, in milliseconds: seconds or a date (RFC 9110 section 10.2.3).
 * `undefined` when there is none that can be read.
 *
 * @param now milliseconds since the epoch; a date is counted from the answer's own `Date` where it has one, so that
 *   clocks that differ do not matter
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const until = parseDate(value)
  return until === undefined ? undefined : Math.max(0, until - (parseDate(headers.get('date') ?? '') ?? now))
}

/** RFC 9110 section 5.6.7 has three forms of a date, all of which begin with the day of the week. */
function parseDate(text: string): number | undefined {
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined
  // The oldest of the three says no zone; it is always UTC.
  const date = Date.parse(/\bGMT$/.test(text) ? text : `${text} GMT`)
  return Number.isNaN(date) ? undefined : date
}
