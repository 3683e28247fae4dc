// The functions of the sample app, bundled as one file.
import { DynamoDBClient, PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import type { APIGatewayProxyEventV2, CloudFormationCustomResourceEvent } from 'aws-lambda'

const dynamoDb = new DynamoDBClient({ maxAttempts: 1 })
const kms = new KMSClient({ maxAttempts: 1 })
const secrets = new SecretsManagerClient({ maxAttempts: 1 })
const stepFunctions = new SFNClient({ maxAttempts: 1 })

const json = (value: unknown, statusCode = 200) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => ({ name: 'none', message: '' }),
    ({ name, message }: Error) => ({ name, message }),
  )

type Event = APIGatewayProxyEventV2

const actions: Record<string, (event: Event) => unknown> = {
  '/event': (event) => json(event),
  '/environment': () => json({ environment: process.env, arguments: process.execArgv }),
  '/print': () => {
    console.log('printed by the function')
    return json({})
  },
  '/challenge': () => ({
    statusCode: 401,
    headers: { 'WWW-Authenticate': 'Bearer resource_metadata="here"', 'Access-Control-Allow-Origin': 'evil' },
    cookies: ['a=1; Secure', 'b=2'],
    body: '',
  }),
  '/bytes': () => ({
    statusCode: 200,
    headers: { 'content-type': 'image/png' },
    body: Buffer.from([0, 255, 1]).toString('base64'),
    isBase64Encoded: true,
  }),
  '/shorthand': () => ({ plain: 'object' }),
  '/malformed': () => ({ statusCode: 'fine', body: 'no' }),
  '/large': () => ({ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) }),
  '/throw': () => {
    throw new RangeError('out of range')
  },
  '/exit': () => process.exit(3),
  '/reject': async () => {
    void Promise.reject(new Error('nobody catches this'))
    await new Promise((resolve) => setTimeout(resolve, 1000))
  },
  '/memory': () => {
    const kept: unknown[] = []
    for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })))
  },
  '/hang': () => new Promise(() => undefined),
  '/slow': async () => {
    await new Promise((resolve) => setTimeout(resolve, 2000))
    return json({})
  },
  '/put': async () => {
    const TableName = process.env.TABLE
    await dynamoDb.send(new PutItemCommand({ TableName, Item: { id: { S: 'one' }, text: { S: 'kept' } } }))
    return json({ scan: await errorOf(dynamoDb.send(new ScanCommand({ TableName }))) })
  },
  '/start': async (event) => {
    const { executionArn } = await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: process.env.STATE_MACHINE,
        ...JSON.parse(event.body ?? '{}'),
      }),
    )
    return json({ executionArn })
  },
  '/seal': async () => {
    const KeyId = process.env.KEY
    const EncryptionContext = { id: 'one' }
    const Plaintext = Buffer.from('sealed')
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }))
    const { Plaintext: opened } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
    const { Plaintext: dataKey } = await kms.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }),
    )
    return json({
      opened: Buffer.from(opened ?? []).toString(),
      dataKey: dataKey?.length,
      otherContext: await errorOf(
        kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { id: 'two' } })),
      ),
      noContext: await errorOf(kms.send(new EncryptCommand({ KeyId, Plaintext }))),
    })
  },
  '/secret': async () => {
    const { SecretString: text } = await secrets.send(
      new GetSecretValueCommand({ SecretId: process.env.SECRET }),
    )
    const write = new PutSecretValueCommand({ SecretId: process.env.SECRET, SecretString: 'mine' })
    return json({ text, write: await errorOf(secrets.send(write)) })
  },
}

export async function api(event: Event): Promise<unknown> {
  return (
    actions[event.rawPath]?.(event) ??
    json({ routeKey: event.routeKey, parameters: event.pathParameters }, 404)
  )
}

/** The handler behind the custom resource: prints what it is asked, keeps a secret, fails when it is told to. */
export async function configure(event: CloudFormationCustomResourceEvent): Promise<unknown> {
  console.log(JSON.stringify({ asked: event }))
  const { Fail: fail, SecretArn: secretArn, Name: name } = event.ResourceProperties
  if (fail === 'true') throw new Error('the identity provider said no')
  if (event.RequestType === 'Delete') return {}
  const { SecretString: worker } = await secrets.send(
    new GetSecretValueCommand({ SecretId: process.env.WORKER_SECRET_ARN }),
  )
  await secrets.send(
    new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify({ name, worker }) }),
  )
  return {
    PhysicalResourceId: `environment/${name}`,
    Data: { Endpoint: `https://decisions.example/${name}` },
  }
}

/** The task of the state machine: waits to be asked three times for each id. */
export async function advance({ id, how }: { id: string; how?: string }): Promise<unknown> {
  const { Attributes: item } = await dynamoDb.send(
    new UpdateItemCommand({
      TableName: process.env.TABLE,
      Key: { id: { S: id } },
      UpdateExpression: 'ADD looks :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    }),
  )
  const looks = Number(item?.looks?.N)
  if (how === 'throttle' && looks === 1)
    throw Object.assign(new Error('slow down'), { name: 'Lambda.TooManyRequestsException' })
  if (how === 'slow' && looks === 1) await new Promise((resolve) => setTimeout(resolve, 9000))
  if (how === 'fail') throw Object.assign(new Error('cannot'), { name: 'BookingError' })
  return looks < 3 ? { status: 'waiting', waitSeconds: 60 } : { status: 'confirmed', looks }
}
