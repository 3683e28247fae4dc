import { cities } from './cities.ts'
import { countryNames } from './country-names.ts'
import type { City } from './hotel.ts'
import { plainName } from './plain-name.ts'

/** A city with its names and regions as they are compared. */
export type NamedCity = {
  city: City
  names: ReadonlySet<string>
  regions: ReadonlySet<string>
}

const plainNames = (names: readonly string[]) => new Set(names.map(plainName))

export const namedCities: readonly NamedCity[] = cities.map((city) => ({
  city,
  names: plainNames([city.name, ...city.otherNames]),
  regions: plainNames([city.country, ...city.regions]),
}))

/** Words around a city's name that name no other place. */
const fillers = new Set(
  'a at of in the city town centre center central downtown hotel hotels stay visit centro zentrum'.split(' '),
)

/** No name or region has more words. */
const longest = 8

export type Reading = {
  /** Whether one of the city's names is there. */
  named: boolean
  /** Whether a region or the country of the city is there. */
  placed: boolean
  /** What is neither. */
  rest: string
}

/** Reads words as names of one city and of the places that it lies in; longer phrases come before shorter ones. */
export function readWords({ city, names, regions }: NamedCity, words: readonly string[]): Reading {
  const rest: string[] = []
  const reading = { named: false, placed: false }
  for (let from = 0; from < words.length; ) {
    let count = Math.min(longest, words.length - from)
    for (; count > 0; count -= 1) {
      const phrase = words.slice(from, from + count).join(' ')
      if (names.has(phrase)) reading.named = true
      else if (regions.has(phrase) || countryNames(city.countryCode).has(phrase)) reading.placed = true
      else if (!fillers.has(phrase)) continue
      break
    }
    if (count === 0) rest.push(words[from] ?? '')
    from += Math.max(1, count)
  }
  return { ...reading, rest: rest.join(' ') }
}
