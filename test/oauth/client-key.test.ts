// What reaches KMS is held against its official client, which sends the same operation to the same server, and against
// AWS's description of a signature.
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createClientKey } from '../../lambdas/oauth/client-key.ts'

const arn = 'arn:aws:kms:eu-central-1:111122223333:key/5f1c'
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'session' }
const signature = Buffer.from('a signature').toString('base64')

let server: Server
let endpoint: string
let arrived: { method: string; path: string; headers: IncomingHttpHeaders; body: string }[]
let answer: { status: number; body: string }

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      arrived.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
      response.statusCode = answer.status
      response.end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  arrived = []
  answer = { status: 200, body: JSON.stringify({ KeyId: arn, Signature: signature }) }
})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text)

const key = () =>
  createClientKey({
    arn,
    fetch,
    clock: () => 1_795_435_200_000,
    wait: async () => {},
    variables: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL_KMS: endpoint,
    },
  })

describe('a key in KMS', () => {
  test('has the id that its ARN ends in, and signs', async () => {
    expect(key().id).toBe('5f1c')
    expect(Buffer.from(await key().sign('text')).toString()).toBe('a signature')
  })

  test('is asked as the official client asks', async () => {
    const official = new KMSClient({ endpoint, region: 'eu-central-1', credentials })
    await official.send(
      new SignCommand({
        KeyId: arn,
        Message: Buffer.from('text'),
        MessageType: 'RAW',
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      }),
    )
    official.destroy()
    await key().sign('text')

    const [theirs, ours] = arrived
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''))
    expect([ours?.method, ours?.path]).toEqual([theirs?.method, theirs?.path])
    for (const name of ['content-type', 'x-amz-target', 'x-amz-security-token', 'host'])
      expect([name, ours?.headers[name]]).toEqual([name, theirs?.headers[name]])
    const scope = (headers: IncomingHttpHeaders | undefined) =>
      /Credential=[^/]+\/\d+\/([^,]+)/.exec(headers?.authorization ?? '')?.[1]
    expect(scope(ours?.headers)).toBe(scope(theirs?.headers))
  })

  test('is asked with a signature over what arrives', async () => {
    await key().sign('text')

    const [request] = arrived
    const { authorization = '', ...headers } = request?.headers ?? {}
    const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? []
    expect(names).toEqual([
      'content-type',
      'host',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-security-token',
      'x-amz-target',
    ])
    // Signature Version 4, "Create a signed AWS API request", step by step.
    const canonical = [
      request?.method,
      request?.path,
      '',
      ...names.map((name) => `${name}:${headers[name]}`),
      '',
      names.join(';'),
      sha256(request?.body ?? ''),
    ].join('\n')
    const scope = '20261123/eu-central-1/kms/aws4_request'
    const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
    const signingKey = scope
      .split('/')
      .reduce<string | Buffer>(
        (last, part) => hmac(last, part).digest(),
        `AWS4${credentials.secretAccessKey}`,
      )
    expect(authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${names.join(';')}, Signature=${hmac(signingKey, text).digest('hex')}`,
    )
  })

  test.each<[string, { status: number; body: string }, RegExp]>([
    [
      'is not there',
      { status: 400, body: JSON.stringify({ __type: 'NotFoundException', message: 'a private detail' }) },
      /^KMS answered 400 NotFoundException$/,
    ],
    ['answers with what is no error', { status: 403, body: '{"__type":"a b\\n<c>"}' }, /^KMS answered 403 $/],
    ['answers with what is no JSON', { status: 500, body: '<html>' }, /^KMS answered 500 $/],
  ])('that %s signs nothing, and the log learns no more than the kind', async (_what, given, words) => {
    answer = given

    await expect(key().sign('text')).rejects.toThrow(words)
  })

  test.each(['{}', 'null', '{"Signature":""}', '{"Signature":"not base64!"}'])(
    'that answers %s signs nothing',
    async (body) => {
      answer = { status: 200, body }

      await expect(key().sign('text')).rejects.toThrow()
    },
  )

  test('is not asked without credentials', async () => {
    const keyless = createClientKey({
      arn,
      fetch,
      clock: Date.now,
      variables: { AWS_ENDPOINT_URL_KMS: endpoint },
    })

    await expect(keyless.sign('text')).rejects.toThrow(/AWS_ACCESS_KEY_ID/)
    expect(arrived).toEqual([])
  })
})
