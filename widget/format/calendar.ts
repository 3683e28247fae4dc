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

/** Today where the reader is. */
export function today(now: Date, timeZone?: string): string {
  const parts = (zone?: string) =>
    new Intl.DateTimeFormat('en-CA', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      timeZone: zone,
    }).format(now)
  try {
    return parts(timeZone)
  } catch {
    return parts()
  }
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
