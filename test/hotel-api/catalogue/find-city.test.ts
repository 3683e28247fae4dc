import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cities } from '../../../lambdas/hotel-api/catalogue/cities.ts'
import { findCity } from '../../../lambdas/hotel-api/catalogue/find-city.ts'

describe('a city is found', () => {
  test.each([
    ['Milan', 'Milan'],
    ['milano', 'Milan'],
    ['  MILANO ', 'Milan'],
    ['Mailand', 'Milan'],
    ['Milan, Italy', 'Milan'],
    ['Milano, Lombardia, Italia', 'Milan'],
    ['Roma', 'Rome'],
    ['Rom', 'Rome'],
    ['Firenze', 'Florence'],
    ['florenz', 'Florence'],
    ['París', 'Paris'],
    ['Paris', 'Paris'],
    ['Parigi', 'Paris'],
    ['Paris, Île-de-France', 'Paris'],
    ['Londres', 'London'],
    ['London, U.K.', 'London'],
    ['BERLÍN', 'Berlin'],
    ['Chicago, IL', 'Chicago'],
    ['chicago, il, usa', 'Chicago'],
  ])('for %j', (text, name) => {
    expect(findCity(text)?.name).toBe(name)
  })

  test.each([
    '',
    ' ',
    ',',
    'Atlantis',
    'Paris, Texas',
    'Rome, GA',
    'Mil',
    'Milan Milan',
    '__proto__',
    'Milan;',
  ])('not for %j', (text) => {
    expect(findCity(text)).toBeUndefined()
  })

  test('in any case and with any accents, for each of its names', () => {
    const names = cities.flatMap((city) => [city.name, ...city.otherNames].map((name) => ({ name, city })))
    const accents = ['', '\u0301', '\u0308', '\u0327']
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...accents)), { minLength: 40, maxLength: 40 }),
        ({ name, city }, changes) => {
          const written = [...name]
            .map((letter, index) => {
              const [upper, accent] = changes[index] ?? [false, '']
              return (upper ? letter.toUpperCase() : letter.toLowerCase()) + (letter === ' ' ? '' : accent)
            })
            .join('')
          expect(findCity(written)).toBe(city)
        },
      ),
    )
  })

  test('or not, for any text, without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const found = findCity(text)
        expect(found === undefined || cities.includes(found)).toBe(true)
      }),
    )
  })
})
