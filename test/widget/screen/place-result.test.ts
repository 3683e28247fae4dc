import { describe, expect, test } from '@jest/globals'
import { readToolResult, type ToolResult } from '../../../widget/model/tool-result.ts'
import { type Place, placeResult } from '../../../widget/screen/place-result.ts'
import type { Screen } from '../../../widget/screen/screen.ts'
import { booking, refusal, result, signInNeeded, standardRates } from '../fixtures.ts'

const brera = { hotelId: 'milan-brera-garden', hotelName: 'Brera Garden Hotel', city: 'Milan' }
const isola = { hotelId: 'milan-isola', hotelName: 'Isola Nove', city: 'Milan' }
const transactionId = '7b1c1c9e-38a5-4f0e-9d2d-1f6f1f3f0c11'

const screens = {
  waiting: { name: 'waiting' },
  message: { name: 'message' },
  hotels: { name: 'hotels', city: 'Milan' },
  form: { name: 'form', ...brera },
  'form of another hotel': { name: 'form', ...isola },
  unknown: { name: 'unknown', ...brera },
  pending: { name: 'booking', transactionId, status: 'pending' },
  'in capitals': { name: 'booking', transactionId: transactionId.toUpperCase(), status: 'pending' },
  confirmed: { name: 'booking', transactionId, status: 'confirmed' },
  'another pending': { name: 'booking', transactionId: 'other', status: 'pending' },
  'another confirmed': { name: 'booking', transactionId: 'other', status: 'confirmed' },
} satisfies Record<string, Screen>

const results = {
  search: readToolResult(result(standardRates)),
  'search elsewhere': readToolResult(
    result({ ...standardRates, city: { ...standardRates.city, name: 'Rome' } }),
  ),
  booking: readToolResult(booking('pending')),
  confirmed: readToolResult(booking('confirmed')),
  'sign-in': readToolResult(signInNeeded),
  refusal: readToolResult(refusal('No.')),
  words: readToolResult({ content: [{ type: 'text', text: 'Something.' }] }),
  nothing: readToolResult(null),
} satisfies Record<string, ToolResult>

type Row = [keyof typeof screens, Record<keyof typeof results, Place>]
const s = 'show'
const k = 'keep'
const o = 'offer'
const b = 'beneath'
const n = 'note'
const row = (
  name: keyof typeof screens,
  ...[search, elsewhere, pending, confirmed, signIn, refused, words]: Place[]
): Row => [
  name,
  {
    search: search ?? k,
    'search elsewhere': elsewhere ?? k,
    booking: pending ?? k,
    confirmed: confirmed ?? k,
    'sign-in': signIn ?? k,
    refusal: refused ?? k,
    words: words ?? k,
    nothing: k,
  },
]

const table: Row[] = [
  //                            search  elsewhere  pending  confirmed  sign-in  refusal  words
  row('waiting', s, s, s, s, s, s, s),
  row('message', s, s, s, s, s, s, s),
  row('hotels', s, s, s, s, n, n, n),
  row('form', b, o, s, s, k, k, k),
  row('form of another hotel', b, o, o, o, k, k, k),
  row('unknown', b, o, s, s, k, k, k),
  row('pending', o, o, s, s, k, k, k),
  row('in capitals', o, o, s, s, k, k, k),
  row('confirmed', s, s, k, k, k, k, k),
  row('another pending', o, o, o, o, k, k, k),
  row('another confirmed', s, s, s, s, k, k, k),
]

describe.each(table)('over the screen “%s” comes', (name, places) => {
  test.each(Object.entries(places))('%s: %s', (kind, place) => {
    const arrival = { result: results[kind as keyof typeof results], isRepeated: false, isOurs: true }

    expect(placeResult(screens[name], arrival)).toBe(place)
  })
})

describe('what is repeated', () => {
  test.each(['waiting', 'message'] as const)('is shown where there is nothing: %s', (name) => {
    for (const one of Object.values(results)) {
      const place = placeResult(screens[name], { result: one, isRepeated: true, isOurs: true })
      expect(place).toBe(one.kind === 'nothing' ? 'keep' : 'show')
    }
  })

  test.each(Object.keys(screens).slice(2) as (keyof typeof screens)[])(
    'changes nothing over “%s”',
    (name) => {
      for (const [kind, one] of Object.entries(results)) {
        if (name === 'hotels' && kind === 'search elsewhere') continue
        expect(placeResult(screens[name], { result: one, isRepeated: true, isOurs: true })).toBe('keep')
      }
    },
  )
})

test('a city that is asked for again is shown again', () => {
  const arrival = { result: results['search elsewhere'], isRepeated: true, isOurs: true }

  expect(placeResult(screens.hotels, arrival)).toBe('show')
})

test('words that answer no call of ours leave the hotels alone', () => {
  const place = placeResult(screens.hotels, { result: results.words, isRepeated: false, isOurs: false })

  expect(place).toBe('keep')
})
