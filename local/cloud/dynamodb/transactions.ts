import { isDeepStrictEqual } from 'node:util'
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import type { DynaliteEngine } from './dynalite-engine.ts'
import { currentItem, isConditionFailure, keyOf } from './dynamodb.ts'

type Write = (operation: string, input: AwsJson) => Promise<AwsJson>
type Action = { operation: 'PutItem' | 'UpdateItem' | 'DeleteItem'; input: AwsJson; isCheck: boolean }
type Reason = { Code: string; Message?: string; Item?: unknown }

// A client token is remembered for ten minutes after its transaction ended.
const tokenLifetime = 10 * 60 * 1000

/** TransactWriteItems and TransactGetItems. The caller sees to it that nothing else runs meanwhile. */
export function createTransactions({
  engine,
  write,
  clock,
}: {
  engine: DynaliteEngine
  write: Write
  clock: () => number
}) {
  const done = new Map<string, { input: AwsJson; at: number }>()

  /** True when this very transaction was committed before. */
  function isRepeated(input: AwsJson): boolean {
    for (const [token, { at }] of done) if (clock() - at > tokenLifetime) done.delete(token)
    const earlier = done.get(String(input.ClientRequestToken))
    if (input.ClientRequestToken === undefined || earlier === undefined) return false
    if (isDeepStrictEqual(earlier.input, input)) return true
    throw new AwsError(
      'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
      'Request has the same ClientRequestToken but different parameters',
    )
  }

  return {
    async write(input: AwsJson): Promise<AwsJson> {
      const actions = entries(input).map(actionFrom)
      if (isRepeated(input)) return {}
      await refuseSameItemTwice(engine, actions)
      const undo: (() => Promise<unknown>)[] = []
      const reasons: Reason[] = []
      for (const action of actions) {
        try {
          const before = await currentItem(engine, action.operation, action.input)
          await write(action.operation, action.input)
          const restore = await restoration(engine, action, before)
          // A condition check only looks: what its update touched goes back at once.
          if (action.isCheck) await restore()
          else undo.unshift(restore)
          reasons.push({ Code: 'None' })
        } catch (error) {
          reasons.push(reasonFor(error))
        }
      }
      if (reasons.some(({ Code: code }) => code !== 'None')) {
        for (const restore of undo) await restore()
        throw new AwsError(
          'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
          `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code: code }) => code).join(', ')}]`,
          { members: { CancellationReasons: reasons } },
        )
      }
      if (input.ClientRequestToken !== undefined) {
        done.set(String(input.ClientRequestToken), { input, at: clock() })
      }
      return {}
    },

    async read(input: AwsJson): Promise<AwsJson> {
      const responses: AwsJson[] = []
      for (const { Get: get } of entries(input)) {
        const { Item: item } = await engine.call('GetItem', { ...(get as AwsJson), ConsistentRead: true })
        responses.push(item === undefined ? {} : { Item: item })
      }
      return { Responses: responses }
    },
  }
}

function entries(input: AwsJson): AwsJson[] {
  const items = input.TransactItems
  if (!Array.isArray(items) || items.length < 1 || items.length > 100) {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and 100, inclusive",
    )
  }
  return items as AwsJson[]
}

function actionFrom(entry: AwsJson): Action {
  const [kind, ...more] = Object.keys(entry)
  const input = entry[kind ?? ''] as AwsJson
  if (more.length === 0) {
    if (kind === 'Put') return { operation: 'PutItem', input, isCheck: false }
    if (kind === 'Update') return { operation: 'UpdateItem', input, isCheck: false }
    if (kind === 'Delete') return { operation: 'DeleteItem', input, isCheck: false }
    if (kind === 'ConditionCheck') return { operation: 'UpdateItem', input, isCheck: true }
  }
  throw new AwsError(
    'ValidationException',
    'TransactItems can only contain one of Check, Put, Update or Delete',
  )
}

async function refuseSameItemTwice(engine: DynaliteEngine, actions: Action[]): Promise<void> {
  const seen = new Set<string>()
  for (const { operation, input } of actions) {
    const key =
      operation === 'PutItem' ? await keyOf(engine, input.TableName, input.Item as AwsJson) : input.Key
    const members = Object.entries(key as AwsJson).sort(([a], [b]) => (a < b ? -1 : 1))
    const name = JSON.stringify([input.TableName, members])
    if (seen.has(name)) {
      throw new AwsError(
        'ValidationException',
        'Transaction request cannot include multiple operations on one item',
      )
    }
    seen.add(name)
  }
}

async function restoration(engine: DynaliteEngine, action: Action, before: AwsJson | undefined) {
  const { TableName: table } = action.input
  if (before !== undefined) return () => engine.call('PutItem', { TableName: table, Item: before })
  const key =
    action.operation === 'PutItem'
      ? await keyOf(engine, table, action.input.Item as AwsJson)
      : action.input.Key
  return () => engine.call('DeleteItem', { TableName: table, Key: key })
}

function reasonFor(error: unknown): Reason {
  if (!(error instanceof AwsError)) throw error
  if (isConditionFailure(error)) {
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...error.members }
  }
  return { Code: 'ValidationError', Message: error.message }
}
