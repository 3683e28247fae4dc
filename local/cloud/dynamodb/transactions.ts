import { isDeepStrictEqual } from 'node:util'
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import { openJsonFile } from '../state/json-file.ts'
import type { DynaliteEngine } from './dynalite-engine.ts'
import { currentItem, isConditionFailure, keyOf } from './dynamodb.ts'

type Write = (operation: string, input: AwsJson) => Promise<AwsJson>
type Action = { operation: 'PutItem' | 'UpdateItem' | 'DeleteItem'; input: AwsJson; isCheck: boolean }
type Restoration = { operation: 'PutItem' | 'DeleteItem'; input: AwsJson }
type Reason = { Code: string; Message?: string; Item?: unknown }

// A client token is remembered for ten minutes after its transaction ended.
const tokenLifetime = 10 * 60 * 1000

/**
 * TransactWriteItems and TransactGetItems. The caller sees to it that nothing else runs meanwhile.
 *
 * @param journalFile holds what undoes the transaction that is running. A process that is killed in the middle of one
 * leaves it there, and `recover` puts things back.
 */
export function createTransactions({
  engine,
  write,
  clock,
  journalFile,
}: {
  engine: DynaliteEngine
  write: Write
  clock: () => number
  journalFile?: string | undefined
}) {
  const journal = journalFile === undefined ? undefined : openJsonFile<Restoration[]>(journalFile, [])
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

  function note(undo: readonly Restoration[]): void {
    if (journal === undefined || journal.value.length + undo.length === 0) return
    journal.value.splice(0, journal.value.length, ...undo)
    journal.save()
  }

  async function restore(undo: readonly Restoration[]): Promise<void> {
    for (const { operation, input } of undo) await engine.call(operation, input)
  }

  return {
    /** Undoes the transaction in whose middle the process before this one ended. */
    async recover(): Promise<void> {
      await restore(journal?.value ?? [])
      note([])
    },

    async write(input: AwsJson): Promise<AwsJson> {
      const actions = entries(input).map(actionFrom)
      if (isRepeated(input)) return {}
      await refuseSameItemTwice(engine, actions)
      const undo: Restoration[] = []
      for (const { operation, input: request } of actions)
        undo.unshift(await restoration(engine, operation, request))
      note(undo)
      const reasons: Reason[] = []
      for (const [index, action] of actions.entries()) {
        try {
          await write(action.operation, action.input)
          // A condition check only looks: what its update touched goes back at once.
          if (action.isCheck) await restore(undo.slice(undo.length - 1 - index, undo.length - index))
          reasons.push({ Code: 'None' })
        } catch (error) {
          reasons.push(reasonFor(error))
        }
      }
      const refused = reasons.some(({ Code: code }) => code !== 'None')
      if (refused) await restore(undo)
      note([])
      if (refused) {
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

/** What puts an item back as it is now. */
async function restoration(engine: DynaliteEngine, operation: string, input: AwsJson): Promise<Restoration> {
  const { TableName: table } = input
  const before = await currentItem(engine, operation, input)
  if (before !== undefined) return { operation: 'PutItem', input: { TableName: table, Item: before } }
  const key = operation === 'PutItem' ? await keyOf(engine, table, input.Item as AwsJson) : input.Key
  return { operation: 'DeleteItem', input: { TableName: table, Key: key } }
}

function reasonFor(error: unknown): Reason {
  if (!(error instanceof AwsError)) throw error
  if (isConditionFailure(error)) {
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...error.members }
  }
  return { Code: 'ValidationError', Message: error.message }
}
