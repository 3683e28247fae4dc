import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cities } from '../../../lambdas/hotel-api/catalogue/cities.ts'
import { addDays, dayIn } from '../../../lambdas/hotel-api/quoting/stay-dates.ts'
import { startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const good = { hotelId: 'milan-corte-dei-gelsi', startDate: '2026-12-30', nights: 3 }

describe('a quote', () => {
  test('holds the member rate of the whole stay until it expires', async () => {
    const answer = await world.send('/booking-quotes', { token: await world.tokenOf('anna'), body: good })

    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      quoteId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      hotelId: 'milan-corte-dei-gelsi',
      hotelName: 'Corte dei Gelsi',
      city: 'Milan',
      startDate: '2026-12-30',
      endDate: '2027-01-02',
      nights: 3,
      nightlyRate: 169,
      totalPrice: 507,
      currency: 'EUR',
      expiresAt: '2026-11-23T10:10:00.000Z',
    })
  })

  test('is kept in the table for a day after it expired', async () => {
    const { quoteId } = await world.quote('anna')
    const item = (await world.stored()).find(({ id }) => id === `quote#${quoteId}`)

    expect(item?.ttl).toBe((world.clock.now + 600_000) / 1000 + 24 * 60 * 60)
  })

  test.each<[string, unknown, number, string]>([
    ['yesterday', { ...good, startDate: '2026-11-22' }, 422, 'past_date'],
    ['a day long ago', { ...good, startDate: '0001-01-01' }, 422, 'past_date'],
    ['a day far ahead', { ...good, startDate: '9999-12-31' }, 422, 'date_too_far'],
    ['no nights', { ...good, nights: 0 }, 422, 'invalid_nights'],
    ['31 nights', { ...good, nights: 31 }, 422, 'invalid_nights'],
    ['-1 nights', { ...good, nights: -1 }, 422, 'invalid_nights'],
    ['half a night', { ...good, nights: 1.5 }, 422, 'invalid_nights'],
    ['nights as text', { ...good, nights: '2' }, 422, 'invalid_nights'],
    ['nights missing', { hotelId: good.hotelId, startDate: good.startDate }, 422, 'invalid_nights'],
    ['an unknown hotel', { ...good, hotelId: 'milan-nowhere' }, 404, 'unknown_hotel'],
    ['a hotel id of another kind', { ...good, hotelId: '../../etc/passwd' }, 404, 'unknown_hotel'],
    ['a hotel id that every object has', { ...good, hotelId: 'constructor' }, 404, 'unknown_hotel'],
    ['a day that does not exist', { ...good, startDate: '2027-02-29' }, 422, 'invalid_date'],
    ['a day as a time', { ...good, startDate: '2026-12-30T00:00:00Z' }, 422, 'invalid_date'],
    ['a day in another order', { ...good, startDate: '30.12.2026' }, 422, 'invalid_date'],
    ['a price of its own', { ...good, totalPrice: 1 }, 422, 'invalid_request'],
    ['a wrong day and wrong nights', { ...good, startDate: 'x', nights: 0 }, 422, 'invalid_request'],
    ['nothing', {}, 422, 'invalid_request'],
    ['a list', [good], 422, 'invalid_request'],
    ['null', null, 422, 'invalid_request'],
  ])('is refused for %s, and nothing is stored', async (_what, body, status, code) => {
    const token = await world.tokenOf('anna')
    const before = world.writes()

    const answer = await world.send('/booking-quotes', { token, body: JSON.stringify(body) })

    expect(answer).toMatchObject({ status, body: { code } })
    expect(world.writes()).toBe(before)
  })

  test.each([
    // 05:30 UTC: in Chicago it is still the day before.
    ['2026-11-23T05:30:00Z', 'chicago-the-terracotta', '2026-11-22', 201],
    ['2026-11-23T06:30:00Z', 'chicago-the-terracotta', '2026-11-22', 422],
    // 23:30 UTC: in Berlin the next day has begun, in London it has not.
    ['2026-11-22T23:30:00Z', 'berlin-setzkasten', '2026-11-22', 422],
    ['2026-11-22T23:30:00Z', 'london-signal-box-house', '2026-11-22', 201],
  ])('at %s for %s from %s: today is the day at the hotel', async (time, hotelId, startDate, status) => {
    const now = world.clock.now
    try {
      world.clock.now = Date.parse(time)
      const token = await world.tokenOf('anna')
      const answer = await world.send('/booking-quotes', { token, body: { hotelId, startDate, nights: 1 } })
      expect(answer.status).toBe(status)
      if (status === 422) expect(answer.body.detail).toContain('at the hotel it is 2026-11-23')
    } finally {
      world.clock.now = now
    }
  })

  test('costs the member rate times the nights, to the cent, for every hotel and stay', async () => {
    const token = await world.tokenOf('anna')
    const hotels = cities.flatMap(({ hotels }) => hotels)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...hotels),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 1800 }),
        async ({ id, memberRate }, nights, ahead) => {
          const startDate = addDays('2026-11-23', ahead)
          const { status, body } = await world.send('/booking-quotes', {
            token,
            body: { hotelId: id, startDate, nights },
          })
          expect(status).toBe(201)
          expect(body.totalPrice).toBe(Number(((memberRate * nights) / 100).toFixed(2)))
          expect(Date.parse(String(body.endDate)) - Date.parse(startDate)).toBe(nights * 86_400_000)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the day in a time zone', () => {
  test.each([
    ['America/Chicago', '2026-03-08T05:59:00Z', '2026-03-07'],
    ['Europe/Rome', '2026-10-25T22:30:00Z', '2026-10-25'],
    ['Europe/London', '2026-06-30T23:30:00Z', '2026-07-01'],
  ])('of %s at %s is %s', (timeZone, time, day) => {
    expect(dayIn(timeZone, Date.parse(time))).toBe(day)
  })
})
