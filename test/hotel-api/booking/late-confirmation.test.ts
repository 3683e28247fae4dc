// A confirmation that was decided in time reaches the table after the booking has expired.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { DocumentClient } from '../../../lambdas/hotel-api/dependencies.ts'
import { settings, startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

/** A client that keeps the write of a confirmation back until it is let go. */
function holding() {
  const arrived = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const documents = {
    async send(command: { input: { TransactItems?: { Put: { Item: { status?: string } } }[] } }) {
      if (command.input.TransactItems?.some(({ Put }) => Put.Item.status === 'confirmed')) {
        arrived.resolve()
        await released.promise
      }
      return world.documents.send(command as never)
    },
  } as unknown as DocumentClient
  return { documents, arrived: arrived.promise, release: () => released.resolve() }
}

type Reader = [what: string, look: (transactionId: string, key: string) => Promise<{ status: unknown }>]

const readers: Reader[] = [
  ['was read as expired', async (id) => (await world.read(id, 'anna')).body as { status: unknown }],
  [
    'was found expired when it was prepared again',
    async (_id, key) => {
      const { quoteId } = await world.quote('anna')
      const again = await world.send('/booking-intents', {
        token: await world.tokenOf('anna'),
        headers: { 'idempotency-key': key },
        body: { quoteId },
      })
      return again.body as { status: unknown }
    },
  ],
]

test.each(readers)('a booking that %s is not confirmed afterwards', async (_what, look) => {
  const key = randomUUID()
  const transactionId = await world.intend('anna', 'required', key)
  const { documents, arrived, release } = holding()
  const late = world.send(
    `/booking-intents/${transactionId}/confirm`,
    { method: 'POST', token: await world.approvalTokenFor('anna', transactionId) },
    world.apiWith({ documents }),
  )
  await arrived
  world.clock.now += settings.intentLifetimeSeconds * 1000

  const told = await look(transactionId, key)
  release()
  const answer = await late

  expect(told.status).toBe('expired')
  expect(answer).toMatchObject({ status: 409, body: { code: 'booking_expired' } })
  expect((await world.read(transactionId, 'anna')).body.status).toBe('expired')
})

test('a booking that was confirmed meanwhile is not called expired', async () => {
  const transactionId = await world.intend('anna', 'required')
  const token = await world.approvalTokenFor('anna', transactionId)
  const { documents, arrived, release } = holding()
  const late = world.send(
    `/booking-intents/${transactionId}/confirm`,
    { method: 'POST', token },
    world.apiWith({ documents }),
  )
  await arrived
  release()
  const first = await late
  world.clock.now += settings.intentLifetimeSeconds * 1000

  const answer = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))

  expect(answer).toMatchObject({
    status: 200,
    body: { status: 'confirmed', confirmationCode: first.body.confirmationCode },
  })
})
