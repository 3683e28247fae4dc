// The hotel API on the policies as they are deployed, evaluated by the local PingOne: what one person may be asked at
// once, and may book unasked.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { createTestPingOne } from '../../identity/pingone-environment.ts'
import { decideByPingOne } from '../decide-by-pingone.ts'
import { settings, startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  const pingOne = createTestPingOne({
    async introspect(request) {
      const token = new URLSearchParams(await request.text()).get('token') ?? ''
      const { act: _, ...claims } = decodeJwt(token)
      const clients = { exchange: id('application.exchange'), connector: id('application.connector') }
      const act = { sub: clients.exchange, act: { sub: clients.connector } }
      return Response.json({ active: true, ...claims, act, groups: ['ChatGPT User'] })
    },
  })
  const { reconciler } = await pingOne.apply()
  const id = (key: string) => reconciler.id(key)
  world = await startWorld({ decide: decideByPingOne(pingOne, id('decisionEndpoint.hotelApi') ?? '') })
})
afterAll(() => world.stop())

const start = Date.parse('2026-11-23T10:00:00Z')
const hour = 3_600_000
beforeEach(async () => {
  world.clock.now = start
  await world.forgetPeople()
})

/** Each stay at a time of its own. */
let stays = 0
const nextStart = () =>
  new Date(Date.UTC(2027, 0, 1) + 7 * 86_400_000 * (stays++ % 150)).toISOString().slice(0, 10)

async function book(nights: number, startDate = nextStart(), more: Record<string, unknown> = {}) {
  const hotelId = 'milan-locanda-del-binario'
  const { quoteId } = await world.quote('anna', { hotelId, startDate, nights })
  return world.send('/booking-intents', {
    token: await world.tokenOf('anna'),
    ...more,
    body: { quoteId, ...(more.body as object) },
  })
}
const keyed = (key: string = randomUUID()) => ({ headers: { 'idempotency-key': key } })
/** 74.50 EUR a night: one needs no approval, three need one. */
const [unasked, asked] = [1, 3]

const statuses = (answers: { status: number; body: Record<string, unknown> }[]) =>
  answers.map(({ status, body }) => (status < 300 ? body.status : body.code))
const count = (values: unknown[], value: unknown) => values.filter((each) => each === value).length

describe('bookings without an approval', () => {
  test('are made until the sum of a day is reached; from then on each needs one', async () => {
    const answers = []
    for (let booking = 0; booking < 8; booking++) answers.push(await book(unasked))

    // Six are 447 EUR, a seventh would be 521.50.
    expect(statuses(answers)).toEqual([...Array(6).fill('confirmed'), 'pending', 'pending'])
  })

  test('stay below the sum when twenty are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => book(unasked)))

    const ends = statuses(answers)
    expect(count(ends, 'confirmed')).toBeLessThanOrEqual(6)
    expect(count(ends, 'pending')).toBeLessThanOrEqual(3)
    const known = ['confirmed', 'pending', 'denied_by_policy', 'temporarily_unavailable']
    for (const end of ends) expect(known).toContain(end)
    const person = await world.item('person#anna')
    expect(person?.stays).toHaveLength(count(ends, 'confirmed') + count(ends, 'pending'))
  })

  test('are counted for 24 hours and no longer', async () => {
    for (let booking = 0; booking < 6; booking++) await book(unasked)
    world.clock.now = start + 24 * hour - 1
    const before = await book(unasked)
    world.clock.now = start + 24 * hour

    const after = await book(unasked)

    expect(statuses([before, after])).toEqual(['pending', 'confirmed'])
  })
})

describe('open approvals', () => {
  test('are three at most, in words that say what to do', async () => {
    for (let booking = 0; booking < 3; booking++) expect((await book(asked)).status).toBe(201)

    const fourth = await book(asked)

    expect(fourth).toMatchObject({ status: 403, body: { code: 'denied_by_policy' } })
    expect(fourth.body.detail).toContain('Approve or decline them on your other device')
  })

  test('are three at most when twenty are asked for at once, by whatever keys', async () => {
    for (const more of [{}, keyed]) {
      await world.forgetPeople()
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          book(asked, nextStart(), typeof more === 'function' ? more() : more),
        ),
      )

      const ends = statuses(answers)
      expect(count(ends, 'pending')).toBe(3)
      expect(count(ends, 'denied_by_policy') + count(ends, 'temporarily_unavailable')).toBe(17)
    }
  })

  test('are fewer when one is answered, called off or expires', async () => {
    for (const end of ['denied', 'cancelled', 'expired'] as const) {
      await world.forgetPeople()
      world.clock.now = start
      const [first] = [await book(asked), await book(asked), await book(asked)]
      if (end !== 'expired') await world.close(String(first.body.transactionId), end)
      // Past the pause after a decline, or past the booking's time.
      world.clock.now = start + (end === 'denied' ? 300_000 : settings.intentLifetimeSeconds * 1000)

      expect((await book(asked)).status).toBe(201)
    }
  })

  test('count what was replaced unanswered: it may be on the phone still', async () => {
    const startDate = nextStart()

    const answers = []
    for (let form = 0; form < 5; form++) answers.push(await book(asked, startDate, keyed()))

    expect(statuses(answers)).toEqual([
      'pending',
      'pending',
      'pending',
      'denied_by_policy',
      'denied_by_policy',
    ])
    const ends = await Promise.all(
      answers
        .slice(0, 3)
        .map(async ({ body }) => (await world.read(String(body.transactionId), 'anna')).body.status),
    )
    expect(ends).toEqual(['cancelled', 'cancelled', 'pending'])
    expect(answers[2]?.body.replaces).toEqual([answers[1]?.body.transactionId])
  })

  test('do not stand in the way of what needs none', async () => {
    for (let booking = 0; booking < 3; booking++) await book(asked)

    expect((await book(unasked)).body).toMatchObject({ status: 'confirmed' })
  })

  test('are counted for what only the caller’s policy wants approved, too', async () => {
    for (let booking = 0; booking < 3; booking++) await book(asked)

    const answer = await book(unasked, nextStart(), { body: { approvalRequired: true } })

    expect(answer).toMatchObject({ status: 403, body: { code: 'denied_by_policy' } })
  })
})

describe('after a decline', () => {
  test('nothing is asked until the pause is over', async () => {
    const { body } = await book(asked)
    await world.close(String(body.transactionId), 'denied')
    world.clock.now += 299_999
    const tooSoon = await book(asked)
    world.clock.now += 1

    const later = await book(asked)

    expect(tooSoon.body).toMatchObject({
      code: 'denied_by_policy',
      detail: expect.stringContaining('You have just declined a booking'),
    })
    expect(later.status).toBe(201)
  })
})

describe('one stay', () => {
  test('asked for twenty times at once is one booking', async () => {
    for (const nights of [unasked, asked]) {
      await world.forgetPeople()
      const startDate = nextStart()

      const answers = await Promise.all(Array.from({ length: 20 }, () => book(nights, startDate)))

      const ids = new Set(answers.filter(({ status }) => status < 300).map(({ body }) => body.transactionId))
      expect(ids.size).toBe(1)
    }
  })

  test('asked for twenty times at once by forms of their own is booked once', async () => {
    const startDate = nextStart()

    const answers = await Promise.all(Array.from({ length: 20 }, () => book(unasked, startDate, keyed())))

    expect(count(statuses(answers), 'confirmed')).toBe(1)
    expect(count(statuses(answers), 'stay_overlaps')).toBe(19)
  })

  test('is found by what a lost call has said, by its key or without', async () => {
    const startDate = nextStart()
    const key = randomUUID()
    const look = async (headers = {}, person = 'anna') =>
      world.send(`/booking-intents?hotelId=milan-locanda-del-binario&startDate=${startDate}&nights=3`, {
        token: await world.tokenOf(person),
        headers,
      })
    const before = await look(keyed(key).headers)
    const { body } = await book(asked, startDate, keyed(key))

    const answers = [await look(keyed(key).headers), await look(), await look(keyed().headers)]
    await world.close(String(body.transactionId), 'denied')
    const declined = await look(keyed(key).headers)

    expect(before).toMatchObject({ status: 404, body: { code: 'unknown_booking' } })
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body })
    expect(declined.body.status).toBe('denied')
    for (const nothing of [await look(), await look(keyed(key).headers, 'ben')]) {
      expect(nothing).toMatchObject({ status: 404, body: { code: 'unknown_booking' } })
    }
  })
})
