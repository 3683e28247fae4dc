import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type HttpSettings, type Service, serviceSchema } from '../../../../local/pingone/authorize/model.ts'
import { resolveAttribute } from '../../../../local/pingone/authorize/resolve-attribute.ts'
import { type Asked, evaluation, requested } from './framework.ts'

type Received = { method: string; url: string; headers: IncomingMessage['headers']; body: string }

const tokenId = '66666666-6666-4666-8666-666666666666'
const received: Received[] = []
let answer: (request: Received, response: ServerResponse) => void
let origin: string

const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
  received.push(seen)
  answer(seen, response)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  received.length = 0
  answer = (_, response) => response.end('{"active":true,"sub":"anna"}')
})

const introspection = (settings: Partial<HttpSettings> = {}, changes: object = {}): Service => ({
  ...serviceSchema.parse({
    name: 'Introspection',
    serviceType: 'HTTP',
    valueType: { type: 'JSON' },
    serviceSettings: {
      url: `${origin}/introspect`,
      verb: 'POST',
      contentType: 'application/x-www-form-urlencoded',
      body: `token={{${tokenId}}}`,
      headers: [],
      authentication: { type: 'NONE' },
      tlsSettings: { tlsValidationType: 'DEFAULT' },
      maximumConcurrentRequests: 10,
      maximumRequestsPerSecond: 100,
      ...settings,
    },
    ...changes,
  }),
  id: 'service',
})

const reference = (name: string) => ({ id: name }) as { id: string }

function asking(service: Service, asked: Asked = {}) {
  return evaluation(
    {
      attributes: [
        {
          ...requested('subject'),
          resolvers: [{ type: 'SERVICE', value: { id: 'service' } }],
          processor: { name: 'p', type: 'JSON_PATH', expression: '$.sub', valueType: { type: 'STRING' } },
        },
        {
          ...requested('active', 'BOOLEAN'),
          resolvers: [{ type: 'SERVICE', value: { id: 'service' } }],
          processor: { name: 'p', type: 'JSON_PATH', expression: '$.active', valueType: { type: 'BOOLEAN' } },
        },
        requested(tokenId, 'STRING', { name: 'token' }),
        requested('name', 'STRING', { defaultValue: 'resource' }),
        requested('password', 'STRING', { defaultValue: 's:ecret' }),
      ],
      services: [service],
    },
    { fetch, parameters: { token: 'eyJ.a' }, ...asked },
  )
}

describe('HTTP services', () => {
  test('one decision calls a service once, with the values of attributes', async () => {
    const evaluated = asking(introspection())

    const subject = await resolveAttribute(evaluated, 'subject')
    const active = await resolveAttribute(evaluated, 'active')

    expect([subject.value, active.value]).toEqual(['anna', true])
    expect(received).toEqual([
      expect.objectContaining({ method: 'POST', url: '/introspect', body: 'token=eyJ.a' }),
    ])
  })

  test('a value cannot add parameters to a form', async () => {
    await resolveAttribute(
      asking(introspection(), { parameters: { token: 'a&token_type_hint=x' } }),
      'subject',
    )

    expect([...new URLSearchParams(received[0]?.body)]).toEqual([['token', 'a&token_type_hint=x']])
  })

  test('a value stays within its part of the URL', async () => {
    const service = introspection({ verb: 'GET', url: `${origin}/tokens/{{${tokenId}}}` })

    await resolveAttribute(asking(service, { parameters: { token: '../admin?x' } }), 'subject')

    expect(received[0]).toMatchObject({ method: 'GET', url: '/tokens/..%2Fadmin%3Fx', body: '' })
  })

  test.each<[string, () => Partial<HttpSettings>, string]>([
    [
      'BASIC',
      () => ({ authentication: { type: 'BASIC', name: reference('name'), password: reference('password') } }),
      `Basic ${Buffer.from('resource:s:ecret').toString('base64')}`,
    ],
    ['TOKEN', () => ({ authentication: { type: 'TOKEN', token: reference('password') } }), 'Bearer s:ecret'],
  ])('%s authentication takes its parts from attributes', async (_, settings, expected) => {
    const service = introspection()
    Object.assign((service as Extract<Service, { serviceType: 'HTTP' }>).serviceSettings, settings())

    await resolveAttribute(asking(service), 'subject')

    expect(received[0]?.headers.authorization).toBe(expected)
  })

  test('CLIENT_CREDENTIALS asks for a token first', async () => {
    answer = ({ url }, response) =>
      response.end(url === '/token' ? '{"access_token":"at"}' : '{"sub":"anna"}')
    const service = introspection()
    Object.assign((service as Extract<Service, { serviceType: 'HTTP' }>).serviceSettings, {
      authentication: {
        type: 'CLIENT_CREDENTIALS',
        tokenEndpoint: `${origin}/token`,
        clientId: 'client',
        clientSecret: reference('password'),
        scope: 'read',
      },
    })

    await resolveAttribute(asking(service), 'subject')

    expect(received.map(({ url }) => url)).toEqual(['/token', '/introspect'])
    expect(received[0]?.body).toBe('grant_type=client_credentials&scope=read')
    expect(received[1]?.headers.authorization).toBe('Bearer at')
  })

  test('headers are constants or attributes', async () => {
    const service = introspection()
    Object.assign((service as Extract<Service, { serviceType: 'HTTP' }>).serviceSettings, {
      headers: [
        { key: 'X-Kind', value: { type: 'CONSTANT', value: 'decision' } },
        { key: 'X-Name', value: { type: 'ATTRIBUTE', attribute: reference('name') } },
      ],
    })

    await resolveAttribute(asking(service), 'subject')

    expect(received[0]?.headers).toMatchObject({ 'x-kind': 'decision', 'x-name': 'resource' })
  })

  test.each<[string, (response: ServerResponse) => unknown, string]>([
    [
      'an error',
      (response) => response.writeHead(400).end('{"error":"invalid_request"}'),
      'PROCESSING_ERROR',
    ],
    ['a redirect', (response) => response.writeHead(302, { location: '/other' }).end(), 'PROCESSING_ERROR'],
    ['no JSON', (response) => response.end('<html>'), 'TYPE_CONVERSION_ERROR'],
    ['a closed connection', (response) => response.destroy(), 'PROCESSING_ERROR'],
    ['nothing', () => undefined, 'TIMEOUT'],
    ['nothing at the path', (response) => response.end('{"active":false}'), 'MISSING_ATTRIBUTE'],
  ])('%s from the service fails', async (_, reply, code) => {
    answer = (_request, response) => reply(response)

    const value = resolveAttribute(asking(introspection({ timeoutMilliseconds: 100 })), 'subject')

    await expect(value).rejects.toMatchObject({ code })
  })

  test('a service that is not offered here fails', async () => {
    const none: Service = { ...serviceSchema.parse({ name: 'None', serviceType: 'NONE' }), id: 'service' }

    await expect(resolveAttribute(asking(none), 'subject')).rejects.toMatchObject({
      code: 'PROCESSING_ERROR',
    })
  })

  test('a service that needs its own answer fails instead of waiting', async () => {
    const evaluated = asking(introspection())
    const circular = {
      ...requested(tokenId),
      resolvers: [{ type: 'SERVICE' as const, value: { id: 'service' } }],
    }
    ;(evaluated.framework.attributes as Map<string, unknown>).set(tokenId, circular)

    await expect(resolveAttribute(evaluated, 'subject')).rejects.toMatchObject({ code: 'PROCESSING_ERROR' })
  })
})

describe('the cache of a service', () => {
  test('an answer is used again for its time to live, for the same request only', async () => {
    let now = 0
    const cache: NonNullable<Asked['cache']> = new Map()
    const service = introspection({}, { cacheSettings: { ttlSeconds: 60 } })
    const ask = (token: string) =>
      resolveAttribute(asking(service, { cache, clock: () => now, parameters: { token } }), 'subject')

    await ask('one')
    now += 59_000
    await ask('one')
    await ask('two')
    now += 1000
    await ask('one')

    expect(received.map(({ body }) => body)).toEqual(['token=one', 'token=two', 'token=one'])
    expect(JSON.stringify([...cache.keys()])).not.toMatch(/one|two/)
  })

  test('without a time to live every decision asks anew', async () => {
    const cache: NonNullable<Asked['cache']> = new Map()

    await resolveAttribute(asking(introspection(), { cache }), 'subject')
    await resolveAttribute(asking(introspection(), { cache }), 'subject')

    expect(received).toHaveLength(2)
  })
})
