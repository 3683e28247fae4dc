import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { transactionIdFor } from '../../../lambdas/hotel-api/booking/transaction-id.ts'
import type { DocumentClient } from '../../../lambdas/hotel-api/dependencies.ts'
import { approvalNeeded, permitted, startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const start = Date.parse('2026-11-23T10:00:00Z')
beforeEach(async () => {
  await world.forgetPeople()
  world.clock.now = start
  world.policy.answer = approvalNeeded
})

async function create(person: string, key: string, quoteId: unknown, more: Record<string, unknown> = {}) {
  return world.send('/booking-intents', {
    token: await world.tokenOf(person),
    headers: { 'idempotency-key': key },
    body: { quoteId, ...more },
  })
}

describe('creating an intent', () => {
  test('again with the same key answers with the first one', async () => {
    const key = randomUUID()
    const { quoteId } = await world.quote('anna')

    const first = await create('anna', key, quoteId)
    const again = await create('anna', key, quoteId)
    world.policy.answer = permitted
    const afterPolicyEased = await create('anna', key, quoteId)

    expect([first.status, again.status, afterPolicyEased.status]).toEqual([201, 200, 200])
    expect(again.body).toEqual(first.body)
    // What the policy judged first stays: a replay cannot lower it.
    expect(afterPolicyEased.body).toEqual(first.body)
  })

  test('with the same key and another quote answers with the first one and leaves that quote unused', async () => {
    const key = randomUUID()
    const [first, second] = [
      await world.quote('anna'),
      await world.quote('anna', { startDate: '2027-01-01' }),
    ]
    await create('anna', key, first.quoteId)

    const replay = await create('anna', key, second.quoteId)
    const other = await create('anna', randomUUID(), second.quoteId)

    expect(replay).toMatchObject({ status: 200, body: { quote: { quoteId: first.quoteId } } })
    expect(other.status).toBe(201)
  })

  test('with another key does not make a second booking of the same quote', async () => {
    const { quoteId } = await world.quote('anna')
    await create('anna', randomUUID(), quoteId)

    const second = await create('anna', randomUUID(), quoteId)

    expect(second).toMatchObject({ status: 409, body: { code: 'quote_used' } })
  })

  test('with the key of another person makes a booking of one’s own', async () => {
    const key = randomUUID()
    const annas = await create('anna', key, (await world.quote('anna')).quoteId)
    const bens = await create('ben', key, (await world.quote('ben')).quoteId)

    expect(bens.status).toBe(201)
    expect(bens.body.transactionId).not.toBe(annas.body.transactionId)
  })

  test('from the quote of another person is refused without using it up', async () => {
    const { quoteId } = await world.quote('anna')
    const before = world.writes()

    const bens = await create('ben', randomUUID(), quoteId)
    const written = world.writes() - before
    const annas = await create('anna', randomUUID(), quoteId)

    expect(bens).toMatchObject({ status: 404, body: { code: 'unknown_quote' } })
    expect(written).toBe(0)
    expect(annas.status).toBe(201)
  })

  test.each([
    ['a millisecond before it ends', 599_999, 201, undefined],
    ['when it ends', 600_000, 409, 'quote_expired'],
    ['a day later', 86_400_000, 409, 'quote_expired'],
  ])('from a quote %s', async (_when, after, status, code) => {
    const { quoteId } = await world.quote('anna')
    world.clock.now = start + after

    const answer = await create('anna', randomUUID(), quoteId)

    expect(answer.status).toBe(status)
    expect(answer.body.code).toBe(code)
  })

  test('from a quote that does not exist is refused', async () => {
    const answer = await create('anna', randomUUID(), randomUUID())

    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_quote' } })
  })

  test('of a booked quote still finds the booking after the quote expired', async () => {
    const key = randomUUID()
    const { quoteId } = await world.quote('anna')
    const first = await create('anna', key, quoteId)
    world.clock.now = start + 700_000

    const again = await create('anna', key, quoteId)

    expect(again).toMatchObject({ status: 200, body: first.body })
  })

  test('carries the quote as it was offered, not as it would be priced now', async () => {
    const quote = await world.quote('anna', { nights: 30 })
    // The table is what was offered; the catalogue is not asked again.
    const answer = await create('anna', randomUUID(), quote.quoteId)

    expect(answer.body.quote).toEqual(quote)
  })

  test.each<[string, Record<string, string>]>([
    ['an empty key', { 'idempotency-key': '' }],
    ['a key with a space', { 'idempotency-key': 'a b' }],
    ['a key of 256 characters', { 'idempotency-key': 'k'.repeat(256) }],
    ['a key beyond ASCII', { 'idempotency-key': 'clé' }],
  ])('with %s is refused, and nothing is stored', async (_what, headers) => {
    const { quoteId } = await world.quote('anna')
    const before = world.writes()

    const answer = await world.send('/booking-intents', {
      token: await world.tokenOf('anna'),
      headers,
      body: { quoteId },
    })

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(world.writes()).toBe(before)
  })

  test('concurrently with one key makes one intent', async () => {
    const key = randomUUID()
    const { quoteId } = await world.quote('anna')

    const answers = await Promise.all(Array.from({ length: 50 }, () => create('anna', key, quoteId)))

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(49)
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  test('concurrently with many keys from one quote makes one intent', async () => {
    const { quoteId } = await world.quote('anna')

    const answers = await Promise.all(Array.from({ length: 30 }, () => create('anna', randomUUID(), quoteId)))

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'quote_used')).toHaveLength(29)
    const made = (await world.stored()).filter(
      ({ kind, quote }) => kind === 'intent' && (quote as { quoteId: string }).quoteId === quoteId,
    )
    expect(made).toHaveLength(1)
  })
})

describe('the transaction id', () => {
  test('is a UUID of version 8 that person and key determine, and the key of the stage', () => {
    const id = transactionIdFor('stage key', 'anna', 'key')

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(transactionIdFor('stage key', 'anna', 'key')).toBe(id)
    expect(transactionIdFor('another stage key', 'anna', 'key')).not.toBe(id)
  })

  test('does not confuse where the person ends and the key begins', () => {
    const ids = [
      transactionIdFor('stage key', 'ab', 'c'),
      transactionIdFor('stage key', 'a', 'bc'),
      transactionIdFor('stage key', 'a","b', 'c'),
      transactionIdFor('stage key', 'a', 'b","c'),
      transactionIdFor('stage key', '', 'abc'),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('confirming', () => {
  test('200 times at once confirms once and answers alike', async () => {
    const transactionId = await world.intend('anna', 'required')
    const token = await world.approvalTokenFor('anna', transactionId)

    const answers = await Promise.all(Array.from({ length: 200 }, () => world.confirm(transactionId, token)))

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200)
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const item = (await world.stored()).find(({ id }) => id === `intent#${transactionId}`)
    expect(item).toMatchObject({ status: 'confirmed', version: 2 })
  }, 60_000)

  test('and closing at once ends in one of the two, for everyone', async () => {
    const transactionId = await world.intend('anna', 'required')
    const token = await world.approvalTokenFor('anna', transactionId)

    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0 ? world.confirm(transactionId, token) : world.close(transactionId, 'denied'),
      ),
    )

    const end = (await world.read(transactionId, 'anna')).body.status
    expect(['confirmed', 'denied']).toContain(end)
    const shown = answers.filter(({ status }) => status === 200)
    expect(shown).toHaveLength(20)
    for (const { body } of shown) expect(body.status).toBe(end)
  })

  test('again returns the first result, also after the intent’s time', async () => {
    const transactionId = await world.intend('anna', 'required')
    const first = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))
    world.clock.now = start + 86_400_000

    const again = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))

    expect(again.status).toBe(200)
    expect(again.body).toEqual(first.body)
  })

  test.each([
    ['a millisecond before its end', 1_799_999, 200, undefined],
    ['at its end', 1_800_000, 409, 'booking_expired'],
    ['long after its end', 10_000_000, 409, 'booking_expired'],
  ])('a pending intent %s', async (_when, after, status, code) => {
    const transactionId = await world.intend('anna', 'required')
    world.clock.now = start + after
    const before = world.writes()

    const answer = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))

    expect(answer.status).toBe(status)
    expect(answer.body.code).toBe(code)
    // What is told is written first, and nothing else is.
    if (status === 409) {
      expect(world.writes()).toBe(before + 1)
      expect(await world.item(`intent#${transactionId}`)).toMatchObject({ status: 'expired' })
    }
  })

  test('a pending intent whose time runs out while it is being confirmed', async () => {
    const transactionId = await world.intend('anna', 'required')
    const token = await world.approvalTokenFor('anna', transactionId)
    world.clock.now = start + 1_799_998
    const slow = {
      async send(command: never) {
        const answer = await world.documents.send(command)
        world.clock.now += 1
        return answer
      },
    } as unknown as DocumentClient

    const answer = await world.send(
      `/booking-intents/${transactionId}/confirm`,
      { method: 'POST', token },
      world.apiWith({ documents: slow }),
    )

    expect(answer).toMatchObject({ status: 409, body: { code: 'booking_expired' } })
    expect(await world.item(`intent#${transactionId}`)).toMatchObject({ status: 'pending', version: 1 })
  })

  test.each(['denied', 'cancelled'])('what was %s is refused', async (outcome) => {
    const transactionId = await world.intend('anna', 'required')
    await world.close(transactionId, outcome)

    const answer = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))

    expect(answer).toMatchObject({ status: 409, body: { code: 'booking_closed' } })
  })

  test.each(['00000000-0000-8000-8000-000000000000', 'x', '%2f', '__proto__'])(
    'what does not exist (%s) is refused',
    async (transactionId) => {
      const token = await world.tokenOf('anna')

      const answers = [
        await world.confirm(transactionId, token),
        await world.read(transactionId, 'anna'),
        await world.close(transactionId, 'denied'),
      ]

      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_booking' } })
      }
    },
  )
})

describe('a pending intent past its time', () => {
  test('is shown as expired at that time, to everyone, from then on', async () => {
    const transactionId = await world.intend('anna', 'required')
    world.clock.now = start + 1_800_000
    const expired = { status: 'expired', closedAt: '2026-11-23T10:30:00.000Z' }

    const read = await world.read(transactionId, 'anna')
    world.clock.now += 60_000
    const closed = await world.close(transactionId, 'denied')
    const again = await world.close(transactionId, 'cancelled')

    expect(read.body).toMatchObject(expired)
    expect(closed).toMatchObject({ status: 200, body: expired })
    expect(again).toMatchObject({ status: 200, body: expired })
  })

  test('is answered as unknown once the table has forgotten it', async () => {
    const transactionId = await world.intend('anna', 'required')
    await world.forget(`intent#${transactionId}`)

    const answer = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))

    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_booking' } })
  })
})

describe('closing', () => {
  test.each(['denied', 'expired', 'cancelled'])('a pending intent leaves it %s', async (outcome) => {
    const transactionId = await world.intend('anna', 'required')
    world.clock.now = start + 5000

    const closed = await world.close(transactionId, outcome)
    const again = await world.close(transactionId, 'cancelled')

    expect(closed).toMatchObject({
      status: 200,
      body: { status: outcome, closedAt: '2026-11-23T10:00:05.000Z' },
    })
    expect(again).toMatchObject({ status: 200, body: closed.body })
    expect((await world.read(transactionId, 'anna')).body).toEqual(closed.body)
  })

  test('a confirmed booking is refused', async () => {
    const transactionId = await world.intend('anna', 'not_required')
    const confirmed = await world.read(transactionId, 'anna')

    const answer = await world.close(transactionId, 'cancelled')

    expect(answer).toMatchObject({ status: 409, body: { code: 'already_confirmed' } })
    expect((await world.read(transactionId, 'anna')).body).toEqual(confirmed.body)
  })

  test.each([{ outcome: 'confirmed' }, { outcome: 'pending' }, { outcome: '' }, {}, []])(
    'with %j is refused',
    async (body) => {
      const transactionId = await world.intend('anna', 'required')

      const answer = await world.send(`/booking-intents/${transactionId}/close`, {
        token: await world.workflowToken(),
        body,
      })

      expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
      expect((await world.read(transactionId, 'anna')).body.status).toBe('pending')
    },
  )
})

describe('the table forgets', () => {
  test('an unfinished booking three months after it expired, a confirmed one three months after the stay', async () => {
    const ninetyDays = 90 * 24 * 60 * 60
    const pending = await world.intend('anna', 'required')
    const confirmed = await world.intend('anna', 'not_required')

    const items = await world.stored()
    const ttlOf = (transactionId: string) => items.find(({ id }) => id === `intent#${transactionId}`)?.ttl

    expect(ttlOf(pending)).toBe(start / 1000 + 1800 + ninetyDays)
    expect(ttlOf(confirmed)).toBe(Date.parse('2026-12-03T00:00:00Z') / 1000 + ninetyDays)
  })

  test('a used approval only after its token has expired', async () => {
    const transactionId = await world.intend('anna', 'required')
    const exp = Math.floor(start / 1000) + 2_592_000
    await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId, { exp }))

    const approval = (await world.stored()).find(
      ({ kind, transactionId: id }) => kind === 'approval' && id === transactionId,
    )
    expect(approval?.ttl).toBe(exp + 24 * 60 * 60)
  })
})
