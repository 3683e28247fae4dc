import { StorageUnavailableError } from '../errors/request-errors.ts'
import { type Condition, existingItem, type Item } from './put-item.ts'
import { type BookingTable, withStorage } from './storage.ts'

/**
 * One item of a transaction, whole, under a condition; in the booking table unless another is named. What is in another
 * table is only written: nobody here may read it.
 */
export type ConditionalPut = { item: Item; condition: Condition; table?: string }

/** A condition that did not hold: the id of the item that was to be written, and the item that was there. */
export type BrokenCondition = { id: string; existing: Record<string, unknown> | undefined }

export type TogetherResult = { stored: true } | { stored: false; broken: readonly BrokenCondition[] }

/** How often a transaction that met another one on the same item is begun. The SDK repeats none of these. */
const maxAttempts = 5

/** Reasons that pass by themselves. */
const busy = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

/**
 * Writes items together or not at all (`TransactWriteItems`). Each costs the write units of two.
 *
 * @throws {StorageUnavailableError} also when others kept an item busy: nothing was written, and it may be repeated
 * @example
 * const result = await writeTogether(storage, [
 *   { item: consumedQuote, condition: stillFree },
 *   { item: intent, condition: ifAbsent },
 * ])
 */
export function writeTogether(
  storage: BookingTable,
  puts: readonly ConditionalPut[],
): Promise<TogetherResult> {
  return withStorage(async () => {
    const [documents, { TransactWriteCommand }] = await Promise.all([
      storage.documents(),
      import('@aws-sdk/lib-dynamodb'),
    ])
    for (let attempt = 1; ; attempt++) {
      try {
        await documents.send(
          new TransactWriteCommand({
            TransactItems: puts.map(({ item, condition, table }) => ({
              Put: {
                TableName: table ?? storage.table,
                Item: item,
                ConditionExpression: condition.expression,
                ...(condition.names ? { ExpressionAttributeNames: condition.names } : {}),
                ...(condition.values ? { ExpressionAttributeValues: condition.values } : {}),
                ...(table === undefined ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const } : {}),
              },
            })),
          }),
        )
        return { stored: true }
      } catch (error) {
        const reasons = cancellationReasons(error)
        if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
          return { stored: false, broken: await brokenConditions(storage, puts, reasons) }
        }
        if (!reasons.some(({ Code }) => busy.has(Code ?? ''))) throw error
        if (attempt === maxAttempts) throw new StorageUnavailableError(error)
      }
    }
  })
}

type Reason = { Code?: string | undefined; Item?: unknown }

/** A reason for each item, in their order; none when the error is another. */
function cancellationReasons(error: unknown): readonly Reason[] {
  const { name, CancellationReasons: reasons } = error as { name?: string; CancellationReasons?: unknown }
  return name === 'TransactionCanceledException' && Array.isArray(reasons) ? reasons : []
}

async function brokenConditions(
  storage: BookingTable,
  puts: readonly ConditionalPut[],
  reasons: readonly Reason[],
): Promise<BrokenCondition[]> {
  const broken: BrokenCondition[] = []
  for (const [index, { item, table }] of puts.entries()) {
    const reason = reasons[index]
    if (reason?.Code !== 'ConditionalCheckFailed') continue
    const existing = table === undefined ? await existingItem(storage, item.id, reason.Item) : undefined
    broken.push({ id: item.id, existing })
  }
  return broken
}
