// Document clients on the local DynamoDB engine, in this process: real conditions and real items, no HTTP between.
import { convertToAttr, marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { openDynamoDb } from '../../local/cloud/dynamodb/dynamodb.ts'

type Json = Record<string, unknown>
export type Command = { constructor: { name: string }; input: Json }

export type LocalTables = {
  send(command: Command): Promise<Json>
  close(): Promise<void>
}

/** A table for each name, keyed by one string, and by a number where a second key is named. */
export async function openLocalTables(
  tables: Record<string, readonly [key: string, sortKey?: string]>,
): Promise<LocalTables> {
  const dynamoDb = await openDynamoDb({ sweepSeconds: 3600 })
  for (const [TableName, [key, sortKey]] of Object.entries(tables)) {
    await dynamoDb.call('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: key, KeyType: 'HASH' },
        ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' }]),
      ],
      AttributeDefinitions: [
        { AttributeName: key, AttributeType: 'S' },
        ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, AttributeType: 'N' }]),
      ],
    })
  }
  return {
    close: () => dynamoDb.close(),
    async send(command) {
      const { input } = command
      try {
        switch (command.constructor.name) {
          case 'GetCommand': {
            const { Item } = await dynamoDb.call('GetItem', { ...input, Key: marshall(input.Key as Json) })
            return Item === undefined ? {} : { Item: unmarshall(Item as never) }
          }
          case 'PutCommand':
            await dynamoDb.call('PutItem', asPut(input))
            return {}
          case 'TransactWriteCommand':
            await dynamoDb.call('TransactWriteItems', {
              TransactItems: (input.TransactItems as { Put: Json }[]).map(({ Put }) => ({ Put: asPut(Put) })),
            })
            return {}
          default:
            throw new TypeError(`These tables do not understand ${command.constructor.name}`)
        }
      } catch (error) {
        throw asSdkError(error)
      }
    },
  }
}

/** A put in the wire's format. */
function asPut(input: Json): Json {
  const values = input.ExpressionAttributeValues as Json | undefined
  return {
    ...input,
    Item: marshall(input.Item as Json, { removeUndefinedValues: true }),
    ...(values ? { ExpressionAttributeValues: mapValues(values) } : {}),
  }
}

const mapValues = (values: Json) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convertToAttr(value)]))

/** As the SDK throws it: named after the type's last part, members attached, a client's fault. */
function asSdkError(error: unknown): unknown {
  const { type, message, members } = error as { type?: string; message: string; members?: Json }
  if (type === undefined) return error
  return Object.assign(new Error(message), { name: type.split('#').at(-1), $fault: 'client', ...members })
}
