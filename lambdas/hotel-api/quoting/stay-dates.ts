const day = 24 * 60 * 60 * 1000

/** Making one takes longer than the rest of a quote. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day, YYYY-MM-DD, that it is in a time zone. */
export function dayIn(timeZone: string, now: number): string {
  const known = formats.get(timeZone)
  const format =
    known ??
    new Intl.DateTimeFormat('en', {
      ...{ timeZone, calendar: 'iso8601', numberingSystem: 'latn' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    })
  if (known === undefined) formats.set(timeZone, format)
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]))
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`
}

/** Calendar days have no time zone: they are added up in UTC, where every day is as long as the next. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10)
}
