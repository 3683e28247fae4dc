import { randomUUID } from 'node:crypto'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { DocumentClient } from '../../../lambdas/hotel-api/dependencies.ts'
import { StorageUnavailableError } from '../../../lambdas/hotel-api/errors/request-errors.ts'
import { getItem } from '../../../lambdas/hotel-api/storage/get-item.ts'
import { ifAbsent } from '../../../lambdas/hotel-api/storage/put-item.ts'
import type { BookingTable } from '../../../lambdas/hotel-api/storage/storage.ts'
import { writeTogether } from '../../../lambdas/hotel-api/storage/write-together.ts'
import { settings, startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const storage = (): BookingTable => ({
  table: settings.bookingTable,
  documents: async () => world.documents,
})
const absent = (id: string) => ({ item: { id, text: 'new' }, condition: ifAbsent })

test('items are written together', async () => {
  const [one, two] = [randomUUID(), randomUUID()]

  const result = await writeTogether(storage(), [absent(one), absent(two)])

  expect(result).toEqual({ stored: true })
  expect(await getItem(storage(), one)).toEqual({ id: one, text: 'new' })
  expect(await getItem(storage(), two)).toEqual({ id: two, text: 'new' })
})

test('one broken condition keeps all of them out, and names the item that was there', async () => {
  const [one, taken] = [randomUUID(), randomUUID()]
  await writeTogether(storage(), [absent(taken)])

  const result = await writeTogether(storage(), [absent(one), absent(taken)])

  expect(result).toEqual({ stored: false, broken: [{ id: taken, existing: { id: taken, text: 'new' } }] })
  expect(await getItem(storage(), one)).toBeUndefined()
})

describe('a transaction that meets another one', () => {
  /** Answers with the reasons in turn, then lets the table answer. */
  function busyFor(answers: string[]): { storage: BookingTable; asked: () => number } {
    let asked = 0
    const documents = {
      async send(command: never) {
        const code = answers[asked++]
        if (code === undefined) return world.documents.send(command)
        throw new TransactionCanceledException({
          message: `Transaction cancelled, please refer cancellation reasons for specific reasons [None, ${code}]`,
          $metadata: {},
          CancellationReasons: [{ Code: 'None' }, { Code: code }],
        })
      },
    } as unknown as DocumentClient
    return { storage: { ...storage(), documents: async () => documents }, asked: () => asked }
  }

  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is begun again after %s',
    async (code) => {
      const busy = busyFor([code, code])
      const [one, two] = [randomUUID(), randomUUID()]

      const result = await writeTogether(busy.storage, [absent(one), absent(two)])

      expect(result).toEqual({ stored: true })
      expect(busy.asked()).toBe(3)
    },
  )

  test('is given up after five times, and may be repeated', async () => {
    const busy = busyFor(Array(9).fill('TransactionConflict'))

    const failure = writeTogether(busy.storage, [absent(randomUUID()), absent(randomUUID())])

    await expect(failure).rejects.toBeInstanceOf(StorageUnavailableError)
    expect(busy.asked()).toBe(5)
  })

  test('is not begun again after a reason that stays', async () => {
    const busy = busyFor(['ValidationError'])

    await expect(
      writeTogether(busy.storage, [absent(randomUUID()), absent(randomUUID())]),
    ).rejects.toBeInstanceOf(TransactionCanceledException)
    expect(busy.asked()).toBe(1)
  })
})
