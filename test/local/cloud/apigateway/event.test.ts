import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { eventFrom } from '../../../../local/cloud/apigateway/event.ts'
import { type HttpApi, startHttpApi } from '../../../../local/cloud/apigateway/http-api.ts'
import { readTarget } from '../../../../local/cloud/apigateway/read-target.ts'
import { RequestTooLargeError } from '../../../../local/cloud/lambda/function-error.ts'

type Event = ReturnType<typeof eventFrom>

let api: HttpApi
const events: Event[] = []

beforeAll(async () => {
  api = await startHttpApi({
    id: 'a1b2c3',
    settings: { name: 'echo', cors: undefined },
    account: '123456789012',
    port: 0,
    clock: () => Date.parse('2026-07-10T19:19:05Z'),
    renameWwwAuthenticate: false,
    mayInvoke: () => true,
    async invoke(_arn, event) {
      const size = Buffer.byteLength(JSON.stringify(event))
      if (size > 6 * 1024 * 1024) throw new RequestTooLargeError(size, 6 * 1024 * 1024)
      events.push(event as Event)
      return { statusCode: 204 }
    },
  })
  api.routes.set('all', {
    key: '$default',
    integration: { functionArn: 'echo', timeoutMilliseconds: 1000 },
  })
  api.setStage({ name: '$default', routeLimits: {} })
})
afterAll(() => api.stop())

/** What the gateway answers, and the event that it made of it. */
async function send(options: {
  path: string
  method?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}): Promise<{ status: number | undefined; event: Event | undefined }> {
  events.length = 0
  const { body, ...rest } = options
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ port: new URL(api.url).port, host: '127.0.0.1', ...rest }, resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
  response.resume()
  return { status: response.statusCode, event: events[0] }
}

describe('an event', () => {
  // The values of an event recorded from a live HTTP API in July 2026: github.com/hotsock/voker,
  // vokerhttp/testdata/apigwv2-request.json.
  test('is what a live HTTP API made of the same request', async () => {
    const query =
      'repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty='
    const body = '{"message":"hello from the public internet","unicode":"lambda-λ"}'
    const { event } = await send({
      method: 'POST',
      path: `/capture/space%20value?${query}`,
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        cookie: 'session=abc123; theme=dark',
        'user-agent': 'curl/8.7.1',
        'x-voker-probe': ['first', 'second'],
      },
      body,
    })

    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/capture/space value',
      rawQueryString: query,
      cookies: ['session=abc123', 'theme=dark'],
      headers: {
        accept: '*/*',
        'content-length': '66',
        'content-type': 'application/json',
        'user-agent': 'curl/8.7.1',
        'x-voker-probe': 'first,second',
      },
      queryStringParameters: {
        empty: '',
        encodedPlus: 'a+b',
        literalPlus: 'a b',
        redirect: 'https://example.com/a/b',
        repeat: 'one,two',
      },
      requestContext: {
        http: { method: 'POST', path: '/capture/space value', protocol: 'HTTP/1.1', userAgent: 'curl/8.7.1' },
        routeKey: '$default',
        stage: '$default',
        time: '10/Jul/2026:19:19:05 +0000',
      },
      body,
      isBase64Encoded: false,
    })
    expect(event?.headers).not.toHaveProperty('cookie')
  })

  test.each([
    // The first two: fastify/aws-lambda-fastify#169 and honojs/hono#2156.
    ['/a%2Fb', '/a/b', ''],
    ['/RSC/%40id%2Fassets%2Frsf0.js%23save.txt', '/RSC/@id/assets/rsf0.js#save.txt', ''],
    ['/caf%C3%A9', '/café', ''],
    ['/100%25', '/100%', ''],
    ['/a%252Fb', '/a%2Fb', ''],
    ['/%zz%4', '/%zz%4', ''],
    ['/%ff', '/\ufffd', ''],
    // A decoded question mark ends the path: middleapi/standard-server#93.
    ['/me%3Fadmin=true?a=%3F', '/me', 'a=%3F'],
    ['/a??b', '/a', '?b'],
    ['///', '///', ''],
  ])('for %s has the path %j and the query %j', async (path, rawPath, rawQueryString) => {
    const { event } = await send({ path })

    expect(event).toMatchObject({ rawPath, rawQueryString, requestContext: { http: { path: rawPath } } })
  })

  test('has a path in which nothing is left to decode, for whatever was encoded once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('?'))
        expect(readTarget(`/${encodeURIComponent(text.toWellFormed())}`).rawPath).toBe(
          `/${text.toWellFormed()}`,
        )
      }),
      { numRuns: 300 },
    )
  })
})

test.each([
  ['5 MB', 5, 204],
  // Lambda takes 6 MiB, the gateway 10 MB.
  ['7 MB', 7, 413],
  ['9 MB', 9, 413],
  ['11 MB', 11, 413],
])('a body of %s is answered with its own status', async (_size, megabytes, status) => {
  const answer = await send({
    path: '/',
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: Buffer.alloc(megabytes * 1_000_000, 'x'),
  })

  expect(answer.status).toBe(status)
})
