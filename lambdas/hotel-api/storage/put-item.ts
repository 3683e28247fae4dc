import { getItem } from './get-item.ts'
import { type BookingTable, withStorage } from './storage.ts'

export type Item = { id: string; [attribute: string]: unknown }

/** A condition on the item that is there; names and values as DynamoDB expressions write them. */
export type Condition = {
  expression: string
  names?: Record<string, string>
  values?: Record<string, unknown>
}

export const ifAbsent: Condition = { expression: 'attribute_not_exists(id)' }

/** `existing` is the item that broke the condition: it tells "already done" from a conflict. */
export type PutResult = { stored: true } | { stored: false; existing: Record<string, unknown> | undefined }

/** Writes one item, whole, under a condition. */
export function putItem(storage: BookingTable, item: Item, condition: Condition): Promise<PutResult> {
  return withStorage(async () => {
    const [documents, { PutCommand }] = await Promise.all([
      storage.documents(),
      import('@aws-sdk/lib-dynamodb'),
    ])
    try {
      await documents.send(
        new PutCommand({
          TableName: storage.table,
          Item: item,
          ConditionExpression: condition.expression,
          ...(condition.names ? { ExpressionAttributeNames: condition.names } : {}),
          ...(condition.values ? { ExpressionAttributeValues: condition.values } : {}),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { stored: true }
    } catch (error) {
      const failure = error as { name?: string; Item?: unknown }
      if (failure.name !== 'ConditionalCheckFailedException') throw error
      return { stored: false, existing: await existingItem(storage, item.id, failure.Item) }
    }
  })
}

/**
 * The item that broke a condition, from the error that says so: the document client decodes answers, not errors. An
 * engine that sends no item is asked for it.
 */
export async function existingItem(
  storage: BookingTable,
  id: string,
  sent: unknown,
): Promise<Record<string, unknown> | undefined> {
  if (sent === undefined) return getItem(storage, id)
  const { unmarshall } = await import('@aws-sdk/util-dynamodb')
  return unmarshall(sent as Parameters<typeof unmarshall>[0])
}
