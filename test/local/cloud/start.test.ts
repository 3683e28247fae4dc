import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud/start.ts'
import { synthesizeSample } from './sample/synthesize.ts'
import { until } from './until.ts'

const directory = mkdtempSync(join(tmpdir(), 'cloud-'))
let assemblyDirectory: string

beforeAll(async () => {
  assemblyDirectory = await synthesizeSample(directory)
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

const start = (state: string, options: Partial<CloudOptions> = {}) =>
  startCloud({
    assemblyDirectory,
    stateDirectory: join(directory, state),
    secrets: { 'sample/worker': { clientId: 'worker' } },
    speed: 600,
    ...options,
  })

const clientOptions = ({ awsEndpoint, credentials }: Pick<Cloud, 'awsEndpoint' | 'credentials'>) => ({
  endpoint: awsEndpoint,
  region: 'eu-central-1',
  credentials,
  maxAttempts: 1,
})

const failureOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => new Error('It did not fail'),
    (error: Error) => error,
  )

describe('a cloud assembly', () => {
  let cloud: Cloud
  let url: string

  beforeAll(async () => {
    cloud = await start('main')
    url = cloud.apis.sample ?? ''
  })

  afterAll(() => cloud.stop())

  const get = async (path: string) => (await fetch(`${url}${path}`)).json()
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }

  test('comes up with its outputs, also those that cross stacks', () => {
    expect(cloud.outputs['Sample-Front']).toMatchObject({
      Url: url,
      StageUrl: `${url}/`,
      Account: '123456789012',
    })
    expect(cloud.outputs['Sample-Last']).toEqual({
      Imported: cloud.outputs['Sample-Front']?.MachineArn,
      Physical: 'environment/first',
    })
  })

  test('says what it does not act on, in groups', () => {
    expect(cloud.notActedOn).toEqual([
      'AWS::KMS::Key KeyPolicy (Sample-Front/Key)',
      'AWS::SNS::Topic (Sample-Last/Alarms)',
    ])
  })

  test('a function has the environment of its template and of Lambda, and nothing of this machine', async () => {
    process.env.OF_THIS_MACHINE = 'secret'
    const { environment } = (await get('/environment')) as { environment: Record<string, string> }
    delete process.env.OF_THIS_MACHINE

    expect(environment).toMatchObject({
      ENDPOINT: 'https://decisions.example/first',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: expect.stringMatching(/^Sample-Front-Api/),
      AWS_ENDPOINT_URL_DYNAMODB: cloud.awsEndpoint,
      AWS_ENDPOINT_URL_SFN: cloud.awsEndpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: cloud.awsEndpoint,
      AWS_ENDPOINT_URL_KMS: cloud.awsEndpoint,
    })
    const own = [
      'ENDPOINT',
      'KEY',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'NODE_PATH',
      'SECRET',
      'STATE_MACHINE',
      'TABLE',
      'TZ',
      '_HANDLER',
    ]
    const others = Object.keys(environment).filter((name) => !own.includes(name) && !name.startsWith('AWS_'))
    expect(others).toEqual([])
  })

  test('a table takes what the role allows, and nothing else', async () => {
    const { scan } = (await get('/put')) as { scan: Error }
    expect(scan).toEqual({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /^User: arn:aws:sts::123456789012:assumed-role\/Sample-Front-ApiServiceRole\w+\/Sample-Front-Api\w+ is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:eu-central-1:123456789012:table\/Sample-Front-Table\w+ because no identity-based policy allows the dynamodb:Scan action$/,
      ),
    })
  })

  test('a key seals under an encryption context, which the policy insists on', async () => {
    expect(await get('/seal')).toEqual({
      opened: 'sealed',
      dataKey: 32,
      otherContext: expect.objectContaining({ name: 'InvalidCiphertextException' }),
      noContext: expect.objectContaining({ name: 'AccessDeniedException' }),
    })
  })

  test('a secret that the custom resource wrote is there for whom it was granted, to read only', async () => {
    const { text, write } = (await get('/secret')) as { text: string; write: Error }
    expect(JSON.parse(text)).toEqual({ name: 'first', worker: '{"clientId":"worker"}' })
    expect(write.name).toBe('AccessDeniedException')
  })

  test('a call that nobody signed who is known here is refused', async () => {
    const client = new SecretsManagerClient({
      ...clientOptions(cloud),
      credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' },
    })
    const error = await failureOf(client.send(new DescribeSecretCommand({ SecretId: 'sample/worker' })))
    expect(error.name).toBe('UnrecognizedClientException')
  })

  test('a service or an operation that is not emulated is refused by name', async () => {
    const answer = await fetch(cloud.awsEndpoint, {
      method: 'POST',
      headers: {
        'x-amz-target': 'AmazonSQS.SendMessage',
        authorization: `AWS4-HMAC-SHA256 Credential=${cloud.credentials.accessKeyId}/20260101/x/sqs/aws4_request`,
      },
      body: '{}',
    })
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { __type: 'UnknownOperationException', message: 'The local cloud has no service AmazonSQS.' },
    ])
  })

  describe('state machines', () => {
    let client: SFNClient
    beforeAll(() => {
      client = new SFNClient(clientOptions(cloud))
    })
    afterAll(() => client.destroy())

    const execute = async (name: string, how: string) => {
      const input = JSON.stringify({ id: name, how })
      const { json } = await post('/start', { name, input })
      const executionArn = String(json.executionArn)
      const execution = await until(async () => {
        const described = await client.send(new DescribeExecutionCommand({ executionArn }))
        return described.status !== 'RUNNING' && described
      })
      const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }))
      return { execution, events: events.map(({ type }) => type), executionArn }
    }

    test('run the function again and again until it has ended', async () => {
      const { execution, events, executionArn } = await execute('booking-1', 'go')

      expect(execution).toMatchObject({ status: 'SUCCEEDED', name: 'booking-1' })
      expect(JSON.parse(execution.output ?? '')).toEqual({ id: 'booking-1', how: 'go' })
      expect(events.filter((type) => type === 'TaskSucceeded')).toHaveLength(3)
      expect(events).toContain('WaitStateExited')
      expect([events[0], events.at(-1)]).toEqual(['ExecutionStarted', 'ExecutionSucceeded'])
      expect(cloud.counters().transitions[executionArn]).toBe(9)
    })

    test('retry an error by its name', async () => {
      const { execution, events, executionArn } = await execute('booking-2', 'throttle')
      expect(execution.status).toBe('SUCCEEDED')
      expect(events.filter((type) => type === 'TaskFailed')).toHaveLength(1)
      // A retry is a transition of its own; the failed look counts among the three.
      expect(cloud.counters().transitions[executionArn]).toBe(7)
    })

    test('catch an error by its name, with what Lambda reports as the cause', async () => {
      const { execution } = await execute('booking-3', 'fail')
      expect(execution).toMatchObject({ status: 'FAILED', error: 'BookingError' })
      expect(JSON.parse(execution.cause ?? '')).toMatchObject({
        errorType: 'BookingError',
        errorMessage: 'cannot',
      })
    })

    test('are listed', async () => {
      const stateMachineArn = cloud.outputs['Sample-Front']?.MachineArn
      const { executions = [] } = await client.send(
        new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' }),
      )
      expect(executions.map(({ name }) => name)).toEqual(['booking-3'])
    })
  })

  describe('HTTP APIs', () => {
    test('hand over a request in payload format 2.0', async () => {
      const response = await fetch(`${url}/event?a=1&a=2&b=%C3%A9`, {
        method: 'PUT',
        headers: [
          ['content-type', 'application/json'],
          ['cookie', 'one=1; two=2'],
          ['X-Twice', 'a'],
          ['X-Twice', 'b'],
          ['X-Forwarded-Proto', 'https'],
        ],
        body: '{"é":1}',
      })
      const event = await response.json()
      const domainName = new URL(url).host

      expect(response.headers.get('apigw-requestid')).not.toBeNull()
      expect(event).toMatchObject({
        version: '2.0',
        routeKey: '$default',
        rawPath: '/event',
        rawQueryString: 'a=1&a=2&b=%C3%A9',
        queryStringParameters: { a: '1,2', b: 'é' },
        cookies: ['one=1', 'two=2'],
        headers: { host: domainName, 'x-twice': 'a, b', 'x-forwarded-proto': 'http' },
        requestContext: {
          domainName,
          stage: '$default',
          accountId: '123456789012',
          http: { method: 'PUT', path: '/event', protocol: 'HTTP/1.1' },
        },
        body: '{"é":1}',
        isBase64Encoded: false,
      })
    })

    test('hand over what is not text as base64', async () => {
      const response = await fetch(`${url}/event`, { method: 'POST', body: new Uint8Array([0, 255]) })
      expect(await response.json()).toMatchObject({ body: 'AP8=', isBase64Encoded: true })
    })

    test.each([
      ['GET', '/hotels/7%208', 'GET /hotels/{id}', { id: '7 8' }],
      ['GET', '/hotels/7%2F8', 'ANY /hotels/{proxy+}', { proxy: '7/8' }],
      ['POST', '/hotels/7', 'ANY /hotels/{proxy+}', { proxy: '7' }],
      ['GET', '/hotels/7/rooms', 'ANY /hotels/{proxy+}', { proxy: '7/rooms' }],
      ['GET', '/elsewhere', '$default', undefined],
    ])('%s %s goes to the route %s', async (method, path, routeKey, parameters) => {
      const response = await fetch(`${url}${path}`, { method })
      expect(await response.json()).toEqual(parameters ? { routeKey, parameters } : { routeKey })
    })

    test('keep cookies, and the challenge unless it is told to rename it', async () => {
      const response = await fetch(`${url}/challenge`)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer resource_metadata="here"')
      expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2'])
    })

    test('decode bytes', async () => {
      const response = await fetch(`${url}/bytes`)
      expect(response.headers.get('content-type')).toBe('image/png')
      expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 1])
    })

    test.each([
      ['an object without a status', '/shorthand', 200, { plain: 'object' }],
      ['an answer that is not understood', '/malformed', 500, { message: 'Internal Server Error' }],
      ['an answer above 6 MB', '/large', 500, { message: 'Internal Server Error' }],
      ['a handler that throws', '/throw', 500, { message: 'Internal Server Error' }],
      ['a function that exits', '/exit', 500, { message: 'Internal Server Error' }],
    ])('answer %s', async (_what, path, status, body) => {
      const response = await fetch(`${url}${path}`)
      expect([response.status, await response.json()]).toEqual([status, body])
    })

    test('refuse a request above 10 MB', async () => {
      const response = await fetch(`${url}/event`, { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) })
      expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }])
    })

    test('refuse the name of another host', async () => {
      const status = await new Promise((resolve, reject) => {
        const sent = request(`${url}/event`, { headers: { host: 'evil.example' } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        sent.on('error', reject).end()
      })
      expect(status).toBe(403)
    })

    test('answer preflight requests and give up slow functions as their settings say, then throttle', async () => {
      const guarded = cloud.apis.guarded
      const preflight = await fetch(`${guarded}/challenge`, {
        method: 'OPTIONS',
        headers: { origin: 'https://chat.example', 'access-control-request-method': 'POST' },
      })
      const stranger = await fetch(`${guarded}/challenge`, { headers: { origin: 'https://evil.example' } })
      const slow = await fetch(`${guarded}/slow`)
      const known = await fetch(`${guarded}/challenge`, { headers: { origin: 'https://chat.example' } })
      // More than can be let through in the seconds that they may take.
      const rest = await Promise.all(Array.from({ length: 12 }, () => fetch(`${guarded}/challenge`)))
      const unknown = await fetch(`${guarded}/elsewhere`)

      expect([preflight.status, Object.fromEntries(preflight.headers)]).toEqual([
        204,
        expect.objectContaining({
          'access-control-allow-origin': 'https://chat.example',
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'authorization',
          'access-control-max-age': '600',
        }),
      ])
      expect([slow.status, await slow.json()]).toEqual([503, { message: 'Service Unavailable' }])
      // The function's own CORS headers do not count.
      expect(stranger.headers.get('access-control-allow-origin')).toBeNull()
      expect(known.headers.get('access-control-allow-origin')).toBe('https://chat.example')
      expect(rest.map(({ status }) => status)).toContain(429)
      expect(unknown.status).toBe(404)
    })
  })

  test('what a function prints is in its own log', async () => {
    const log = cloud.functions.find(({ logicalId }) => logicalId.startsWith('Api'))?.logFile ?? ''
    await get('/print')
    const text = await until(() => {
      const content = readFileSync(log, 'utf8')
      return content.includes('printed by the function') && content
    })
    expect(text).toContain('"type":"platform.report"')
  })

  test('functions are invoked by name, logical id or path, and counted', async () => {
    const [advance] = cloud.functions.filter(({ path }) => path === 'Sample-Front/Advance')
    const before = cloud.counters().invocations[advance?.name ?? '']
    for (const name of [advance?.name, advance?.logicalId, advance?.path]) {
      expect(await cloud.invoke(String(name), { id: `direct ${name}` })).toMatchObject({ status: 'waiting' })
    }
    expect(cloud.counters().invocations[advance?.name ?? '']).toBe(Number(before) + 3)
    await expect(cloud.invoke('nobody', {})).rejects.toThrow('There is no function "nobody".')
  })

  test('the state belongs to one process at a time', async () => {
    const error = await failureOf(start('main'))
    expect(error.message).toMatch(/main is in use by process \d+: end that process/)
  })
})

describe('the life of a custom resource', () => {
  const asked = (cloud: Cloud) => {
    const log = cloud.functions.find(({ logicalId }) => logicalId.startsWith('Configure'))?.logFile ?? ''
    return readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"asked"'))
      .map((line) => JSON.parse(line).asked)
  }
  const properties = (name: string) => ({
    ServiceToken: expect.stringContaining(':function:'),
    Name: name,
    SecretArn: expect.stringContaining(':secret:'),
    Fail: 'false',
    // CloudFormation hands over every scalar as a string.
    Number: '7',
    Flag: 'true',
  })

  test('is created once, left alone, updated when a property changes, and deleted at the end', async () => {
    const first = await start('custom')
    const created = asked(first)
    await first.stop()
    const second = await start('custom')
    const unchanged = asked(second)
    await second.stop()
    const third = await start('custom', { parameters: { Name: 'other' }, renameWwwAuthenticate: true })
    const renamed = await fetch(`${third.apis.sample}/challenge`)
    const updated = asked(third)
    await third.destroy()
    const deleted = asked(third)

    expect(created).toEqual([
      expect.objectContaining({
        RequestType: 'Create',
        ResourceType: 'Custom::Environment',
        LogicalResourceId: 'Environment',
        ResourceProperties: properties('first'),
      }),
    ])
    expect(unchanged).toEqual(created)
    expect(updated.slice(1)).toEqual([
      expect.objectContaining({
        RequestType: 'Update',
        PhysicalResourceId: 'environment/first',
        ResourceProperties: properties('other'),
        OldResourceProperties: properties('first'),
      }),
      // Another physical id is another thing: the old one goes.
      expect.objectContaining({ RequestType: 'Delete', PhysicalResourceId: 'environment/first' }),
    ])
    expect(deleted.slice(3)).toEqual([
      expect.objectContaining({ RequestType: 'Delete', PhysicalResourceId: 'environment/other' }),
    ])
    expect(third.outputs['Sample-Last']?.Physical).toBe('environment/other')
    expect(Object.fromEntries(renamed.headers)).toMatchObject({
      'x-amzn-remapped-www-authenticate': 'Bearer resource_metadata="here"',
    })
  })

  test('that fails stops the start with one sentence, and is created at the next', async () => {
    const error = await failureOf(start('failing', { parameters: { Fail: 'true' } }))
    const next = await start('failing')
    await next.stop()

    expect(error.message).toMatch(
      /^Sample-Identity\/Environment could not be brought up: the identity provider said no \(its log: .*\.log\)$/,
    )
    expect(asked(next).map(({ RequestType: type }) => type)).toEqual(['Create', 'Create'])
  })
})

describe('after the process was killed', () => {
  let child: ChildProcess | undefined
  afterAll(() => {
    child?.kill('SIGKILL')
  })

  test('tables, secrets and keys are as they were, and running executions go on', async () => {
    const stateDirectory = join(directory, 'killed')
    const script = fileURLToPath(new URL('./sample/run.ts', import.meta.url))
    child = spawn(process.execPath, [script, assemblyDirectory, stateDirectory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')
    const before = JSON.parse(line) as Pick<Cloud, 'awsEndpoint' | 'credentials' | 'outputs'>
    const stateMachineArn = before.outputs['Sample-Front']?.MachineArn
    const input = JSON.stringify({ id: 'survivor', how: 'go' })
    const { executionArn } = await new SFNClient(clientOptions(before)).send(
      new StartExecutionCommand({ stateMachineArn, name: 'survivor', input }),
    )
    const { CiphertextBlob } = await new KMSClient(clientOptions(before)).send(
      new EncryptCommand({ KeyId: 'alias/sample', Plaintext: Buffer.from('kept') }),
    )
    const waiting = async () => {
      const { events = [] } = await new SFNClient(clientOptions(before)).send(
        new GetExecutionHistoryCommand({ executionArn }),
      )
      return events.at(-1)?.type === 'WaitStateEntered'
    }
    await until(waiting)
    child.kill('SIGKILL')
    await once(child, 'exit')

    const after = await start('killed')
    const client = new SFNClient(clientOptions(after))
    const execution = await until(async () => {
      const described = await client.send(new DescribeExecutionCommand({ executionArn }))
      return described.status !== 'RUNNING' && described
    })
    const { Item: item } = await new DynamoDBClient(clientOptions(after)).send(
      new GetItemCommand({ TableName: 'Sample-Front-TableCD117FA1', Key: { id: { S: 'survivor' } } }),
    )
    const { SecretString: secret } = await new SecretsManagerClient(clientOptions(after)).send(
      new GetSecretValueCommand({ SecretId: after.outputs['Sample-Identity']?.SecretArn }),
    )
    const { Plaintext: opened } = await new KMSClient(clientOptions(after)).send(
      new DecryptCommand({ CiphertextBlob }),
    )
    await after.stop()

    expect(execution).toMatchObject({ status: 'SUCCEEDED', input })
    expect(JSON.parse(execution.output ?? '')).toEqual({ id: 'survivor', how: 'go' })
    // One look before, two after: the wait was not a look.
    expect(item?.looks).toEqual({ N: '3' })
    expect(after.counters().transitions[String(executionArn)]).toBe(9)
    expect(JSON.parse(secret ?? '')).toEqual({ name: 'first', worker: 'worker' })
    expect(Buffer.from(opened ?? []).toString()).toBe('kept')
  })
})

describe('a stop in order', () => {
  test('interrupts a task without failing it', async () => {
    const before = await start('stopped')
    const stateMachineArn = before.outputs['Sample-Front']?.MachineArn
    const { executionArn } = await new SFNClient(clientOptions(before)).send(
      new StartExecutionCommand({ stateMachineArn, name: 'slow', input: '{"id":"slow","how":"slow"}' }),
    )
    const table = new DynamoDBClient(clientOptions(before))
    await until(async () => {
      const { Item: item } = await table.send(
        new GetItemCommand({ TableName: 'Sample-Front-TableCD117FA1', Key: { id: { S: 'slow' } } }),
      )
      return item?.looks !== undefined
    })
    await before.stop()

    const after = await start('stopped')
    const client = new SFNClient(clientOptions(after))
    const events = await until(async () => {
      const history = await client.send(new GetExecutionHistoryCommand({ executionArn }))
      const types = history.events?.map(({ type }) => String(type)) ?? []
      return types.at(-1) === 'ExecutionSucceeded' && types
    })
    await after.stop()

    expect(events.filter((type) => /Failed|Aborted/.test(type))).toEqual([])
  })
})

describe('what cannot be brought up', () => {
  test('a port in use is named, with what needs it, and nothing is left running', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as { port: number }

    const error = await failureOf(start('ports', { ports: { sample: port } }))
    const awsError = await failureOf(start('ports', { ports: { aws: port } }))
    holder.close()

    expect(error.message).toBe(
      `Port ${port}, which the API "sample" needs, is in use: stop the program that listens there, or choose another port.`,
    )
    expect(awsError.message).toContain(`Port ${port}, which the AWS endpoint needs, is in use`)
  })

  test.each<[string, Partial<CloudOptions>, string | RegExp]>([
    ['an unknown parameter', { parameters: { Naem: 'x' } }, 'No template has a parameter "Naem".'],
    ['a port for no API', { ports: { mpc: 0 } }, 'No API is called "mpc", so it can have no port.'],
    [
      'no assembly',
      { assemblyDirectory: '/nowhere' },
      '/nowhere/manifest.json cannot be read: run the synthesis again.',
    ],
    ['a missing secret', { secrets: {} }, /Secrets Manager can't find the specified secret/],
  ])('%s is refused in one sentence', async (what, options, message) => {
    const error = await failureOf(start(what, options))
    expect(error.message).toMatch(message)
  })
})
