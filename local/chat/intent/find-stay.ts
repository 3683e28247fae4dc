// Days and nights as people write them, relative to a day that is given: nothing here reads a clock.
import * as chrono from 'chrono-node'

export type Stay = {
  /** YYYY-MM-DD; a day that does not exist is passed on as it was written, and the server's answer says so. */
  startDate: string | undefined
  nights: number | undefined
  /** The text without what was understood. */
  rest: string
}

const dayLength = 86_400_000
const counts: Record<string, number> = Object.fromEntries(
  [
    'zero no',
    'a an one single eine einer ein une un una uno',
    'two zwei deux dos due couple',
    'three drei trois tres tre',
    'four vier quatre cuatro quattro',
    'five fünf cinq cinco cinque',
    'six sechs seis sei',
    'seven sieben sept siete sette',
    'eight acht huit ocho otto',
    'nine neun neuf nueve nove',
    'ten zehn dix diez dieci',
  ].flatMap((words, count) => words.split(' ').map((word) => [word, count])),
)
const countWord = `(\\d{1,4}|${Object.keys(counts).join('|')})`
const nightWord = '(?:nights?|nächten?|nacht|nuits?|noches?|notti|notte)'
const someNights = new RegExp(`(?<!\\p{L})(?:for )?${countWord}(?: of)?[ -]${nightWord}(?!\\p{L})`, 'iu')
const someWeeks = new RegExp(`\\bfor ${countWord} weeks?\\b`, 'i')
const countOf = (word: string) => (/^\d+$/.test(word) ? Number(word) : counts[word.toLowerCase()])

const format = (time: number) => new Date(time).toISOString().slice(0, 10)
const timeOf = (day: string) => Date.parse(`${day}T12:00:00Z`)
const later = (day: string, days: number) => format(timeOf(day) + days * dayLength)

/** Takes the first match out of a text and hands it over. */
function take(text: string, pattern: RegExp, read: (match: RegExpExecArray) => boolean): string {
  const match = pattern.exec(text)
  if (match === null || !read(match)) return text
  return `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`
}

/** What chrono reads as a day, but a person looking for a hotel does not mean so, and what it does not read. */
const phrases: readonly [pattern: RegExp, startDate: (today: string) => string, nights?: number][] = [
  [
    /\b(?:the )?day after tomorrow\b|\bübermorgen\b|\baprès-demain\b|\bdopodomani\b/i,
    (today) => later(today, 2),
  ],
  [/\bnext weekend\b/i, (today) => later(fridayOf(today), 7), 2],
  [/\b(?:this |the |at the )?weekend\b/i, fridayOf, 2],
  [/\bchristmas(?: eve)?\b/i, (today) => nextYearly(today, '12-24')],
  [/\bnew year'?s eve\b/i, (today) => nextYearly(today, '12-31')],
]

const weekday = (day: string) => new Date(timeOf(day)).getUTCDay()
function fridayOf(today: string): string {
  return later(today, (5 - weekday(today) + 7) % 7)
}
function nextYearly(today: string, date: string): string {
  const year = Number(today.slice(0, 4))
  return `${year}-${date}` >= today ? `${year}-${date}` : `${year + 1}-${date}`
}

const languages = [chrono.en, chrono.de, chrono.fr, chrono.es, chrono.it, chrono.ja]

/** A name such as "Sun" or "May" alone is no day, a number alone is no day either. */
const isDay = (result: chrono.ParsedResult) =>
  result.start.isCertain('day')
    ? /\d|tod|tom|morgen|heute|demain|auj|mañana|hoy|doman|oggi|明|今|week|month|first|second|third/i.test(
        result.text,
      )
    : result.start.isCertain('weekday') && /\p{L}{4,}/u.test(result.text)

/**
 * The stay that a text names.
 *
 * @param today YYYY-MM-DD
 * @example findStay('from 3 to 5 December', '2026-11-23') // { startDate: '2026-12-03', nights: 2, rest: 'from' }
 */
export function findStay(text: string, today: string): Stay {
  let startDate: string | undefined
  let nights: number | undefined
  let rest = take(text, someNights, ([, word = '']) => {
    nights = countOf(word)
    return nights !== undefined
  })
  rest = take(rest, someWeeks, ([, word = '']) => {
    const weeks = countOf(word)
    nights ??= weeks === undefined ? undefined : weeks * 7
    return weeks !== undefined
  })
  // A day that does not exist is none for the library.
  rest = take(rest, /\b\d{4}-\d{1,2}-\d{1,2}\b/, ([written = '']) => {
    const exists = !Number.isNaN(timeOf(written)) && format(timeOf(written)) === written
    startDate = exists ? undefined : written
    return !exists
  })
  for (const [pattern, read, itsNights] of phrases) {
    if (startDate !== undefined) break
    rest = take(rest, pattern, () => {
      startDate = read(today)
      nights ??= itsNights
      return true
    })
  }
  if (startDate === undefined) {
    const found = languages
      .flatMap((language) =>
        language.parse(rest, { instant: new Date(timeOf(today)), timezone: 0 }, { forwardDate: true }),
      )
      .filter(isDay)
      // The one that understood most; of equals the first language.
      .reduce<chrono.ParsedResult | undefined>(
        (best, result) => (best === undefined || result.text.length > best.text.length ? result : best),
        undefined,
      )
    if (found !== undefined) {
      startDate = format(found.start.date().getTime())
      if (found.end !== null && found.end !== undefined) {
        nights ??= Math.round((timeOf(format(found.end.date().getTime())) - timeOf(startDate)) / dayLength)
      }
      rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found.text.length)}`
    }
  }
  return { startDate, nights, rest: rest.replace(/\s+/g, ' ').trim() }
}
