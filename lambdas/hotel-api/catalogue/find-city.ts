import type { City } from './hotel.ts'
import { namedCities, readWords } from './named-cities.ts'
import { plainName } from './plain-name.ts'

/**
 * The city that a person means: "milan", "MILANO", "París", "Italy, Milan", "Chicago IL U.S.A.", "ミラノ". Every word
 * must name the city or a place that it lies in: there is no "Paris, Texas" here.
 */
export function findCity(text: string): City | undefined {
  const words = plainName(text).split(' ')
  const [found, another] = namedCities.filter((named) => {
    const { named: isNamed, rest } = readWords(named, words)
    return isNamed && rest === ''
  })
  return another === undefined ? found?.city : undefined
}
