import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { permitted, startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

describe('a booking', () => {
  test('that needs no approval is booked by its creation, at the quoted price', async () => {
    world.policy.answer = permitted
    const token = await world.tokenOf('anna')
    const quote = await world.quote('anna', { nights: 1 })

    const created = await world.send('/booking-intents', {
      token,
      headers: { 'idempotency-key': randomUUID() },
      body: { quoteId: quote.quoteId },
    })
    const read = await world.read(String(created.body.transactionId), 'anna')

    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(`/booking-intents/${created.body.transactionId}`)
    expect(created.body).toMatchObject({
      status: 'confirmed',
      approval: 'not_required',
      quote: { ...quote, nightlyRate: 169, totalPrice: 169, currency: 'EUR' },
      confirmationCode: expect.stringMatching(/^MH-[A-Z2-9]{4}-[A-Z2-9]{4}$/),
      confirmedAt: '2026-11-23T10:00:00.000Z',
    })
    expect(read.body).toEqual(created.body)
  })

  test('that needs approval is confirmed by the token of that approval', async () => {
    const transactionId = await world.intend('anna', 'required')

    const early = await world.confirm(transactionId, await world.tokenOf('anna'))
    const confirmed = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))

    expect(early).toMatchObject({ status: 403, body: { code: 'approval_required' } })
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  })
})
