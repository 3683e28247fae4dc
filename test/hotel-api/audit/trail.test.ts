// What each way through the life of a booking leaves in the audit trail.
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { hashOfEntry, pseudonymOf } from '../../../lambdas/hotel-api/audit/chain.ts'
import { type Entry, entrySchema } from '../../../lambdas/hotel-api/audit/entry.ts'
import { approvalNeeded, auditKey, permitted, refused, settings, startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const start = Date.parse('2026-11-23T10:00:00Z')
beforeEach(() => {
  world.clock.now = start
  world.policy.answer = approvalNeeded
})

async function chainOf(chain: string): Promise<Entry[]> {
  const items = (await world.trail()).filter(({ id }) => id === chain)
  return items.map(({ entry }) => entrySchema.parse(JSON.parse(entry)))
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const { connector, exchange, approval } = settings.clients
const through = [
  { clientId: exchange, name: 'exchange' },
  { clientId: connector, name: 'connector' },
]

describe('the audit trail', () => {
  test('of a booking below the threshold is one entry with the decision and the code', async () => {
    const transactionId = await world.intend('anna', 'not_required')
    const { body } = await world.read(transactionId, 'anna')

    const [entry, ...more] = await chainOf(transactionId)

    expect(more).toEqual([])
    expect(entry).toMatchObject({
      event: 'confirmed',
      sequence: 1,
      previous: null,
      at: '2026-11-23T10:00:00.000Z',
      subject: pseudonymOf(auditKey, 'anna'),
      actors: through,
      quote: body.quote,
      decision: {
        id: 'decision-1',
        effect: 'PERMIT',
        statements: [],
        judged: {
          operation: 'create_booking',
          parameters: { hotelId: 'milan-corte-dei-gelsi', nights: 2, totalPrice: 338, currency: 'EUR' },
        },
      },
      confirmationCode: body.confirmationCode,
    })
    expect(entry).not.toHaveProperty('approval')
  })

  test('of an approved booking tells both decisions, and how, when and of what the person approved', async () => {
    const transactionId = await world.intend('anna', 'required')
    world.clock.now += 60_000
    const token = await world.approvalTokenFor('anna', transactionId, {
      jti: 'token-1',
      auth_time: start / 1000 + 50,
    })

    await world.send(`/booking-intents/${transactionId}/confirm`, {
      method: 'POST',
      token,
      headers: { 'approval-request-hash': sha256('request-1') },
    })
    const [requested, confirmed] = await chainOf(transactionId)

    expect(requested).toMatchObject({
      event: 'requested',
      actors: through,
      decision: { effect: 'PERMIT', statements: [{ code: 'USER-AZ-REQUIRED', words: 'Approve it.' }] },
      expiresAt: '2026-11-23T10:30:00.000Z',
    })
    expect(confirmed).toMatchObject({
      event: 'confirmed',
      sequence: 2,
      at: '2026-11-23T10:01:00.000Z',
      actors: [{ clientId: approval, name: 'approval' }],
      decision: { effect: 'PERMIT', judged: { operation: 'confirm_booking' } },
      approval: {
        amr: ['pwd'],
        authenticatedAt: '2026-11-23T10:00:50.000Z',
        issuedAt: '2026-11-23T10:01:00.000Z',
        tokenHash: sha256('token-1'),
        displayed: { transaction_id: transactionId, hotel_name: 'Corte dei Gelsi', amount: '338.00' },
        unverified: { requestHash: sha256('request-1') },
      },
    })
  })

  test.each([
    ['the workflow closes it', 'workflow', (id: string) => world.close(id, 'denied'), 'denied'],
    [
      'its time is over',
      'time',
      (id: string) => {
        world.clock.now += settings.intentLifetimeSeconds * 1000
        return world.read(id, 'anna')
      },
      'expired',
    ],
    [
      'policy refuses it by then',
      'policy',
      async (id: string) => {
        world.policy.answer = refused
        return world.confirm(id, await world.approvalTokenFor('anna', id))
      },
      'cancelled',
    ],
  ])('of a booking that waits until %s ends with %s', async (_what, endedBy, end, event) => {
    const transactionId = await world.intend('anna', 'required')
    await end(transactionId)

    const chain = await chainOf(transactionId)

    expect(chain).toMatchObject([{ event: 'requested' }, { event, endedBy }])
    if (endedBy === 'policy')
      expect(chain[1]).toMatchObject({ decision: { id: 'decision-3', effect: 'DENY' } })
  })

  test('of refused bookings is a chain of its own, and the booking that is permitted later has another', async () => {
    const key = randomUUID()
    const { quoteId } = await world.quote('anna')
    const create = async () =>
      world.send('/booking-intents', {
        token: await world.tokenOf('anna'),
        headers: { 'idempotency-key': key },
        body: { quoteId },
      })
    world.policy.answer = refused
    const answers = [await create(), await create()]
    world.policy.answer = permitted
    const booked = await create()

    const transactionId = String(booked.body.transactionId)
    const refusals = await chainOf(`refused#${transactionId}`)

    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect(booked.status).toBe(201)
    expect(refusals).toMatchObject([
      {
        event: 'refused',
        sequence: 1,
        actors: through,
        quote: { quoteId },
        decision: { id: 'decision-3', effect: 'DENY', statements: [{ words: 'Too expensive.' }] },
      },
      { event: 'refused', sequence: 2 },
    ])
    expect(await chainOf(transactionId)).toMatchObject([{ event: 'confirmed', sequence: 1 }])
  })

  test('chains its entries by hashes that only the key makes, up to the head that the booking holds', async () => {
    const transactionId = await world.intend('anna', 'required')
    await world.close(transactionId, 'denied')

    const items = (await world.trail()).filter(({ id }) => id === transactionId)
    const booking = await world.item(`intent#${transactionId}`)

    expect(items.map(({ hash }) => hash)).toEqual(items.map(({ entry }) => hashOfEntry(auditKey, entry)))
    expect(JSON.parse(String(items[1]?.entry))).toMatchObject({ previous: items[0]?.hash })
    expect(booking?.trail).toMatchObject({ sequence: 2, hash: items[1]?.hash })
  })

  test('is kept for 730 days after the stay, all of a chain for as long as its first entry', async () => {
    const transactionId = await world.intend('anna', 'required')
    await world.close(transactionId, 'denied')

    const items = (await world.trail()).filter(({ id }) => id === transactionId)

    const until = Date.parse('2026-12-03T00:00:00Z') / 1000 + 730 * 24 * 60 * 60
    expect(items.map(({ ttl }) => ttl)).toEqual([until, until])
  })

  test('has one entry for each of many confirmations at once', async () => {
    const transactionId = await world.intend('anna', 'required')
    const token = await world.approvalTokenFor('anna', transactionId)

    const answers = await Promise.all(Array.from({ length: 10 }, () => world.confirm(transactionId, token)))

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await chainOf(transactionId)).toHaveLength(2)
  })

  test('names nobody and holds no token', async () => {
    const transactionId = await world.intend('anna.bell', 'required')
    const token = await world.approvalTokenFor('anna.bell', transactionId)
    await world.confirm(transactionId, token)

    const text = JSON.stringify(await world.trail())

    expect(text).not.toMatch(/anna|eyJ[\w-]+\.[\w-]+\./)
    expect(text).not.toContain(token)
  })

  test('keeps a request that calls its approval something else than a hash from confirming', async () => {
    const transactionId = await world.intend('anna', 'required')

    const answer = await world.send(`/booking-intents/${transactionId}/confirm`, {
      method: 'POST',
      token: await world.approvalTokenFor('anna', transactionId),
      headers: { 'approval-request-hash': 'request-1' },
    })

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(await chainOf(transactionId)).toHaveLength(1)
  })
})
