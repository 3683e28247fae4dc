import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cities } from '../../../../lambdas/hotel-api/catalogue/cities.ts'
import { noWishes } from '../../../../local/chat/intent/find-wishes.ts'
import { type Conversation, type Intent, parseIntent } from '../../../../local/chat/intent/parse-intent.ts'

// A Monday.
const today = '2026-11-23'
const parse = (text: string, more: Partial<Conversation> = {}) =>
  parseIntent(text, { today, lastCity: undefined, cities: cities.map(({ name }) => name), ...more })

/** An intent in a line, so that a table can be read. */
function line(intent: Intent): string {
  const wishes = (intent: Extract<Intent, { kind: 'search' | 'member-rates' | 'narrow' }>) => {
    const { must, order, unknown } = intent.wishes
    const said = [
      ...must.map(({ words }) => words),
      ...(order ? [order] : []),
      ...unknown.map((each) => `?${each}`),
    ]
    return said.length > 0 ? ` (${said.join(', ')})` : ''
  }
  switch (intent.kind) {
    case 'search':
    case 'member-rates':
      return `${intent.kind} ${intent.city}${wishes(intent)}`
    case 'narrow':
      return `narrow${wishes(intent)}`
    case 'book': {
      const { hotel } = intent
      const which =
        hotel.by === 'name'
          ? hotel.name
          : hotel.by === 'position'
            ? `#${hotel.position}`
            : hotel.by === 'order'
              ? hotel.order
              : 'it'
      return `book ${which} in ${intent.city ?? '-'} ${intent.startDate} ${intent.nights}`
    }
    case 'status':
      return `status ${intent.transactionId ?? 'last'}`
    case 'question':
      return `asks for ${intent.about.kind === 'booking' ? intent.about.missing : intent.about.kind}`
    default:
      return intent.kind
  }
}

describe('what people say first', () => {
  test.each([
    // Searches: the city anywhere, in several languages.
    ['Show me hotels in Milan', 'search Milan'],
    ['hotels in Milan?', 'search Milan'],
    ['find me a place to stay in Florence please', 'search Florence'],
    ['Which hotels are there in the city of Rome', 'search Rome'],
    ['I need a room near Chicago!', 'search Chicago'],
    ['Milan hotels', 'search Milan'],
    ['London', 'search London'],
    ['milan', 'search Milan'],
    ["I'm going to Paris next week, where could I sleep?", 'search Paris'],
    ['In Berlin, what hotels do you have?', 'search Berlin'],
    ['Zeig mir Hotels in Mailand', 'search Milan'],
    ['Ich suche eine Unterkunft in Florenz', 'search Florence'],
    ['des hôtels à Londres', 'search London'],
    ['vorrei un albergo a Roma', 'search Rome'],
    ['hoteles en París, por favor', 'search Paris'],
    ['ミラノのホテル', 'search Milan'],
    ['hotels in Atlantis', 'search Atlantis'],
    ['hotels in San José', 'search San José'],
    ['show me hotels', 'asks for city'],
    ['hotels in Milan and London', 'asks for city'],
    // Wishes that the results can tell, and those that they cannot.
    ['cheap hotels in Rome', 'search Rome (cheapest)'],
    ['hotels in Milan under 150 euros', 'search Milan (at most 150 EUR a night)'],
    ['4-star hotels in Paris with a pool', 'search Paris (4 stars, indoor pool)'],
    ['a hotel in London that takes dogs', 'search London (pets welcome)'],
    ['a quiet room with a sea view in Rome', 'search Rome (?the view, ?the mood)'],
    // Member rates.
    ['Show me the member rates for hotels in Milan', 'member-rates Milan'],
    ["what are the members' prices in Berlin?", 'member-rates Berlin'],
    ['any discount in London', 'member-rates London'],
    ['member rates', 'asks for city'],
    // Bookings: days, ranges, nights.
    ['Book Brera Garden Hotel for 2 nights from tomorrow', 'book Brera Garden Hotel in - 2026-11-24 2'],
    [
      'Book Corte dei Gelsi in Milan for 1 night from 2027-03-04',
      'book Corte dei Gelsi in Milan 2027-03-04 1',
    ],
    ['please book the Isola Nove from 4 March for three nights', 'book Isola Nove in - 2027-03-04 3'],
    ['I want to book Isola Nove on December 24th, 2026 for a night', 'book Isola Nove in - 2026-12-24 1'],
    ['reserve Casa dei Navigli for 10 nights from Friday.', 'book Casa dei Navigli in - 2026-11-27 10'],
    [
      'Can you book Millwright & Daughters in Chicago for 31 nights from today',
      'book Millwright & Daughters in Chicago 2026-11-23 31',
    ],
    ['Book La Ringhiera from 3 to 5 December', 'book La Ringhiera in - 2026-12-03 2'],
    ['Book La Ringhiera in Milan for next weekend', 'book La Ringhiera in Milan 2026-12-04 2'],
    ['book La Ringhiera tomorrow for two nights', 'book La Ringhiera in - 2026-11-24 2'],
    ['book La Ringhiera the day after tomorrow for one night', 'book La Ringhiera in - 2026-11-25 1'],
    ['Buche La Ringhiera in Mailand vom 3. bis 5. Dezember', 'book La Ringhiera in Milan 2026-12-03 2'],
    ['Book La Ringhiera from 2027-03-04 to 2027-03-07', 'book La Ringhiera in - 2027-03-04 3'],
    ['book a room at La Ringhiera for a week from Saturday', 'book La Ringhiera in - 2026-11-28 7'],
    ['Book Isola Nove for 2 nights from 2020-01-01', 'book Isola Nove in - 2020-01-01 2'],
    ['Book Isola Nove for 2 nights from 2027-02-30', 'book Isola Nove in - 2027-02-30 2'],
    ['Book Hôtel de l’Île for 0 nights from tomorrow', 'book Hôtel de l’Île in - 2026-11-24 0'],
    ['Book a room for 2 nights from tomorrow', 'asks for hotel'],
    ['Book Isola Nove from tomorrow', 'asks for nights'],
    ['Book Isola Nove for 2 nights', 'asks for startDate'],
    ['book', 'asks for hotel'],
    // About a booking.
    ['What is the status of my booking?', 'status last'],
    ['my booking?', 'status last'],
    ['I have approved', 'status last'],
    ['is it confirmed?', 'status last'],
    ['what happened to my reservation', 'status last'],
    ['status 7B1C1C9E-38A5-4F0E-9D2D-1F6F1F3F0C11', 'status 7b1c1c9e-38a5-4f0e-9d2d-1f6f1f3f0c11'],
    // About MyHotels.
    ['sign me in', 'sign-in'],
    ['I want to log in', 'sign-in'],
    ['how does this work?', 'help'],
    ['what can you do', 'help'],
    ['thanks!', 'thanks'],
    ['tell me a joke', 'unknown'],
    ['', 'unknown'],
    ['<script>alert(1)</script>', 'unknown'],
  ])('%s → %s', (text, expected) => {
    expect(line(parse(text))).toBe(expected)
  })
})

describe('what people say after a search in Milan', () => {
  test.each([
    ['book the second one for 2 nights from tomorrow', 'book #2 in Milan 2026-11-24 2'],
    ['book the cheapest for two nights from Friday', 'book cheapest in Milan 2026-11-27 2'],
    ['book the best rated hotel from 3 to 5 December', 'book best rated in Milan 2026-12-03 2'],
    ["I'll take the last one, tomorrow for one night", 'book #-1 in Milan 2026-11-24 1'],
    ['Book it for 2 nights from tomorrow', 'book it in Milan 2026-11-24 2'],
    ['Book Isola Nove for 2 nights from tomorrow', 'book Isola Nove in Milan 2026-11-24 2'],
    ['which is the cheapest?', 'narrow (cheapest)'],
    ['which of them have a sauna?', 'narrow (sauna)'],
    ['under 120 please', 'narrow (at most 120 EUR a night)'],
    ['show member rates', 'member-rates Milan'],
    ['and in Rome?', 'search Rome'],
  ])('%s → %s', (text, expected) => {
    expect(line(parse(text, { lastCity: 'Milan' }))).toBe(expected)
  })
})

describe('answers to a question', () => {
  const answers = (...texts: string[]) => {
    let lastCity: string | undefined
    let intent = parse(texts[0] ?? '')
    for (const text of texts.slice(1)) {
      intent = parse(text, { lastCity, pending: intent.kind === 'question' ? intent.about : undefined })
      if (intent.kind === 'search') lastCity = intent.city
    }
    return line(intent)
  }

  test.each([
    [['show me hotels', 'Rome'], 'search Rome'],
    [['show me hotels', 'in Atlantis'], 'search in Atlantis'],
    [['member rates', 'Mailand'], 'member-rates Milan'],
    [['hotels in Milan and London', 'London'], 'search London'],
    [['book La Ringhiera for 2 nights', 'tomorrow'], 'book La Ringhiera in - 2026-11-24 2'],
    [['book La Ringhiera', 'from 3 to 5 December'], 'book La Ringhiera in - 2026-12-03 2'],
    [['book La Ringhiera', 'on Friday', 'two'], 'book La Ringhiera in - 2026-11-27 2'],
    [['book La Ringhiera from tomorrow', '3'], 'book La Ringhiera in - 2026-11-24 3'],
    [['book a room tomorrow for 2 nights', 'the second one'], 'book #2 in - 2026-11-24 2'],
    [['book a room tomorrow for 2 nights', 'La Ringhiera'], 'book La Ringhiera in - 2026-11-24 2'],
    [['book a room tomorrow for 2 nights', 'the cheapest'], 'book cheapest in - 2026-11-24 2'],
    [['book La Ringhiera', 'no'], 'leave'],
    [['book La Ringhiera', 'show me hotels in Rome'], 'search Rome'],
    [['book La Ringhiera', 'how does this work?'], 'help'],
  ])('%j → %s', (texts, expected) => {
    expect(answers(...texts)).toBe(expected)
  })

  const offered: Intent = {
    kind: 'member-rates',
    city: 'Milan',
    wishes: noWishes,
  }
  test.each([
    ['yes', 'member-rates Milan'],
    ['yes please', 'member-rates Milan'],
    ['ja', 'member-rates Milan'],
    ['ok, go ahead', 'member-rates Milan'],
    ['no thanks', 'leave'],
    ['hotels in Rome', 'search Rome'],
  ])('an offer is taken or left: %s → %s', (text, expected) => {
    expect(line(parse(text, { lastCity: 'Milan', pending: { kind: 'offer', intent: offered } }))).toBe(
      expected,
    )
  })

  test('"yes" without anything offered is not guessed at', () => {
    expect(line(parse('yes'))).toBe('unknown')
  })
})

test('a question names the cities that can be searched', () => {
  expect(parse('show me hotels')).toMatchObject({ words: expect.stringMatching(/Milan.* or /) })
})

test('a booking as the widget words it is understood whatever the hotel is called', () => {
  const word = fc.stringMatching(/^[A-Z][a-z]{2,9}$/)
  const spokenFor =
    /\b(in|for|from|on|the|at|it|one|may|mar|sun|mon|tue|wed|thu|fri|sat|jan|feb|apr|jun|jul|aug|sep|oct|nov|dec|hotel|room|me|us|there|that|this|last|best|top|bar|spa|first|second|third|now|please|heute|oggi|hoy|ab|du|per|dal|del|von|vom|and|till|until)/i
  const name = fc
    .array(word, { minLength: 1, maxLength: 4 })
    .map((words) => words.join(' '))
    .filter((text) => !spokenFor.test(text))
  const day = fc
    .integer({ min: 0, max: 700 })
    .map((days) => new Date(Date.UTC(2026, 10, 23 + days)).toISOString().slice(0, 10))
  fc.assert(
    fc.property(name, fc.integer({ min: 0, max: 99 }), day, (hotel, nights, startDate) => {
      const text = `Book ${hotel} in Milan for ${nights} ${nights === 1 ? 'night' : 'nights'} from ${startDate}`

      expect(line(parse(text))).toBe(`book ${hotel} in Milan ${startDate} ${nights}`)
    }),
  )
})

test('every hotel of the catalogue can be booked by its name', () => {
  for (const { name: city, hotels } of cities) {
    for (const { name } of hotels) {
      const intent = parse(`Book ${name} in ${city} for 2 nights from 2027-03-04`)

      expect(intent).toMatchObject({ kind: 'book', city, nights: 2, startDate: '2027-03-04' })
    }
  }
})

test('anything is answered without an error, whatever it is and whatever was asked', () => {
  const words = fc.constantFrom(
    'book',
    'hotels',
    'in',
    'for',
    'nights',
    'from',
    '2 nights',
    'tomorrow',
    'Milan',
    'the second',
    'yes',
    'no',
    '2027-02-30',
    'cheapest',
    '(',
    '\\',
    '\u202e',
    'ﷺ',
    '99999999999',
  )
  const pending = fc.constantFrom<Conversation['pending']>(
    undefined,
    { kind: 'city', search: 'search' },
    { kind: 'booking', booking: {}, missing: 'hotel' },
    { kind: 'booking', booking: { hotel: { by: 'previous' } }, missing: 'nights' },
  )
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 12 }).map((all) => all.join(' ')),
  )
  fc.assert(
    fc.property(text, pending, (message, asked) => {
      expect(typeof parse(message, { pending: asked }).kind).toBe('string')
    }),
    { numRuns: 300 },
  )
})
