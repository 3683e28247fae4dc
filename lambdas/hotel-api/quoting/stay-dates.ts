const day = 24 * 60 * 60 * 1000

/** The calendar day, YYYY-MM-DD, that it is in a time zone. */
export function dayIn(timeZone: string, now: number): string {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now)
}

/** Calendar days have no time zone: they are added up in UTC, where every day is as long as the next. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10)
}
