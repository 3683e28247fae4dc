import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readRetryAfter } from '../../lambdas/http/retry-after.ts'

const now = Date.parse('1994-11-06T08:49:00Z')
const read = (headers: Record<string, string>) => readRetryAfter(new Headers(headers), now)

describe('Retry-After', () => {
  // The dates are those of RFC 9110 section 5.6.7.
  test.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
  ])('%j is %d milliseconds', (value, milliseconds) => {
    expect(read({ 'retry-after': value })).toBe(milliseconds)
  })

  test.each([
    '',
    'soon',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',

    '1, 2',
    'Sun, 99 Nov 1994',
    'Sun',
  ])('%j says nothing', (value) => {
    expect(read({ 'retry-after': value })).toBeUndefined()
  })

  test('as a date is counted from the answer\u2019s own clock', () => {
    const headers = { date: 'Sun, 06 Nov 1994 10:00:00 GMT', 'retry-after': 'Sun, 06 Nov 1994 10:00:05 GMT' }

    expect(read(headers)).toBe(5000)
  })

  test('is a pause or nothing, whatever comes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), fc.stringMatching(/^[\x20-\x7e]*$/), (value, date) => {
        const pause = read({ 'retry-after': value, date })
        expect(pause === undefined || (Number.isFinite(pause) && pause >= 0)).toBe(true)
      }),
    )
  })
})
