import { describe, expect, test } from '@jest/globals'
import { cities } from '../../../lambdas/hotel-api/catalogue/cities.ts'
import { findHotel } from '../../../lambdas/hotel-api/catalogue/find-hotel.ts'
import type { City } from '../../../lambdas/hotel-api/catalogue/hotel.ts'
import { hotelIdSchema } from '../../../lambdas/hotel-api/catalogue/hotels-schema.ts'

const hotels = cities.flatMap(({ hotels }) => hotels)
const perCity: [string, City][] = cities.map((city) => [city.name, city])

/** Kilometres between two points, near enough for the size of a city. */
function distance(a: { latitude: number; longitude: number }, b: { latitude: number; longitude: number }) {
  const north = (a.latitude - b.latitude) * 111.2
  const east = (a.longitude - b.longitude) * 111.2 * Math.cos((a.latitude * Math.PI) / 180)
  return Math.hypot(north, east)
}

/** Total prices in cents of every stay of 1 to 30 nights at member rates. */
const stays = (city: City) =>
  city.hotels.flatMap(({ memberRate }) =>
    Array.from({ length: 30 }, (_, index) => ({ nights: index + 1, total: memberRate * (index + 1) })),
  )

describe('the catalogue', () => {
  test('offers at least 34 hotels in seven cities', () => {
    expect(cities.map(({ name }) => name)).toEqual([
      'Paris',
      'London',
      'Milan',
      'Rome',
      'Florence',
      'Berlin',
      'Chicago',
    ])
    expect(hotels.length).toBeGreaterThanOrEqual(34)
  })

  test('gives every hotel an id and a name of its own', () => {
    expect(new Set(hotels.map(({ id }) => id)).size).toBe(hotels.length)
    expect(new Set(hotels.map(({ name }) => name)).size).toBe(hotels.length)
    for (const { id } of hotels) expect(hotelIdSchema.safeParse(id)).toMatchObject({ success: true })
  })

  test('finds every hotel with its city, and no other', () => {
    for (const city of cities)
      for (const hotel of city.hotels) expect(findHotel(hotel.id)).toEqual({ city, hotel })
    expect(findHotel('milan-nowhere')).toBeUndefined()
    expect(findHotel('__proto__')).toBeUndefined()
  })

  test('takes an id in capitals', () => {
    expect(hotelIdSchema.parse('MILAN-Locanda-del-Binario')).toBe('milan-locanda-del-binario')
  })

  test.each(perCity)('%s: ids name the city, districts differ and lie in it', (name, city) => {
    for (const hotel of city.hotels) {
      expect(hotel.id.startsWith(`${name.toLowerCase()}-`)).toBe(true)
      expect(distance(hotel, city)).toBeLessThan(10)
    }
    expect(city.hotels.length).toBeGreaterThanOrEqual(5)
    expect(new Set(city.hotels.map(({ district }) => district)).size).toBe(city.hotels.length)
  })

  test.each(perCity)('%s: rates are whole cents and members pay less', (_name, { hotels }) => {
    for (const { nightlyRate, memberRate, rating, description } of hotels) {
      expect(Number.isInteger(nightlyRate) && Number.isInteger(memberRate)).toBe(true)
      expect(memberRate).toBeLessThan(nightlyRate)
      expect(rating).toBeGreaterThan(5)
      expect(rating).toBeLessThanOrEqual(10)
      expect(description).toMatch(/^[^.]+\.$/)
    }
    expect(Math.min(...hotels.map(({ memberRate }) => memberRate))).toBeLessThanOrEqual(10_000)
    expect(Math.max(...hotels.map(({ memberRate }) => memberRate))).toBeGreaterThan(40_000)
  })

  test.each(perCity)('%s: one night, several nights and long stays reach every price band', (_name, city) => {
    const all = stays(city)
    expect(all.some(({ nights, total }) => nights === 1 && total < 20_000)).toBe(true)
    expect(all.some(({ nights, total }) => nights > 1 && total < 20_000)).toBe(true)
    expect(
      all.some(({ nights, total }) => nights > 1 && nights < 7 && total >= 20_000 && total <= 100_000),
    ).toBe(true)
    expect(all.some(({ nights, total }) => nights >= 7 && total > 100_000)).toBe(true)
  })
})
