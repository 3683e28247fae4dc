import { describe, expect, test } from '@jest/globals'
import type { HeldStay } from '../../../lambdas/hotel-api/person/person.ts'
import { placeStay, type WantedStay } from '../../../lambdas/hotel-api/person/place-stay.ts'

const id = (digit: number) => `${digit}`.repeat(8).concat('-0000-4000-8000-000000000000')

const held = (over: Partial<HeldStay> = {}): HeldStay => ({
  transactionId: id(1),
  status: 'confirmed',
  hotelId: 'corte',
  hotelName: 'Corte',
  startDate: '2026-12-10',
  endDate: '2026-12-13',
  expiresAt: 0,
  confirmationCode: 'MH-2345-6789',
  ...over,
})
const waiting = (over: Partial<HeldStay> = {}) =>
  held({ status: 'pending', confirmationCode: undefined, ...over })

const wanted = (over: Partial<WantedStay> = {}): WantedStay => ({
  ...{ hotelId: 'corte', startDate: '2026-12-10', endDate: '2026-12-13' },
  ...{ transactionId: id(9), hasKey: false },
  ...over,
})

const made = { kind: 'new', replaces: [] }

describe('a stay beside another of the same person', () => {
  test.each<[string, Partial<WantedStay>]>([
    ['that ends on the day the other begins', { startDate: '2026-12-08', endDate: '2026-12-10' }],
    ['that begins on the day the other ends', { startDate: '2026-12-13', endDate: '2026-12-14' }],
    ['at another hotel', { hotelId: 'locanda' }],
  ])('%s does not overlap it', (_case, over) => {
    expect(placeStay([held()], wanted(over))).toEqual(made)
  })

  test.each<[string, Partial<WantedStay>]>([
    ['begins before and ends within', { startDate: '2026-12-09', endDate: '2026-12-11' }],
    ['lies within', { startDate: '2026-12-11', endDate: '2026-12-12' }],
    ['surrounds it', { startDate: '2026-12-01', endDate: '2026-12-30' }],
    ['begins within', { startDate: '2026-12-12', endDate: '2026-12-20' }],
  ])('that %s is asked about, whether the other is confirmed or waits', (_case, over) => {
    for (const other of [held(), waiting()]) {
      expect(() => placeStay([other], wanted(over))).toThrow(
        expect.objectContaining({
          code: 'stay_overlaps',
          extensions: { booking: expect.objectContaining({ transactionId: id(1) }) },
        }),
      )
    }
  })

  test('is named with the latest of those that it overlaps', () => {
    const stays = [held(), waiting({ transactionId: id(2), additionalRoomTo: id(1) })]

    expect(() => placeStay(stays, wanted({ endDate: '2026-12-12' }))).toThrow(
      expect.objectContaining({
        extensions: { booking: expect.objectContaining({ transactionId: id(2) }) },
      }),
    )
  })
})

describe('the very same stay', () => {
  test.each([
    ['confirmed', held()],
    ['waiting', waiting()],
  ])('without a key is the booking that is there, %s', (_case, other) => {
    expect(placeStay([other], wanted())).toEqual({ kind: 'repeated', transactionId: id(1) })
  })

  test('with a newer key takes the place of what waits', () => {
    expect(placeStay([waiting()], wanted({ hasKey: true }))).toEqual({ kind: 'new', replaces: [waiting()] })
  })

  test('with a newer key is asked about when it is booked', () => {
    expect(() => placeStay([held()], wanted({ hasKey: true }))).toThrow(
      expect.objectContaining({ code: 'stay_overlaps' }),
    )
  })

  test('that this very request has made is that', () => {
    expect(placeStay([waiting({ transactionId: id(9) })], wanted({ hasKey: true }))).toEqual({
      kind: 'repeated',
      transactionId: id(9),
    })
  })
})

describe('another room', () => {
  const another = wanted({ additionalRoomTo: id(1) })

  test('is made beside the booking that was named', () => {
    expect(placeStay([held()], another)).toEqual(made)
  })

  test('is one, however often it is asked for', () => {
    const stays = [held(), held({ transactionId: id(2), additionalRoomTo: id(1) })]

    expect(placeStay(stays, another)).toEqual({ kind: 'repeated', transactionId: id(2) })
  })

  test('and a third is one beside the second', () => {
    const stays = [held(), held({ transactionId: id(2), additionalRoomTo: id(1) })]

    expect(placeStay(stays, wanted({ additionalRoomTo: id(2) }))).toEqual(made)
  })

  test('is not made beside a booking that this stay does not overlap', () => {
    const stays = [held(), held({ transactionId: id(2), hotelId: 'locanda' })]

    expect(() => placeStay(stays, wanted({ hasKey: true, additionalRoomTo: id(2) }))).toThrow(
      expect.objectContaining({ code: 'stay_overlaps' }),
    )
  })
})

describe('a stay instead of another', () => {
  test('takes the place of one that waits, at whatever hotel', () => {
    const other = waiting({ hotelId: 'locanda' })

    expect(placeStay([other], wanted({ insteadOf: id(1) }))).toEqual({ kind: 'new', replaces: [other] })
  })

  test('may be the same stay, to be asked about it anew', () => {
    expect(placeStay([waiting()], wanted({ insteadOf: id(1) }))).toEqual({
      kind: 'new',
      replaces: [waiting()],
    })
  })

  test('does not take the place of one that is booked', () => {
    expect(() => placeStay([held()], wanted({ insteadOf: id(1) }))).toThrow(
      expect.objectContaining({ code: 'stay_overlaps' }),
    )
  })
})
