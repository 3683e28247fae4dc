import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findHotel } from '../../../../local/chat/intent/find-hotel.ts'
import { findDate } from '../../../../local/chat/intent/parse-date.ts'
import { parseIntent } from '../../../../local/chat/intent/parse-intent.ts'

// A Monday.
const today = '2026-11-23'
const parse = (text: string, lastCity?: string) => parseIntent(text, { today, lastCity })

describe('a search', () => {
  test.each([
    ['Show me hotels in Milan', 'Milan'],
    ['hotels in Milan?', 'Milan'],
    ['find me a place to stay in Florence please', 'Florence'],
    ['Which hotels are there in the city of Rome', 'Rome'],
    ['I need a room near Chicago!', 'Chicago'],
    ['Milan hotels', 'Milan'],
    ['Show me Paris hotels', 'Paris'],
    ['hotels in New York', 'New York'],
    ['hotels in San José', 'San José'],
    ['London', 'London'],
    ['hotels in Milan and London', 'Milan and London'],
  ])('%s', (text, city) => {
    expect(parse(text)).toEqual({ kind: 'search', city })
  })

  test('without a city asks for one', () => {
    expect(parse('show me hotels')).toMatchObject({ kind: 'question' })
  })
})

describe('member rates', () => {
  test.each([
    ['Show me the member rates for hotels in Milan', 'Milan'],
    ['member rates in Rome', 'Rome'],
    ["what are the members' prices in Berlin?", 'Berlin'],
    ['my rates in Paris', 'Paris'],
    ['any discount in London', 'London'],
  ])('%s', (text, city) => {
    expect(parse(text)).toEqual({ kind: 'member-rates', city })
  })

  test('without a city are for the last one', () => {
    expect(parse('show member rates', 'Milan')).toEqual({ kind: 'member-rates', city: 'Milan' })
    expect(parse('show member rates')).toMatchObject({ kind: 'question' })
  })
})

describe('a booking', () => {
  test.each([
    ['Book Brera Garden Hotel for 2 nights from tomorrow', 'Brera Garden Hotel', undefined, 2, '2026-11-24'],
    [
      'Book Brera Garden Hotel in Milan for 1 night from 2027-03-04',
      'Brera Garden Hotel',
      'Milan',
      1,
      '2027-03-04',
    ],
    ['please book the Isola Nove from 4 March for three nights', 'Isola Nove', undefined, 3, '2027-03-04'],
    [
      'I want to book Isola Nove on December 24th, 2026 for a night',
      'Isola Nove',
      undefined,
      1,
      '2026-12-24',
    ],
    ['reserve Casa dei Navigli for 10 nights from Friday.', 'Casa dei Navigli', undefined, 10, '2026-11-27'],
    [
      'Can you book Millwright & Daughters in Chicago for 31 nights from today',
      'Millwright & Daughters',
      'Chicago',
      31,
      '2026-11-23',
    ],
    ['Book Hôtel de l’Île for 0 nights from tomorrow', 'Hôtel de l’Île', undefined, 0, '2026-11-24'],
    ['Book Isola Nove for 2 nights from 2020-01-01', 'Isola Nove', undefined, 2, '2020-01-01'],
  ])('%s', (text, hotel, city, nights, startDate) => {
    expect(parse(text)).toEqual({ kind: 'book', hotel, city, nights, startDate })
  })

  test('without a city is in the last one', () => {
    expect(parse('Book Isola Nove for 2 nights from tomorrow', 'Milan')).toMatchObject({ city: 'Milan' })
  })

  test.each([
    ['Book it for 2 nights from tomorrow', /Which hotel/],
    ['Book Isola Nove from tomorrow', /How many nights/],
    ['Book Isola Nove for 2 nights', /From which day/],
    ['book', /Which hotel/],
  ])('that lacks something asks for it: %s', (text, words) => {
    expect(parse(text)).toEqual({ kind: 'question', words: expect.stringMatching(words) })
  })

  test('as the widget words it is understood whatever the hotel is called', () => {
    const word = fc.stringMatching(/^[A-Z][a-z]{2,9}$/)
    const name = fc
      .array(word, { minLength: 1, maxLength: 4 })
      .map((words) => words.join(' '))
      .filter(
        (text) =>
          !/\b(in|for|from|on|the|at|it|one|may|mar|sun|mon|tue|wed|thu|fri|sat|jan|feb|apr|jun|jul|aug|sep|oct|nov|dec)/i.test(
            text,
          ),
      )
      .filter((text) => !/^(hotel|room|me|us)$/i.test(text))
    const day = fc
      .integer({ min: 0, max: 700 })
      .map((days) => new Date(Date.UTC(2026, 10, 23 + days)).toISOString().slice(0, 10))
    fc.assert(
      fc.property(name, fc.integer({ min: 0, max: 99 }), day, (hotel, nights, startDate) => {
        const text = `Book ${hotel} in Milan for ${nights} ${nights === 1 ? 'night' : 'nights'} from ${startDate}`
        expect(parse(text)).toEqual({ kind: 'book', hotel, city: 'Milan', nights, startDate })
      }),
    )
  })
})

describe('the status', () => {
  test.each([
    ['What is the status of my booking?', undefined],
    ['check my booking', undefined],
    ['I have approved', undefined],
    [
      'What is the status of my booking 7B1C1C9E-38A5-4F0E-9D2D-1F6F1F3F0C11?',
      '7b1c1c9e-38a5-4f0e-9d2d-1f6f1f3f0c11',
    ],
    ['finalize the booking', undefined],
  ])('%s', (text, transactionId) => {
    expect(parse(text)).toEqual({ kind: 'status', transactionId })
  })
})

describe('anything else', () => {
  test.each(['', '   ', 'hello', 'Hello there', 'tell me a joke', '<script>alert(1)</script>', 'thanks!'])(
    '%p is not guessed at',
    (text) => {
      expect(parse(text)).toEqual({ kind: 'unknown' })
    },
  )

  test('is answered without an error and soon, whatever it is', () => {
    const words = fc.constantFrom(
      'book',
      'hotels',
      'in',
      'for',
      'nights',
      'from',
      '2 nights',
      'tomorrow',
      'the',
      ' ',
      ',',
      'Milan',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 2000 }),
          fc.array(words, { maxLength: 300 }).map((list) => list.join(' ')),
        ),
        (text) => {
          const began = performance.now()
          expect(parse(text).kind).toMatch(/^(search|member-rates|book|status|question|unknown)$/)
          expect(performance.now() - began).toBeLessThan(200)
        },
      ),
    )
  })
})

describe('a date', () => {
  test.each([
    ['today', '2026-11-23'],
    ['tonight', '2026-11-23'],
    ['tomorrow', '2026-11-24'],
    ['the day after tomorrow', '2026-11-25'],
    ['in 3 days', '2026-11-26'],
    ['in 2 weeks', '2026-12-07'],
    ['monday', '2026-11-30'],
    ['next Sunday', '2026-11-29'],
    ['wednesday', '2026-11-25'],
    ['24 December', '2026-12-24'],
    ['1st of January', '2027-01-01'],
    ['Nov 22', '2027-11-22'],
    ['Nov 23', '2026-11-23'],
    ['March 4, 2028', '2028-03-04'],
    ['2027-2-9', '2027-02-09'],
  ])('%s', (text, date) => {
    expect(findDate(text, today)?.date).toBe(date)
  })

  test.each(['', 'soon', '31 February', 'for 2 nights'])('%p is none', (text) => {
    expect(findDate(text, today)).toBeUndefined()
  })

  test('that does not exist goes to the server as it is written', () => {
    expect(findDate('2027-02-30', today)?.date).toBe('2027-02-30')
  })
})

describe('a hotel', () => {
  const hotels = [
    { id: 'a', name: 'Brera Garden Hotel', city: 'Milan' },
    { id: 'b', name: 'Hôtel de l’Île', city: 'Paris' },
    { id: 'c', name: 'Garden Court', city: 'London' },
  ]

  test.each([
    ['Brera Garden Hotel', 'a'],
    ['brera garden', 'a'],
    ['hotel de l ile', 'b'],
    ['a', 'a'],
    ['court', 'c'],
  ])('is found as %s', (name, id) => {
    expect(findHotel(name, hotels)?.id).toBe(id)
  })

  test.each(['garden', 'Ritz', '', 'hotel', '!!!'])('is not guessed from %p', (name) => {
    expect(findHotel(name, hotels)).toBeUndefined()
  })
})
