import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

describe('a booking', () => {
  test('that needs no approval is confirmed by its owner at the quoted price', async () => {
    const token = await world.tokenOf('anna')
    const quote = await world.quote('anna', { nights: 1 })

    const created = await world.send('/booking-intents', {
      token,
      headers: { 'idempotency-key': randomUUID() },
      body: { quoteId: quote.quoteId, approval: 'not_required' },
    })
    const confirmed = await world.confirm(String(created.body.transactionId), token)
    const read = await world.read(String(created.body.transactionId), 'anna')

    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(`/booking-intents/${created.body.transactionId}`)
    expect(created.body).toMatchObject({ status: 'pending', approval: 'not_required', quote })
    expect(confirmed.status).toBe(200)
    expect(confirmed.body).toMatchObject({
      status: 'confirmed',
      quote: { nightlyRate: 169, totalPrice: 169, currency: 'EUR' },
      confirmationCode: expect.stringMatching(/^MH-[A-Z2-9]{4}-[A-Z2-9]{4}$/),
      confirmedAt: '2026-11-23T10:00:00.000Z',
    })
    expect(read.body).toEqual(confirmed.body)
  })

  test('that needs approval is confirmed by the token of that approval', async () => {
    const transactionId = await world.intend('anna', 'required')

    const early = await world.confirm(transactionId, await world.tokenOf('anna'))
    const confirmed = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))

    expect(early).toMatchObject({ status: 403, body: { code: 'approval_required' } })
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  })
})
