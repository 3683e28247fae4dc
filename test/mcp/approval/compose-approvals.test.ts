import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { composeApprovals } from '../../../lambdas/mcp/approval/compose-approvals.ts'
import { startDynamoDb } from '../../../local/cloud/dynamodb/start.ts'
import { clientNamed } from '../../oauth/clients.ts'
import { pendingApproval } from './approval-fixture.ts'

// The composition as the functions use it: real SDK clients that find their endpoints in the environment.
const variables = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_SFN',
]
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]))

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>
let stepFunctions: Server
const started: unknown[] = []
let answer: { status: number; body: object } = { status: 200, body: {} }

beforeAll(async () => {
  dynamoDb = await startDynamoDb()
  stepFunctions = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    started.push(JSON.parse(body))
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => stepFunctions.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${(stepFunctions.address() as AddressInfo).port}`,
  })
  const { DynamoDBClient, CreateTableCommand } = await import('@aws-sdk/client-dynamodb')
  await new DynamoDBClient({}).send(
    new CreateTableCommand({
      TableName: 'approvals',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'transactionId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'transactionId', AttributeType: 'S' }],
    }),
  )
})

afterAll(async () => {
  stepFunctions.closeAllConnections()
  await new Promise((resolve) => stepFunctions.close(resolve))
  await dynamoDb.stop()
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

const { quote, transactionId } = pendingApproval()
const intent = {
  transactionId,
  status: 'pending' as const,
  approval: 'required' as const,
  quote,
  expiresAt: new Date(Date.now() + 1_800_000).toISOString(),
}

function compose() {
  return composeApprovals(
    {
      // Nothing listens there: PingOne is away.
      issuer: 'http://127.0.0.1:9/e/as',
      bookScope: 'book',
      tableName: 'approvals',
      keyArn: 'arn:key',
      workflowArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:m',
    },
    {
      hotelApi: () => Promise.reject(new Error('not called')),
      approvalClient: clientNamed('approval-client'),
      logger: { info() {}, warn() {} },
    },
  )
}

describe('approvals on the SDK clients', () => {
  test('keep a booking whose workflow could not be started, and say so', async () => {
    answer = { status: 400, body: { __type: 'StateMachineDoesNotExist', message: 'no' } }

    await expect(compose().start({ intent, subject: 'anna', correlationId: 'c-1' })).rejects.toMatchObject({
      code: 'approval_unavailable',
      retryable: true,
    })
    expect(await compose().read(transactionId)).toMatchObject({ status: 'starting', subject: 'anna' })
  })

  test('start one workflow, named after the transaction, with its id and nothing else', async () => {
    answer = { status: 200, body: { executionArn: 'arn:e', startDate: 1_795_431_600 } }
    started.length = 0
    const other = { ...intent, transactionId: '9a0c1f5e-0d0e-4d5b-8f58-6f2f3e1b9c11' }

    const approval = await compose().start({ intent: other, subject: 'anna', correlationId: 'c-1' })

    expect(started).toEqual([
      {
        stateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:m',
        name: other.transactionId,
        input: JSON.stringify({ transactionId: other.transactionId }),
      },
    ])
    // Nobody knows whether PingOne heard of it, so that it is not asked again; the workflow tells the hotels.
    expect(approval).toMatchObject({ status: 'closing', answerLost: true, leasedUntil: 0 })
    expect(await compose().read(other.transactionId)).toEqual(approval)
  })

  test('take a workflow that ran before for started', async () => {
    answer = { status: 400, body: { __type: 'ExecutionAlreadyExists', message: 'there' } }
    started.length = 0
    const third = { ...intent, transactionId: '7b0c1f5e-0d0e-4d5b-8f58-6f2f3e1b9c11' }

    expect(await compose().start({ intent: third, subject: 'anna', correlationId: 'c' })).toMatchObject({
      status: 'closing',
    })
    expect(started).toHaveLength(1)
  })
})
