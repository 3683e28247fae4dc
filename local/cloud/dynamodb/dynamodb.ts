// DynamoDB: dynalite, behind what it lacks (time to live, the item on a failed condition, transactions).
// Every operation waits for the one before it, so each is atomic with respect to the others. A transaction
// in whose middle the process was killed is undone at the next start.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import { holdDirectory } from '../state/hold-directory.ts'
import { type DynaliteEngine, openDynalite } from './dynalite-engine.ts'
import { createTransactions } from './transactions.ts'

export type DynamoDb = {
  call(operation: string, input: AwsJson): Promise<AwsJson>
  /** Deletes what is past its time to live now, and returns how many items that were. */
  sweep(): Promise<number>
  close(): Promise<void>
}

type TimeToLive = Record<string, string>

export const isConditionFailure = (error: AwsError): boolean =>
  error.type.endsWith('#ConditionalCheckFailedException')

/**
 * Opens the store in `directory` (or in memory) and begins to delete expired items every `sweepSeconds`.
 *
 * @throws {Error} when another process holds the directory.
 */
export function openDynamoDb(options: {
  directory?: string
  clock?: () => number
  sweepSeconds?: number
}): DynamoDb {
  const clock = options.clock ?? Date.now
  // dynalite itself does not survive a store that another process holds.
  const release = options.directory === undefined ? () => undefined : holdDirectory(options.directory)
  const engine = openDynalite(
    options.directory === undefined ? {} : { path: join(options.directory, 'level') },
  )
  const timeToLiveFile = options.directory && join(options.directory, 'time-to-live.json')
  const timeToLive = readTimeToLive(timeToLiveFile)

  const transactions = createTransactions({
    engine,
    clock,
    write: (operation, input) => write(engine, operation, input),
    journalFile: options.directory && join(options.directory, 'transaction.json'),
  })

  async function run(operation: string, input: AwsJson): Promise<AwsJson> {
    switch (operation) {
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return write(engine, operation, input)
      case 'TransactWriteItems':
        return transactions.write(input)
      case 'TransactGetItems':
        return transactions.read(input)
      case 'UpdateTimeToLive':
        return updateTimeToLive(input)
      case 'DescribeTimeToLive':
        return describeTimeToLive(input)
      case 'CreateTable': {
        const answer = await engine.call(operation, input)
        await settled(engine, input.TableName)
        return answer
      }
      case 'DeleteTable': {
        const answer = await engine.call(operation, input)
        await settled(engine, input.TableName)
        forgetTimeToLive(String(input.TableName))
        return answer
      }
      default:
        return engine.call(operation, input)
    }
  }

  async function updateTimeToLive(input: AwsJson): Promise<AwsJson> {
    await engine.call('DescribeTable', { TableName: input.TableName })
    const { AttributeName: attribute, Enabled: enabled } = (input.TimeToLiveSpecification ?? {}) as AwsJson
    if (typeof attribute !== 'string' || typeof enabled !== 'boolean') {
      throw new AwsError('ValidationException', 'TimeToLiveSpecification needs AttributeName and Enabled')
    }
    const table = String(input.TableName)
    if (enabled === (timeToLive[table] !== undefined)) {
      throw new AwsError('ValidationException', `TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`)
    }
    if (enabled) timeToLive[table] = attribute
    else delete timeToLive[table]
    saveTimeToLive(timeToLiveFile, timeToLive)
    return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } }
  }

  async function describeTimeToLive(input: AwsJson): Promise<AwsJson> {
    await engine.call('DescribeTable', { TableName: input.TableName })
    const attribute = timeToLive[String(input.TableName)]
    return {
      TimeToLiveDescription:
        attribute === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
    }
  }

  function forgetTimeToLive(table: string): void {
    if (timeToLive[table] === undefined) return
    delete timeToLive[table]
    saveTimeToLive(timeToLiveFile, timeToLive)
  }

  let turn: Promise<unknown> = transactions.recover()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }

  const sweep = () => inTurn(() => deleteExpired(engine, timeToLive, Math.floor(clock() / 1000)))
  const sweeping = setInterval(() => void sweep().catch(() => undefined), (options.sweepSeconds ?? 5) * 1000)
  sweeping.unref()

  return {
    call: (operation, input) => inTurn(() => run(operation, input)),
    sweep,
    async close() {
      clearInterval(sweeping)
      await inTurn(() => engine.close())
      release()
    },
  }
}

/** dynalite makes and deletes a table after it has answered, at a moment of its own. */
async function settled(engine: DynaliteEngine, TableName: unknown): Promise<void> {
  for (;;) {
    const table = await engine.call('DescribeTable', { TableName }).catch((error: unknown) => {
      if (error instanceof AwsError && error.type.endsWith('#ResourceNotFoundException')) return undefined
      throw error
    })
    const { TableStatus: status } = (table?.Table ?? {}) as { TableStatus?: string }
    if (status !== 'CREATING' && status !== 'DELETING') return
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

async function write(engine: DynaliteEngine, operation: string, input: AwsJson): Promise<AwsJson> {
  const { ReturnValuesOnConditionCheckFailure: wanted, ...request } = input
  try {
    return await engine.call(operation, request)
  } catch (error) {
    if (!(error instanceof AwsError) || !isConditionFailure(error) || wanted !== 'ALL_OLD') throw error
    const item = await currentItem(engine, operation, request)
    throw item === undefined
      ? error
      : new AwsError(error.type, error.message, { members: { ...error.members, Item: item } })
  }
}

/** The item that a write is about, as it is now. */
export async function currentItem(
  engine: DynaliteEngine,
  operation: string,
  input: AwsJson,
): Promise<AwsJson | undefined> {
  const key =
    operation === 'PutItem' ? await keyOf(engine, input.TableName, input.Item as AwsJson) : input.Key
  const { Item: item } = await engine.call('GetItem', {
    TableName: input.TableName,
    Key: key,
    ConsistentRead: true,
  })
  return item as AwsJson | undefined
}

/** The key attributes of an item, by its table's schema. */
export async function keyOf(engine: DynaliteEngine, table: unknown, item: AwsJson): Promise<AwsJson> {
  const { Table: description } = await engine.call('DescribeTable', { TableName: table })
  const { KeySchema: schema } = description as { KeySchema: { AttributeName: string }[] }
  return Object.fromEntries(schema.map(({ AttributeName: name }) => [name, item[name]]))
}

// DynamoDB leaves items alone whose time lies more than five years back: those are taken for a mistake in the unit.
const fiveYears = 5 * 365 * 24 * 3600

async function deleteExpired(engine: DynaliteEngine, timeToLive: TimeToLive, now: number): Promise<number> {
  let deleted = 0
  for (const [table, attribute] of Object.entries(timeToLive)) {
    const condition = {
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':now': { N: String(now) }, ':oldest': { N: String(now - fiveYears) } },
    }
    let start: unknown
    do {
      const page: AwsJson = await engine.call('Scan', {
        TableName: table,
        FilterExpression: '#ttl < :now AND #ttl > :oldest',
        ...condition,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      })
      for (const item of page.Items as AwsJson[]) {
        await engine.call('DeleteItem', { TableName: table, Key: await keyOf(engine, table, item) })
        deleted++
      }
      start = page.LastEvaluatedKey
    } while (start !== undefined)
  }
  return deleted
}

function readTimeToLive(file: string | undefined): TimeToLive {
  if (file === undefined) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TimeToLive
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

function saveTimeToLive(file: string | undefined, timeToLive: TimeToLive): void {
  if (file === undefined) return
  writeFileSync(`${file}.draft`, JSON.stringify(timeToLive))
  renameSync(`${file}.draft`, file)
}
