// Where the trail of a stage is: CloudFormation tells, for the laptop system as for AWS. Everything here only reads.
import { readFile } from 'node:fs/promises'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { type EntryItem, entryItemSchema, refusalChain } from '../../lambdas/hotel-api/audit/entry.ts'
import { headSchema } from '../../lambdas/hotel-api/audit/head.ts'
import { intentRecordSchema } from '../../lambdas/hotel-api/booking/life-cycle.ts'
import { parseConfiguration } from '../../lib/configuration.ts'
import { stackName } from '../../lib/myhotels-function.ts'
import type { Evidence } from './evidence.ts'

/** The trail cannot be found or read; the message says what to do. */
export class AuditError extends Error {
  override readonly name = 'AuditError'
}

const localAwsSchema = z.object({
  endpoint: z.url(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
})
const cdkSchema = z.object({ context: z.object({ myhotels: z.record(z.string(), z.unknown()) }) })
const outputsSchema = z.object({
  BookingTable: z.string(),
  AuditTable: z.string(),
  AuditKeySecretArn: z.string(),
})
const refusalsSchema = z.object({ id: z.string(), kind: z.literal('refusals'), trail: headSchema })

export type OpenTrail = {
  /** The chains of a booking and of refusals, by the transaction's id or the booking's code. */
  read(idOrCode: string): Promise<EntryItem[]>
  /** Everything that is verified. */
  gather(now: number): Promise<Evidence>
}

export async function openTrail(target: { local: string | undefined; stage: string }): Promise<OpenTrail> {
  const aws = await awsOf(target)
  const outputs = await outputsOf(new CloudFormationClient(aws), target.stage)
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(aws))

  const query = async (attribute: string, value: string, index?: string) => {
    const pages = paginateQuery(
      { client: documents },
      {
        TableName: outputs.AuditTable,
        ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
        KeyConditionExpression: '#attribute = :value',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':value': value },
      },
    )
    return collect(pages)
  }
  const scan = async (table: string) => {
    const pages = paginateScan({ client: documents }, { TableName: table, ConsistentRead: true })
    return collect(pages)
  }

  return {
    async read(idOrCode) {
      const [found] = /^MH-/i.test(idOrCode)
        ? await query('confirmationCode', idOrCode.toUpperCase(), 'confirmationCode')
        : [{ id: idOrCode.toLowerCase() }]
      if (found === undefined) return []
      const id = String(found.id)
      const items = [...(await query('id', refusalChain(id))), ...(await query('id', id))]
      return items.map((item) => entryItemSchema.parse(item))
    },
    async gather(now) {
      const secret = await new SecretsManagerClient(aws).send(
        new GetSecretValueCommand({ SecretId: outputs.AuditKeySecretArn }),
      )
      const { key } = z.object({ key: z.string() }).parse(JSON.parse(secret.SecretString ?? '{}'))
      const [records, items] = [await scan(outputs.BookingTable), await scan(outputs.AuditTable)]
      return {
        bookings: records.filter(({ kind }) => kind === 'intent').map((one) => intentRecordSchema.parse(one)),
        refusals: records.filter(({ kind }) => kind === 'refusals').map((one) => refusalsSchema.parse(one)),
        items: items.map((item) => entryItemSchema.parse(item)),
        key,
        now,
      }
    },
  }
}

async function awsOf({ local, stage }: { local: string | undefined; stage: string }) {
  if (local !== undefined) {
    const { data } = localAwsSchema.safeParse(await readJson(`${local}/aws.json`))
    if (data === undefined)
      throw new AuditError(
        `${local}/aws.json tells no laptop system. Start it with "npm start" and run this again beside it.`,
      )
    const { endpoint, region, credentials } = data
    return { endpoint, region, credentials, maxAttempts: 1 }
  }
  const cdk = cdkSchema.parse(await readJson('cdk.json'))
  return { region: parseConfiguration(stage, cdk.context.myhotels[stage]).region, maxAttempts: 3 }
}

async function outputsOf(client: CloudFormationClient, stage: string) {
  const name = stackName('HotelApi', stage)
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }))
    return outputsSchema.parse(
      Object.fromEntries(
        (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue]),
      ),
    )
  } catch (cause) {
    throw new AuditError(
      `The stack ${name} cannot be read, or was deployed without an audit trail: deploy it, and check which AWS account you are signed in to.`,
      { cause },
    )
  }
}

async function collect(pages: AsyncIterable<{ Items?: Record<string, unknown>[] | undefined }>) {
  const items: Record<string, unknown>[] = []
  for await (const { Items = [] } of pages) items.push(...Items)
  return items
}

const readJson = (file: string): Promise<unknown> => readFile(file, 'utf8').then(JSON.parse, () => undefined)
