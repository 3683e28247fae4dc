// AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable.
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import { CloudError } from '../cloud-error.ts'
import type { DynamoDb } from '../dynamodb/dynamodb.ts'
import { parsePolicy, type Statement } from '../iam/policy.ts'
import {
  arn,
  booleanLike,
  type Declaration,
  parseProperties,
  ResourceFailure,
  type ResourceKind,
} from './resource-kind.ts'

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.record(z.string(), z.unknown()),
})

const tableSchema = z.object({
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  TimeToLiveSpecification: z
    .object({ AttributeName: z.string().optional(), Enabled: booleanLike })
    .optional(),
  DeletionProtectionEnabled: booleanLike.default(false),
  Replicas: z
    .array(
      z.object({
        DeletionProtectionEnabled: booleanLike.default(false),
        ResourcePolicy: z.object({ PolicyDocument: z.unknown() }).optional(),
      }),
    )
    .default([]),
})

export const globalTable: ResourceKind = {
  actedOn: [
    'TableName',
    'KeySchema',
    'AttributeDefinitions',
    'BillingMode',
    'GlobalSecondaryIndexes.*.IndexName',
    'GlobalSecondaryIndexes.*.KeySchema',
    'GlobalSecondaryIndexes.*.Projection',
    'LocalSecondaryIndexes.*.IndexName',
    'LocalSecondaryIndexes.*.KeySchema',
    'LocalSecondaryIndexes.*.Projection',
    'TimeToLiveSpecification',
    'Replicas.*.Region',
    'Replicas.*.DeletionProtectionEnabled',
    'Replicas.*.ResourcePolicy',
    'DeletionProtectionEnabled',
  ],
  createOnly: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  async deploy(declaration, parts) {
    const properties = parseProperties(declaration, tableSchema)
    const name = properties.TableName ?? declaration.generatedName
    const { dynamoDb } = parts
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties
    const existing = await describeTable(dynamoDb, name)
    if (existing === undefined) {
      await dynamoDb.call('CreateTable', {
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema,
        AttributeDefinitions,
        ...(GlobalSecondaryIndexes ? { GlobalSecondaryIndexes } : {}),
        ...(LocalSecondaryIndexes ? { LocalSecondaryIndexes } : {}),
      })
    } else if (!isDeepStrictEqual(shapeOf(existing), shapeOf(properties))) {
      throw new CloudError(
        `${declaration.path} has other keys or indexes than the table ${name} in ${parts.stateDirectory}, and the local cloud changes no index of a table: delete that directory to start anew.`,
      )
    }
    await setTimeToLive(dynamoDb, name, properties.TimeToLiveSpecification)
    const tableArn = arn(declaration, 'dynamodb', `table/${name}`)
    parts.tableArns.set(name, tableArn)
    parts.identities.putResourcePolicy(
      tableArn,
      properties.Replicas.flatMap((replica) =>
        denialsOf(declaration, replica.ResourcePolicy?.PolicyDocument),
      ),
    )
    return { ref: name, attributes: { Arn: tableArn, TableId: name } }
  },
  async remove(declaration, { ref: name, attributes }, { dynamoDb, identities, tableArns }) {
    const properties = parseProperties(declaration, tableSchema)
    if (
      properties.DeletionProtectionEnabled ||
      properties.Replicas.some((one) => one.DeletionProtectionEnabled)
    ) {
      throw new ResourceFailure(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. (Table ${name})`,
      )
    }
    tableArns.delete(name)
    identities.removeResourcePolicy(String(attributes.Arn))
    if ((await describeTable(dynamoDb, name)) === undefined) return
    await dynamoDb.call('DeleteTable', { TableName: name })
  },
}

/** @throws {CloudError} when the policy holds more than denials for everybody: nothing else is evaluated here */
function denialsOf(declaration: Declaration, document: unknown): Statement[] {
  if (document === undefined) return []
  const { statements, unknownConditions } = parsePolicy(document, declaration.path)
  const { Statement: raw } = document as { Statement: { Principal?: unknown }[] }
  const isForAll = raw.every(
    ({ Principal }) => isDeepStrictEqual(Principal, { AWS: '*' }) || Principal === '*',
  )
  if (!isForAll || unknownConditions.length > 0 || statements.some(({ effect }) => effect === 'Allow')) {
    throw new CloudError(
      `${declaration.path} has a resource policy that does more than deny to everybody, which the local cloud does not evaluate.`,
    )
  }
  return statements
}

/** The same of one region; its local indexes cannot change at all. */
export const table: ResourceKind = { ...globalTable, createOnly: ['TableName', 'KeySchema'] }

async function describeTable(dynamoDb: DynamoDb, name: string): Promise<AwsJson | undefined> {
  try {
    const { Table: description } = await dynamoDb.call('DescribeTable', { TableName: name })
    return description as AwsJson
  } catch (error) {
    if (error instanceof AwsError && error.type.endsWith('#ResourceNotFoundException')) return undefined
    throw error
  }
}

/** The parts of a table that cannot change, in one order. */
function shapeOf(described: AwsJson) {
  const indexes = [described.GlobalSecondaryIndexes, described.LocalSecondaryIndexes]
    .flatMap((list) => (list ?? []) as { IndexName: string; KeySchema: unknown }[])
    .map(({ IndexName: name, KeySchema: keys }) => [name, keysOf(keys)])
    .sort()
  return { keys: keysOf(described.KeySchema), indexes }
}

const keysOf = (schema: unknown) =>
  (schema as { AttributeName: string; KeyType: string }[]).map(
    ({ AttributeName: name, KeyType: type }) => `${type} ${name}`,
  )

async function setTimeToLive(
  dynamoDb: DynamoDb,
  name: string,
  wanted: { AttributeName?: string | undefined; Enabled: boolean } | undefined,
): Promise<void> {
  const { TimeToLiveDescription: description } = await dynamoDb.call('DescribeTimeToLive', {
    TableName: name,
  })
  const { AttributeName: current } = description as { AttributeName?: string }
  const next = wanted?.Enabled ? wanted.AttributeName : undefined
  if (current === next) return
  for (const [attribute, enabled] of [
    [current, false],
    [next, true],
  ] as const) {
    if (attribute === undefined) continue
    await dynamoDb.call('UpdateTimeToLive', {
      TableName: name,
      TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled },
    })
  }
}
