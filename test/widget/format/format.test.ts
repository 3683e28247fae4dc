import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addDays, countdown, dayIn, dayLabel, isDay } from '../../../widget/format/calendar.ts'
import { money, total } from '../../../widget/format/money.ts'

describe('money', () => {
  test.each([
    [168, 'en-IE', '€168'],
    [151.2, 'en-IE', '€151.20'],
    [1814.4, 'de', '1.814,40 €'],
    [99, 'not a locale!', '€99'],
  ])('%d in %s is written %s', (amount, locale, expected) => {
    expect(money(amount, 'EUR', locale).replace(/\s/g, ' ')).toBe(expected)
  })

  test('is counted in cents', () => {
    expect(total(74.1, 3)).toBe(222.3)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 30 }),
        (cents, nights) => {
          expect(Math.round(total(cents / 100, nights) * 100)).toBe(cents * nights)
        },
      ),
    )
  })
})

describe('a day', () => {
  test.each(['2027-02-28', '2028-02-29', '2026-12-31'])('%s exists', (day) => {
    expect(isDay(day)).toBe(true)
  })

  test.each(['2027-02-29', '2027-13-01', '2027-00-10', '2027-1-1', '', 'tomorrow'])(
    '%p does not exist',
    (day) => {
      expect(isDay(day)).toBe(false)
    },
  )

  test('comes after the day before, across months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  })

  test.each([
    ['2026-11-23T23:30:00Z', 'Asia/Tokyo', '2026-11-24'],
    ['2026-11-23T23:30:00Z', 'America/Chicago', '2026-11-23'],
    ['2026-12-31T23:00:00Z', 'Europe/Rome', '2027-01-01'],
    ['2028-02-29T05:59:59Z', 'America/Chicago', '2028-02-28'],
  ])('at %s in %s is %s', (now, timeZone, expected) => {
    expect(dayIn(timeZone, Date.parse(now))).toBe(expected)
  })

  test.each([undefined, 'Nowhere/At all', '', '<b>'])('in the zone %p is the reader’s', (timeZone) => {
    const now = new Date(2026, 10, 23, 12)

    expect(dayIn(timeZone, now.getTime())).toBe('2026-11-23')
  })

  test('is the same whatever language and calendar the reader has', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (now) => expect(dayIn('UTC', now.getTime())).toBe(now.toISOString().slice(0, 10)),
      ),
    )
  })

  test('is labelled in the reader’s language, and in English when that is not to be had', () => {
    expect(dayLabel('2026-12-04', 'de')).toContain('Dez')
    expect(dayLabel('2026-12-04', '!')).toContain('Dec')
  })

  test.each([
    [65_000, '1:05'],
    [59_001, '1:00'],
    [0, '0:00'],
    [-5000, '0:00'],
  ])('%d milliseconds left are shown as %s', (milliseconds, expected) => {
    expect(countdown(milliseconds)).toBe(expected)
  })
})
