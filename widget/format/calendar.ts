// Calendar days are text (YYYY-MM-DD) and never pass through a time zone.

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/
const dayLength = 86_400_000

/** Milliseconds at UTC midnight of a day that exists. */
function atMidnight(day: string): number | undefined {
  const match = pattern.exec(day)
  if (match === null) return undefined
  const time = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
  return new Date(time).toISOString().slice(0, 10) === day ? time : undefined
}

/** Whether the text is a day that exists. */
export const isDay = (day: string): boolean => atMidnight(day) !== undefined

/** The day `count` days later. */
export function addDays(day: string, count: number): string {
  const time = atMidnight(day)
  if (time === undefined) return day
  return new Date(time + count * dayLength).toISOString().slice(0, 10)
}

/**
 * The day in a time zone, YYYY-MM-DD. A zone that is not known is taken for the reader's.
 *
 * @param timeZone IANA, for example the hotel's
 */
export function dayIn(timeZone: string | undefined, now: number): string {
  const options = {
    calendar: 'iso8601',
    numberingSystem: 'latn',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  } as const
  const parts = (zone?: string) =>
    new Intl.DateTimeFormat('en', { ...options, timeZone: zone }).formatToParts(now)
  let found: Intl.DateTimeFormatPart[]
  try {
    found = parts(timeZone)
  } catch {
    found = parts()
  }
  const part = (type: string) => found.find((one) => one.type === type)?.value ?? ''
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`
}

/** For example "Fri, 4 Dec 2026", in the reader's own notation. */
export function dayLabel(day: string, locale: string | undefined): string {
  const time = atMidnight(day)
  if (time === undefined) return day
  const options: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }
  try {
    return new Intl.DateTimeFormat(locale, options).format(time)
  } catch {
    return new Intl.DateTimeFormat('en', options).format(time)
  }
}

/** Minutes and seconds left, as "4:05"; never below zero. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
