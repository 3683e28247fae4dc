import { namedCities } from '../../../lambdas/hotel-api/catalogue/named-cities.ts'
import { plainName } from '../../../lambdas/hotel-api/catalogue/plain-name.ts'

/** No name of a city has more words. */
const longest = 4
const unspaced = /[\p{sc=Han}\p{sc=Kana}\p{sc=Hira}\p{sc=Hang}\p{sc=Thai}]/u

/**
 * The cities of the catalogue that a sentence names, anywhere and in any of their languages, in the order of the words.
 *
 * @example findCities('zeig mir Hotels in Mailand und Rom') // ['Milan', 'Rome']
 */
export function findCities(text: string): string[] {
  const plain = plainName(text)
  const words = plain.split(' ')
  const found = new Map<string, number>()
  const note = (city: string, at: number) => {
    if (!found.has(city)) found.set(city, at)
  }
  for (const { city, names } of namedCities) {
    for (const name of names) {
      if (unspaced.test(name) && plain.includes(name)) note(city.name, plain.indexOf(name))
    }
    for (let from = 0; from < words.length; from += 1) {
      for (let count = Math.min(longest, words.length - from); count > 0; count -= 1) {
        if (names.has(words.slice(from, from + count).join(' '))) note(city.name, from)
      }
    }
  }
  return [...found].sort(([, one], [, other]) => one - other).map(([city]) => city)
}
