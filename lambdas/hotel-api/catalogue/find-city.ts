import { cities } from './cities.ts'
import type { City } from './hotel.ts'

/** Case, accents, dots and runs of spaces do not tell two names apart. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\./g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

const citiesByName = new Map<string, City>(
  cities.flatMap((city) => [city.name, ...city.otherNames].map((name) => [plain(name), city] as const)),
)

/**
 * The city that a person means: "milan", "MILANO", "París", "Chicago, IL". What follows a comma must be a place that
 * the city lies in: there is no "Paris, Texas" here.
 */
export function findCity(text: string): City | undefined {
  const [name = '', ...places] = text.split(',').map(plain)
  const city = citiesByName.get(name)
  if (city === undefined) return undefined
  const regions = new Set(city.regions.map(plain))
  return places.every((place) => regions.has(place)) ? city : undefined
}
