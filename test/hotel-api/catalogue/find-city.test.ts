import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cities } from '../../../lambdas/hotel-api/catalogue/cities.ts'
import { findCity } from '../../../lambdas/hotel-api/catalogue/find-city.ts'
import { plainName } from '../../../lambdas/hotel-api/catalogue/plain-name.ts'
import { suggestCities } from '../../../lambdas/hotel-api/catalogue/suggest-cities.ts'
import { spellings } from './city-spellings.ts'

/** The kinds that must be understood; the others may be answered with a suggestion. */
const guessed = ['misspelt', 'other words beside it']
const written = spellings.filter(({ means }) => means !== undefined)
const elsewhere = spellings.filter(({ means }) => means === undefined)
const namesOf = (text: string) => suggestCities(text).map(({ name }) => name)

describe('a city is found', () => {
  test.each(written.filter(({ kind }) => !guessed.includes(kind)))(
    '$kind: $text means $means',
    ({ text, means }) => {
      expect(findCity(text)?.name).toBe(means)
    },
  )

  test.each(elsewhere)('not for $text, which is elsewhere', ({ text }) => {
    expect(findCity(text)).toBeUndefined()
  })

  test.each(['', ' ', ',', '.', '\u200b', '__proto__', 'constructor', 'it', 'Italy', 'London Paris'])(
    'not for %j',
    (text) => {
      expect(findCity(text)).toBeUndefined()
    },
  )

  const names = cities.flatMap((city) => [city.name, ...city.otherNames].map((name) => ({ name, city })))

  test('by names that mean one city each', () => {
    const plain = names.map(({ name }) => plainName(name))

    expect(new Set(plain).size).toBe(plain.length)
    expect(plain).not.toContain('')
  })

  test('in any case, with any accents and invisible characters, for each of its names', () => {
    const additions = ['', '\u0301', '\u0308', '\u0327', '\u200b', '\u00ad', '\ufe0f']
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...additions)), { minLength: 40, maxLength: 40 }),
        ({ name, city }, changes) => {
          const text = [...name]
            .map((letter, index) => {
              const [upper, addition] = changes[index] ?? [false, '']
              return (upper ? letter.toUpperCase() : letter.toLowerCase()) + (letter === ' ' ? '' : addition)
            })
            .join('')
          expect(findCity(text)).toBe(city)
        },
      ),
    )
  })

  test('beside its country and regions, in any order and with any separators', () => {
    const separators = [' ', ', ', ' - ', '-', '/', ' (', '，', '; ', '\n']
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(fc.nat(), { maxLength: 3 }),
        fc.boolean(),
        fc.constantFrom(...separators),
        ({ name, city }, choices, first, separator) => {
          const around = [city.country, city.countryCode, ...city.regions]
          const places = choices.map((choice) => around[choice % around.length] ?? '')
          const text = (first ? [name, ...places] : [...places, name]).join(separator)
          expect(findCity(text)).toBe(city)
        },
      ),
    )
  })

  test('or not, for any text, without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const answers = [findCity(text) ?? [], suggestCities(text)].flat()
        expect(answers.every((city) => cities.includes(city))).toBe(true)
      }),
    )
  })
})

describe('a city is suggested', () => {
  test.each([
    ['Millan', ['Milan']],
    ['Florance, Italy', ['Florence']],
    ['Chigaco', ['Chicago']],
    ['hotels near Milan Malpensa', ['Milan']],
    ['London or Paris', ['Paris', 'London']],
    ['Paris, Texas', ['Paris']],
    ['Italy', ['Milan', 'Rome', 'Florence']],
    ['Toskana', ['Florence']],
    ['Vereinigtes Königreich', ['London']],
  ])('for %j', (text, expected) => {
    expect(namesOf(text)).toEqual(expected)
  })

  test.each(['Atlantis', 'Parma', 'Bergen', 'Santiago de Cuba', 'Goma', 'バリ', '', 'x'])(
    'not for %j, which is like none',
    (text) => {
      expect(namesOf(text)).toEqual([])
    },
  )
})

test('at least 95 % of 200 spellings and more are found or answered with the right suggestion, none wrongly', () => {
  const judged = written.map(({ text, means, kind }) => {
    const found = findCity(text)?.name
    const answered = found === undefined ? namesOf(text) : [found]
    return { kind, text, right: answered.join() === means, wrong: found !== undefined && found !== means }
  })

  const right = judged.filter((one) => one.right)
  const wrong = [...judged.filter((one) => one.wrong), ...elsewhere.filter(({ text }) => findCity(text))]
  process.stdout.write(
    `City spellings: ${right.length} of ${judged.length} found or rightly suggested ` +
      `(${((100 * right.length) / judged.length).toFixed(1)} %), ${wrong.length} answered with a wrong city, ` +
      `${elsewhere.length} names of other places refused\n`,
  )
  expect(judged.length).toBeGreaterThanOrEqual(200)
  expect(right.length / judged.length).toBeGreaterThanOrEqual(0.95)
  expect(wrong).toEqual([])
})
