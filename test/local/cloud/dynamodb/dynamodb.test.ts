import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  TransactionCanceledException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startDynamoDb } from '../../../../local/cloud/dynamodb/start.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const clientOf = (endpoint: string) =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials }))

const createTable = () =>
  new CreateTableCommand({
    TableName: 'bookings',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'user', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byUser',
        KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  })

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('DynamoDB in memory', () => {
  const TableName = 'bookings'
  let now = Date.UTC(2026, 0, 1)
  let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>
  let client: DynamoDBDocumentClient

  const get = async (id: string) =>
    (await client.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }))).Item

  beforeAll(async () => {
    dynamoDb = await startDynamoDb({ clock: () => now })
    client = clientOf(dynamoDb.endpoint)
    await client.send(createTable())
  })

  afterEach(async () => {
    const { Items: items = [] } = await client.send(new ScanCommand({ TableName }))
    for (const { id } of items) await client.send(new DeleteCommand({ TableName, Key: { id } }))
  })

  afterAll(async () => {
    client.destroy()
    await dynamoDb.stop()
  })

  test('200 racing conditional puts have exactly one winner', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, number) =>
        client.send(
          new PutCommand({
            TableName,
            Item: { id: 'one', number },
            ConditionExpression: 'attribute_not_exists(id)',
          }),
        ),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test.each([
    [
      'put',
      new PutCommand({
        TableName,
        Item: { id: 'one' },
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ],
    [
      'update',
      new UpdateCommand({
        TableName,
        Key: { id: 'one' },
        UpdateExpression: 'SET version = :two',
        ConditionExpression: 'version = :two',
        ExpressionAttributeValues: { ':two': 2 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ],
    [
      'delete',
      new DeleteCommand({
        TableName,
        Key: { id: 'one' },
        ConditionExpression: 'version = :two',
        ExpressionAttributeValues: { ':two': 2 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ],
  ])('a %s whose condition fails gives back the item as it is', async (_kind, command) => {
    await client.send(new PutCommand({ TableName, Item: { id: 'one', version: 1 } }))

    const error = await failureOf(client.send(command as PutCommand))

    expect(error).toBeInstanceOf(ConditionalCheckFailedException)
    expect((error as ConditionalCheckFailedException).Item).toEqual({
      id: { S: 'one' },
      version: { N: '1' },
    })
  })

  test('a condition that fails on a missing item gives no item', async () => {
    const error = await failureOf(
      client.send(
        new DeleteCommand({
          TableName,
          Key: { id: 'none' },
          ConditionExpression: 'attribute_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    )
    expect((error as ConditionalCheckFailedException).Item).toBeUndefined()
  })

  test('updates know SET, REMOVE, ADD, if_not_exists and list_append', async () => {
    await client.send(new PutCommand({ TableName, Item: { id: 'one', stale: true, count: 1, list: ['a'] } }))

    const { Attributes: item } = await client.send(
      new UpdateCommand({
        TableName,
        Key: { id: 'one' },
        UpdateExpression:
          'SET #list = list_append(#list, :more), seen = if_not_exists(seen, :now) REMOVE stale ADD #count :one',
        ExpressionAttributeNames: { '#list': 'list', '#count': 'count' },
        ExpressionAttributeValues: { ':more': ['b'], ':now': 7, ':one': 1 },
        ReturnValues: 'ALL_NEW',
      }),
    )

    expect(item).toEqual({ id: 'one', count: 2, list: ['a', 'b'], seen: 7 })
  })

  test('a query on an index finds items by another attribute', async () => {
    await client.send(new PutCommand({ TableName, Item: { id: 'one', user: 'anna' } }))
    await client.send(new PutCommand({ TableName, Item: { id: 'two', user: 'ben' } }))

    const { Items: items } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'byUser',
        KeyConditionExpression: '#user = :anna',
        ExpressionAttributeNames: { '#user': 'user' },
        ExpressionAttributeValues: { ':anna': 'anna' },
      }),
    )

    expect(items).toEqual([{ id: 'one', user: 'anna' }])
  })

  test('an empty key and an item above 400 KB are refused', async () => {
    const empty = await failureOf(client.send(new PutCommand({ TableName, Item: { id: '' } })))
    const large = await failureOf(
      client.send(new PutCommand({ TableName, Item: { id: 'x', text: 'x'.repeat(410_000) } })),
    )
    expect(empty).toMatchObject({ name: 'ValidationException' })
    expect(large).toMatchObject({ name: 'ValidationException' })
  })

  describe('transactions', () => {
    test('one failed condition rolls everything back and names each reason', async () => {
      await client.send(new PutCommand({ TableName, Item: { id: 'kept', version: 1 } }))

      const error = await failureOf(
        client.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName, Item: { id: 'new' } } },
              {
                Update: {
                  TableName,
                  Key: { id: 'kept' },
                  UpdateExpression: 'SET version = :two',
                  ExpressionAttributeValues: { ':two': 2 },
                },
              },
              {
                ConditionCheck: {
                  TableName,
                  Key: { id: 'missing' },
                  ConditionExpression: 'attribute_exists(id)',
                },
              },
            ],
          }),
        ),
      )

      expect(error).toBeInstanceOf(TransactionCanceledException)
      expect(
        (error as TransactionCanceledException).CancellationReasons?.map(({ Code: code }) => code),
      ).toEqual(['None', 'None', 'ConditionalCheckFailed'])
      expect(await get('new')).toBeUndefined()
      expect(await get('kept')).toEqual({ id: 'kept', version: 1 })
    })

    test('a condition check that holds leaves no trace', async () => {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName, Item: { id: 'new' } } },
            {
              ConditionCheck: {
                TableName,
                Key: { id: 'free' },
                ConditionExpression: 'attribute_not_exists(id)',
              },
            },
          ],
        }),
      )
      expect(await get('free')).toBeUndefined()
      const { Responses: responses } = await client.send(
        new TransactGetCommand({
          TransactItems: [
            { Get: { TableName, Key: { id: 'new' } } },
            { Get: { TableName, Key: { id: 'free' } } },
          ],
        }),
      )
      expect(responses?.map(({ Item: item }) => item)).toEqual([{ id: 'new' }, undefined])
    })

    test('a client token commits once, and is refused with another content', async () => {
      const add = (amount: number) =>
        new TransactWriteCommand({
          ClientRequestToken: 'token-1',
          TransactItems: [
            {
              Update: {
                TableName,
                Key: { id: 'counter' },
                UpdateExpression: 'ADD amount :amount',
                ExpressionAttributeValues: { ':amount': amount },
              },
            },
          ],
        })
      await client.send(add(1))
      await client.send(add(1))

      expect(await get('counter')).toEqual({ id: 'counter', amount: 1 })
      await expect(client.send(add(2))).rejects.toMatchObject({
        name: 'IdempotentParameterMismatchException',
      })
    })

    test('two operations on one item are refused', async () => {
      const twice = { Put: { TableName, Item: { id: 'one' } } }
      await expect(
        client.send(new TransactWriteCommand({ TransactItems: [twice, twice] })),
      ).rejects.toMatchObject({ name: 'ValidationException' })
    })
  })

  test('time to live deletes what is past its time, and nothing else', async () => {
    const seconds = Math.floor(now / 1000)
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      }),
    )
    for (const [id, ttl] of [
      ['soon', seconds + 60],
      ['later', seconds + 3600],
      ['milliseconds', 1],
    ] as const) {
      await client.send(new PutCommand({ TableName, Item: { id, ttl } }))
    }
    await client.send(new PutCommand({ TableName, Item: { id: 'never' } }))
    now += 61_000

    const deleted = await dynamoDb.sweep()

    expect(deleted).toBe(1)
    expect(await get('soon')).toBeUndefined()
    expect([await get('later'), await get('milliseconds'), await get('never')]).not.toContain(undefined)
    const { TimeToLiveDescription: description } = await client.send(
      new DescribeTimeToLiveCommand({ TableName }),
    )
    expect(description).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' })
  })
})

describe('DynamoDB on disk', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dynamodb-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('items and time to live are there again after a restart', async () => {
    const item = { id: 'one', tags: new Set(['a', 'b']), nested: { list: [1, { deep: true }] } }
    const before = await startDynamoDb({ directory })
    const writer = clientOf(before.endpoint)
    await writer.send(createTable())
    await writer.send(new PutCommand({ TableName: 'bookings', Item: item }))
    await writer.send(
      new UpdateTimeToLiveCommand({
        TableName: 'bookings',
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      }),
    )
    await before.stop()

    const after = await startDynamoDb({ directory })
    const reader = clientOf(after.endpoint)
    const { Item: found } = await reader.send(new GetCommand({ TableName: 'bookings', Key: { id: 'one' } }))
    const { TimeToLiveDescription: description } = await reader.send(
      new DescribeTimeToLiveCommand({ TableName: 'bookings' }),
    )
    await after.stop()

    expect(found).toEqual(item)
    expect(description?.TimeToLiveStatus).toBe('ENABLED')
  })

  test('a directory that is in use is refused in one sentence', async () => {
    const first = await startDynamoDb({ directory })
    const second = await failureOf(startDynamoDb({ directory }))
    await first.stop()
    expect((second as Error).message).toMatch(/dynamodb-.* is in use by process \d+: end that process/)
  })

  test('a port that is in use is refused in one sentence', async () => {
    const first = await startDynamoDb()
    const port = Number(new URL(first.endpoint).port)
    const second = await failureOf(startDynamoDb({ port }))
    await first.stop()
    expect((second as Error).message).toBe(
      `Port ${port}, which DynamoDB needs, is in use: stop the program that listens there, or choose another port.`,
    )
  })
})
