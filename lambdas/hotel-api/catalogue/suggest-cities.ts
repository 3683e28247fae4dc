import { distance } from 'fastest-levenshtein'
import type { City } from './hotel.ts'
import { type NamedCity, namedCities, readWords } from './named-cities.ts'
import { plainName } from './plain-name.ts'

/**
 * Cities that may have been meant by a text that is not the name of one: those that are named among other words, else
 * those whose names are spelt alike, else those of the region or country that is named. None rather than a far-fetched
 * one.
 */
export function suggestCities(text: string): City[] {
  const plain = plainName(text)
  const words = plain.split(' ')
  const read = namedCities.map((named) => ({ ...named, ...readWords(named, words) }))
  const among = read.filter(({ named, names }) => named || [...names].some((name) => isIn(plain, name)))
  if (among.length > 0) return among.map(({ city }) => city)
  const slips = read.map((named) => fewestSlips(named.rest, named))
  const fewest = Math.min(...slips)
  if (Number.isFinite(fewest)) {
    return read.filter((_, index) => slips[index] === fewest).map(({ city }) => city)
  }
  return read.filter(({ placed, rest }) => placed && rest === '').map(({ city }) => city)
}

const unspaced = /[\p{sc=Han}\p{sc=Kana}\p{sc=Hira}\p{sc=Hang}\p{sc=Thai}]/u

/** Whether a name in a script that sets no spaces between words is part of the text. */
const isIn = (text: string, name: string) => unspaced.test(name) && text.includes(name)

/** How many slips of the pen lead to one of the city's names; infinite when too many. */
function fewestSlips(phrase: string, { city, names }: NamedCity): number {
  const english = plainName(city.name)
  return Math.min(...[...names].map((name) => slipsBetween(phrase, name, name === english ? 2 : 1)))
}

/** A slip is a letter more, fewer or other, or two that changed places. Short names are easily like another word. */
function slipsBetween(phrase: string, name: string, most: number): number {
  const allowed = name.length < 4 ? 0 : name.length < 7 ? 1 : most
  if (Math.abs(phrase.length - name.length) > allowed) return Number.POSITIVE_INFINITY
  const swaps = Array.from(phrase.slice(1), (_, index) => swapped(phrase, index))
  const slips = Math.min(
    name.length > 5 || phrase.charAt(0) === name.charAt(0) ? distance(phrase, name) : allowed + 1,
    ...swaps.map((other) => 1 + distance(other, name)),
  )
  return slips <= allowed ? slips : Number.POSITIVE_INFINITY
}

const swapped = (text: string, at: number) =>
  `${text.slice(0, at)}${text.charAt(at + 1)}${text.charAt(at)}${text.slice(at + 2)}`
