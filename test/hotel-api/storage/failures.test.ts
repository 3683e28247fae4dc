// The table fails, or the function dies, at every point where it is asked for something.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { DocumentClient } from '../../../lambdas/hotel-api/dependencies.ts'
import { startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
beforeEach(() => world.forgetPeople())

type Fault = { at: number; when: 'before' | 'after' }

/** A client whose nth request fails, before or after the table has acted on it. */
function failing({ at, when }: Fault): DocumentClient & { requests: () => number } {
  let requests = 0
  return {
    requests: () => requests,
    async send(command: never) {
      const fails = ++requests === at
      const failure = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })
      if (fails && when === 'before') throw failure
      const answer = await world.documents.send(command).catch((error: unknown) => {
        if (fails) throw failure
        throw error
      })
      if (fails) throw failure
      return answer
    },
  } as unknown as DocumentClient & { requests: () => number }
}

const faults: [number, Fault['when']][] = [1, 2, 3, 4].flatMap((at) => [
  [at, 'before'] as [number, Fault['when']],
  [at, 'after'] as [number, Fault['when']],
])

describe('when request %i to the table fails %s it acted', () => {
  test.each(faults)(
    '(%i, %s) a quote is refused with 503 or given, and nothing is half done',
    async (at, when) => {
      const api = world.apiWith({ documents: failing({ at, when }) })
      const answer = await world.send(
        '/booking-quotes',
        {
          token: await world.tokenOf('anna'),
          body: { hotelId: 'rome-villa-aurelina', startDate: '2026-12-01', nights: 1 },
        },
        api,
      )

      expect([201, 503]).toContain(answer.status)
      if (answer.status === 503) expect(answer.headers.get('retry-after')).toBe('1')
    },
  )

  test.each(faults)('(%i, %s) a repeated creation makes the one booking', async (at, when) => {
    const { quoteId } = await world.quote('anna')
    const sent = {
      token: await world.tokenOf('anna'),
      headers: { 'idempotency-key': randomUUID() },
      body: { quoteId },
    }

    const broken = await world.send(
      '/booking-intents',
      sent,
      world.apiWith({ documents: failing({ at, when }) }),
    )
    const repeated = await world.send('/booking-intents', sent)
    const other = await world.send('/booking-intents', {
      ...sent,
      headers: { 'idempotency-key': randomUUID() },
    })

    if (broken.status === 503) expect(broken.body.code).toBe('temporarily_unavailable')
    else expect(repeated.body).toEqual(broken.body)
    expect([200, 201]).toContain(repeated.status)
    expect(other).toMatchObject({ status: 409, body: { code: 'quote_used' } })
  })

  test.each(faults)(
    '(%i, %s) a repeated confirmation confirms once, with the same approval',
    async (at, when) => {
      const transactionId = await world.intend('anna', 'required')
      const token = await world.approvalTokenFor('anna', transactionId)
      const sent = { method: 'POST', token }
      const path = `/booking-intents/${transactionId}/confirm`

      const broken = await world.send(path, sent, world.apiWith({ documents: failing({ at, when }) }))
      const seen = await world.read(transactionId, 'anna')
      const repeated = await world.send(path, sent)

      expect([200, 503]).toContain(broken.status)
      expect(repeated).toMatchObject({ status: 200, body: { status: 'confirmed' } })
      if (seen.body.status === 'confirmed') expect(repeated.body).toEqual(seen.body)
      expect(await world.item(`intent#${transactionId}`)).toMatchObject({ version: 2 })
    },
  )

  test.each(faults)('(%i, %s) a repeated closing closes once', async (at, when) => {
    const transactionId = await world.intend('anna', 'required')
    const sent = { token: await world.workflowToken(), body: { outcome: 'denied' } }
    const path = `/booking-intents/${transactionId}/close`

    const broken = await world.send(path, sent, world.apiWith({ documents: failing({ at, when }) }))
    const repeated = await world.send(path, { ...sent, body: { outcome: 'cancelled' } })

    expect([200, 503]).toContain(broken.status)
    expect(repeated.status).toBe(200)
    const { version, status } = (await world.item(`intent#${transactionId}`)) as Record<string, unknown>
    expect(version).toBe(2)
    expect(repeated.body.status).toBe(status)
  })
})

describe('a table that answers a failed condition without the item', () => {
  const forgetful = {
    async send(command: never) {
      return world.documents.send(command).catch((error: Error & { Item?: unknown }) => {
        delete error.Item
        throw error
      })
    },
  } as unknown as DocumentClient

  test('is asked for it: concurrent confirmations and creations still agree', async () => {
    const api = world.apiWith({ documents: forgetful })
    const transactionId = await world.intend('anna', 'required')
    const token = await world.approvalTokenFor('anna', transactionId)
    const { quoteId } = await world.quote('anna', { startDate: '2027-01-01' })
    const creation = {
      token: await world.tokenOf('anna'),
      headers: { 'idempotency-key': randomUUID() },
      body: { quoteId },
    }

    const confirmations = await Promise.all(
      Array.from({ length: 20 }, () =>
        world.send(`/booking-intents/${transactionId}/confirm`, { method: 'POST', token }, api),
      ),
    )
    const creations = await Promise.all(
      Array.from({ length: 20 }, () => world.send('/booking-intents', creation, api)),
    )

    expect(new Set(confirmations.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(confirmations[0]?.status).toBe(200)
    expect(creations.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(new Set(creations.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })
})

describe('a late repetition of the write of a quote', () => {
  test('does not free a quote that was used meanwhile', async () => {
    const commands: unknown[] = []
    const recording = {
      send(command: never) {
        commands.push(command)
        return world.documents.send(command)
      },
    } as unknown as DocumentClient
    const token = await world.tokenOf('anna')
    const quote = await world.send(
      '/booking-quotes',
      { token, body: { hotelId: 'rome-villa-aurelina', startDate: '2026-12-01', nights: 1 } },
      world.apiWith({ documents: recording }),
    )
    const create = () =>
      world.send('/booking-intents', {
        token,
        headers: { 'idempotency-key': randomUUID() },
        body: { quoteId: quote.body.quoteId },
      })
    await create()

    await world.documents.send(commands[0] as never).catch(() => undefined)
    const second = await create()

    expect(second).toMatchObject({ status: 409, body: { code: 'quote_used' } })
  })
})

describe('what the table should never answer', () => {
  test.each([
    ['an item of another shape', { Item: { id: 'x', status: 'paid' } }],
    ['an item without owner', { Item: { id: 'x', kind: 'intent', status: 'pending', version: 1 } }],
  ])('(%s) is an internal error that tells nothing', async (_what, answer) => {
    const api = world.apiWith({ documents: { send: async () => answer } as unknown as DocumentClient })

    const { status, body } = await world.send(
      '/booking-intents/00000000-0000-8000-8000-000000000000',
      { token: await world.tokenOf('anna') },
      api,
    )

    expect(status).toBe(500)
    expect(body.code).toBe('internal_error')
    expect(JSON.stringify(body)).not.toMatch(/Zod|paid|owner/)
    expect(world.log.at(-1)).toMatchObject({ level: 'error', reason: 'ZodError', status: 500 })
  })

  test.each([
    ['AccessDeniedException', 'client', 500],
    ['ThrottlingException', 'client', 503],
    ['ProvisionedThroughputExceededException', 'client', 503],
    ['InternalServerError', 'server', 503],
  ])('%s is answered as it deserves', async (name, $fault, status) => {
    const failure = Object.assign(new Error('anna at table bookings'), { name, $fault })
    const api = world.apiWith({
      documents: { send: () => Promise.reject(failure) } as unknown as DocumentClient,
    })

    const answer = await world.send(
      '/booking-intents/00000000-0000-8000-8000-000000000000',
      { token: await world.tokenOf('anna') },
      api,
    )

    expect(answer.status).toBe(status)
    expect(JSON.stringify([answer.body, world.log.at(-1)])).not.toContain('anna at table')
    expect(world.log.at(-1)).toMatchObject({ reason: name })
  })
})
