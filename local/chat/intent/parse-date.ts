// Days as people write them, relative to a day that is given: nothing here reads a clock.

const dayLength = 86_400_000
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const monthWord = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*'

const format = (time: number) => new Date(time).toISOString().slice(0, 10)

function day(year: number, month: number, date: number): string | undefined {
  const time = Date.UTC(year, month, date)
  const made = new Date(time)
  return made.getUTCMonth() === month && made.getUTCDate() === date ? format(time) : undefined
}

type Form = { pattern: RegExp; read(match: RegExpExecArray, today: string): string | undefined }

const later = (today: string, days: number) => format(Date.parse(`${today}T00:00:00Z`) + days * dayLength)

/** The next such day; this year's when it is still to come. */
function inYear(today: string, year: string | undefined, month: string, date: string): string | undefined {
  const index = months.indexOf(month.slice(0, 3).toLowerCase())
  if (year !== undefined) return day(Number(year), index, Number(date))
  const thisYear = Number(today.slice(0, 4))
  const candidate = day(thisYear, index, Number(date))
  return candidate !== undefined && candidate >= today ? candidate : day(thisYear + 1, index, Number(date))
}

const forms: readonly Form[] = [
  {
    pattern: /\b(\d{4})-(\d{1,2})-(\d{1,2})\b/,
    // A day that does not exist is passed on as written: the server's answer says so.
    read: ([whole, year = '', month = '', date = '']) =>
      day(Number(year), Number(month) - 1, Number(date)) ?? whole,
  },
  {
    pattern: new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${monthWord}\\.?(?:,? (\\d{4}))?\\b`, 'i'),
    read: ([, date = '', month = '', year], today) => inYear(today, year, month, date),
  },
  {
    pattern: new RegExp(`\\b${monthWord}\\.? (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?\\b`, 'i'),
    read: ([, month = '', date = '', year], today) => inYear(today, year, month, date),
  },
  { pattern: /\bday after tomorrow\b/i, read: (_, today) => later(today, 2) },
  { pattern: /\btomorrow\b/i, read: (_, today) => later(today, 1) },
  { pattern: /\b(today|tonight)\b/i, read: (_, today) => today },
  { pattern: /\bin (\d{1,3}) days?\b/i, read: ([, days = ''], today) => later(today, Number(days)) },
  { pattern: /\bin (\d{1,2}) weeks?\b/i, read: ([, weeks = ''], today) => later(today, Number(weeks) * 7) },
  { pattern: /\bnext week\b/i, read: (_, today) => later(today, 7) },
  {
    pattern: /\b(?:next |this )?(sun|mon|tue|wed|thu|fri|sat)(?:day|sday|nesday|rsday|urday)?\b/i,
    read: ([, name = ''], today) => {
      const now = new Date(`${today}T00:00:00Z`).getUTCDay()
      const wanted = weekdays.indexOf(name.toLowerCase())
      return later(today, (wanted - now + 7) % 7 || 7)
    },
  },
]

/** The first day that a text names, and the text without it. `today` is YYYY-MM-DD. */
export function findDate(text: string, today: string): { date: string; rest: string } | undefined {
  for (const { pattern, read } of forms) {
    const match = pattern.exec(text)
    if (match === null) continue
    const date = read(match, today)
    if (date === undefined) continue
    return { date, rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}` }
  }
  return undefined
}
