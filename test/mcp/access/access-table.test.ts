// Every cell of the table for a server with public and protected tools: what is asked, by whom, and what comes back,
// on both protocol lines and for both kinds of client.
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { generateKeyPair } from 'jose'
import { widgetUri } from '../../../lambdas/mcp/widget/widget-resource.ts'
import {
  book,
  connectorClientId,
  createStack,
  type Era,
  eras,
  initializeParams,
  memberRates,
  origin,
  post,
  type Stack,
  signToken,
} from '../stack.ts'

let stack: Stack
const tokens: Record<string, string> = {}

beforeAll(async () => {
  stack = await createStack()
  const now = Math.floor(Date.now() / 1000)
  const stranger = await generateKeyPair('RS256')
  Object.assign(tokens, {
    'member rates only': await signToken(),
    'both scopes': await signToken({ scope: `${memberRates} ${book}` }),
    'no scope': await signToken({ scope: '' }),
    'booking and foreign scopes': await signToken({ scope: `openid offline_access ${book}` }),
    expired: await signToken({ iat: now - 7200, exp: now - 60 }),
    'not valid yet': await signToken({ nbf: now + 600 }),
    'of another issuer': await signToken({ iss: 'https://auth.example.test/other/as' }),
    'for another audience': await signToken({ aud: ['myhotels-hotelapi'] }),
    'signed by a stranger': await signToken({}, stranger.privateKey),
    'of another client': await signToken({ client_id: 'another-client' }),
    'of another actor': await signToken({ act: { sub: 'another-client' } }),
    'of an actor behind the connector': await signToken({
      act: { sub: connectorClientId, act: { sub: 'another-client' } },
    }),
    'of an actor that cannot be read': await signToken({ act: connectorClientId }),
    'without a person': await signToken({ sub: undefined }),
    'without an expiry': await signToken({ exp: undefined }),
    'an ID token': await signToken({ aud: 'connector-client', scope: undefined }),
    garbage: 'not.a.token',
  })
})

afterEach(() => {
  stack.outside.asked.length = 0
})

const hosts = {
  'a standard client': {},
  'an OpenAI host by its user agent': { headers: { 'user-agent': 'openai-mcp/1.0.0 (ChatGPT)' } },
  'an OpenAI host by its request metadata': { meta: { 'openai/locale': 'en' } },
} as const
type Host = { headers?: Record<string, string>; meta?: Record<string, unknown> }

async function ask(era: Era, method: string, params: object, host: Host, token?: string) {
  const request = post(era, method, { ...params, ...(host.meta ? { _meta: host.meta } : {}) } as never, {
    token,
    headers: { ...host.headers },
    ...(method.startsWith('notifications/') ? { id: null } : {}),
  })
  const response = await stack.server(request)
  const text = await response.text()
  return { response, text, body: text.startsWith('{') ? JSON.parse(text) : undefined }
}

const requests: Record<
  string,
  { method: string; params: object; only?: Era; answer: 'result' | 'accepted' }
> = {
  initialize: { method: 'initialize', params: initializeParams, only: 'legacy', answer: 'result' },
  'server/discover': { method: 'server/discover', params: {}, only: 'modern', answer: 'result' },
  'notifications/initialized': {
    method: 'notifications/initialized',
    params: {},
    only: 'legacy',
    answer: 'accepted',
  },
  ping: { method: 'ping', params: {}, only: 'legacy', answer: 'result' },
  'tools/list': { method: 'tools/list', params: {}, answer: 'result' },
  'resources/list': { method: 'resources/list', params: {}, answer: 'result' },
  'resources/templates/list': { method: 'resources/templates/list', params: {}, answer: 'result' },
  'prompts/list': { method: 'prompts/list', params: {}, answer: 'result' },
  'resources/read of the widget': {
    method: 'resources/read',
    params: { uri: widgetUri },
    answer: 'result',
  },
  'tools/call of a public tool': {
    method: 'tools/call',
    params: { name: 'search_hotels', arguments: { city: 'Milan' } },
    answer: 'result',
  },
}
const memberCall = { name: 'search_hotels_member_rates', arguments: { city: 'Milan' } }
const bookingCall = { name: 'prepare_booking', arguments: {} }

const openCells = eras.flatMap((era) =>
  Object.entries(requests)
    .filter(([, { only }]) => only === undefined || only === era)
    .flatMap(([name, request]) =>
      [undefined, 'member rates only', 'no scope'].flatMap((token) =>
        Object.keys(hosts).map((host) => ({ era, name, request, token, host })),
      ),
    ),
)

describe('what is open', () => {
  test.each(openCells)('$era: $name is served with token $token to $host', async (cell) => {
    const { method, params, answer } = cell.request
    const { response, body } = await ask(
      cell.era,
      method,
      params,
      hosts[cell.host as keyof typeof hosts],
      cell.token && tokens[cell.token],
    )
    expect(response.status).toBe(answer === 'accepted' ? 202 : 200)
    if (answer === 'result') {
      expect(body.result).toBeDefined()
      expect(body.result.isError).not.toBe(true)
    }
    expect(response.headers.has('www-authenticate')).toBe(false)
  })

  test.each(
    eras.flatMap((era) =>
      ['tools/list', 'resources/list', 'prompts/list'].map((method) => ({ era, method })),
    ),
  )('$era: $method is the same for everyone, and any cache may keep it', async ({ era, method }) => {
    const answers = await Promise.all(
      [undefined, 'no scope', 'both scopes'].map((token) =>
        ask(era, method, {}, {}, token && tokens[token]).then(({ text }) => text),
      ),
    )
    expect(new Set(answers).size).toBe(1)
    const { result } = JSON.parse(answers[0] ?? '')
    if (era === 'modern') expect(result).toMatchObject({ cacheScope: 'public', ttlMs: 300_000 })
  })

  test('a public tool hands a valid token to the policy, so that it may personalise', async () => {
    await ask(
      'legacy',
      'tools/call',
      requests['tools/call of a public tool']?.params ?? {},
      {},
      tokens['no scope'],
    )
    const [decision] = stack.outside.askedFor('decisionEndpoints')
    expect(JSON.parse(decision?.body ?? '').parameters['MyHotels.bearerToken']).toBe(tokens['no scope'])
  })
})

const invalidTokens = [
  'expired',
  'not valid yet',
  'of another issuer',
  'for another audience',
  'signed by a stranger',
  'of another client',
  'of another actor',
  'of an actor behind the connector',
  'of an actor that cannot be read',
  'without a person',
  'without an expiry',
  'an ID token',
  'garbage',
]

const everything = {
  ...requests,
  'tools/call of a protected tool': { method: 'tools/call', params: memberCall },
  'resources/read of something else': { method: 'resources/read', params: { uri: 'file:///etc/passwd' } },
  'prompts/get': { method: 'prompts/get', params: { name: 'any' } },
} as Record<string, { method: string; params: object; only?: Era }>

const challenge401 = {
  status: 401,
  scope: `${memberRates} ${book}`,
  error: 'invalid_token',
  description: 'The access token is not valid here. Sign in again.',
}

describe('an invalid token', () => {
  const cells = eras.flatMap((era) =>
    Object.entries(everything)
      .filter(([, { only }]) => only === undefined || only === era)
      .flatMap(([name, request]) => Object.keys(hosts).map((host) => ({ era, name, request, host }))),
  )

  test.each(cells)('$era: refuses $name for $host with a 401, never as an anonymous call', async (cell) => {
    const { method, params } = cell.request
    const { response, body } = await ask(
      cell.era,
      method,
      params,
      hosts[cell.host as keyof typeof hosts],
      tokens.expired,
    )
    expectChallenge(response, body, challenge401)
    expect(stack.outside.asked).toEqual([])
  })

  test.each(eras.flatMap((era) => invalidTokens.map((token) => ({ era, token }))))(
    '$era: a token that is $token refuses a public tool',
    async ({ era, token }) => {
      const { method, params } = everything['tools/call of a public tool'] as {
        method: string
        params: object
      }
      const { response, body } = await ask(era, method, params, {}, tokens[token])
      expectChallenge(response, body, challenge401)
    },
  )

  test.each(['Basic YW5uYTpwdw==', 'Bearer', 'Bearer a b', 'Bearer ä', 'bearer'])(
    'the Authorization header "%s" is a token that is invalid, not the lack of one',
    async (authorization) => {
      const request = post('legacy', 'tools/list', {}, {})
      const headers = new Headers(request.headers)
      if (/ä/.test(authorization)) headers.set('authorization', 'Bearer \u00e4')
      else headers.set('authorization', authorization)
      const response = await stack.server(new Request(request, { headers }))
      expectChallenge(response, await response.json(), challenge401)
    },
  )
})

describe('a protected tool', () => {
  test.each(eras)('%s: challenges an anonymous standard client with a 401', async (era) => {
    const { response, body } = await ask(era, 'tools/call', memberCall, {})
    expectChallenge(response, body, {
      status: 401,
      error: 'missing_token',
      scope: `${memberRates} ${book}`,
      description: 'Sign in to MyHotels to do this.',
    })
    expect(stack.outside.asked).toEqual([])
  })

  test.each(
    eras.flatMap((era) =>
      (['an OpenAI host by its user agent', 'an OpenAI host by its request metadata'] as const).map(
        (host) => ({
          era,
          host,
        }),
      ),
    ),
  )('$era: challenges $host with an error result', async ({ era, host }) => {
    const { response, body } = await ask(era, 'tools/call', memberCall, hosts[host])
    expect(response.status).toBe(200)
    expect(body).toMatchObject({
      id: 1,
      result: {
        isError: true,
        content: [{ type: 'text', text: 'Sign in to MyHotels to do this.' }],
        _meta: {
          'mcp/www_authenticate': [
            `Bearer error="invalid_token", error_description="Sign in to MyHotels to do this.", scope="${memberRates} ${book}", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`,
          ],
        },
      },
    })
    expect(body.result.structuredContent).toBeUndefined()
    if (era === 'modern') expect(body.result.resultType).toBe('complete')
    expect(stack.outside.asked).toEqual([])
  })

  const stepUp = {
    status: 403,
    error: 'insufficient_scope',
    description: 'MyHotels needs one more permission from you to do this.',
  }
  const stepUps = [
    { call: bookingCall, token: 'member rates only', scope: `${memberRates} ${book}` },
    { call: bookingCall, token: 'no scope', scope: book },
    { call: memberCall, token: 'no scope', scope: memberRates },
    { call: memberCall, token: 'booking and foreign scopes', scope: `${memberRates} ${book}` },
  ]

  test.each(eras.flatMap((era) => stepUps.map((cell) => ({ era, ...cell }))))(
    '$era: $call.name with token "$token" asks for the scopes $scope with a 403',
    async ({ era, call, token, scope }) => {
      const { response, body } = await ask(era, 'tools/call', call, {}, tokens[token])
      expectChallenge(response, body, { ...stepUp, scope })
      expect(stack.outside.asked).toEqual([])
    },
  )

  test.each(eras.flatMap((era) => stepUps.map((cell) => ({ era, ...cell }))))(
    '$era: $call.name with token "$token" asks an OpenAI host for $scope in an error result',
    async ({ era, call, token, scope }) => {
      const { response, body } = await ask(
        era,
        'tools/call',
        call,
        hosts['an OpenAI host by its user agent'],
        tokens[token],
      )
      expect(response.status).toBe(200)
      expect(body.result.isError).toBe(true)
      expect(body.result._meta['mcp/www_authenticate'][0]).toContain(
        `error="insufficient_scope", error_description="${stepUp.description}", scope="${scope}"`,
      )
      expect(stack.outside.asked).toEqual([])
    },
  )

  test.each(
    eras.flatMap((era) =>
      Object.keys(hosts).flatMap((host) => [
        { era, host, call: memberCall, token: 'member rates only' },
        { era, host, call: memberCall, token: 'both scopes' },
        { era, host, call: bookingCall, token: 'both scopes' },
        { era, host, call: bookingCall, token: 'booking and foreign scopes' },
      ]),
    ),
  )('$era: $call.name is served to $host with token "$token"', async ({ era, host, call, token }) => {
    const { response, body } = await ask(
      era,
      'tools/call',
      call,
      hosts[host as keyof typeof hosts],
      tokens[token],
    )
    expect(response.status).toBe(200)
    expect(body.result.isError).not.toBe(true)
  })

  test('what a host calls itself never changes whether it is refused', async () => {
    const refused = await Promise.all(
      Object.values(hosts).map(async (host) => {
        const { body } = await ask('legacy', 'tools/call', memberCall, host)
        return body.result?.isError === true || body.error !== undefined
      }),
    )
    expect(refused).toEqual([true, true, true])
  })
})

describe('any other resource or prompt', () => {
  const others = [
    { method: 'resources/read', params: { uri: 'file:///etc/passwd' } },
    { method: 'resources/read', params: { uri: 'ui://widget/myhotels-widget-../../x.html' } },
    { method: 'prompts/get', params: { name: 'any' } },
  ]

  test.each(eras.flatMap((era) => others.map((cell) => ({ era, ...cell }))))(
    '$era: $method $params is challenged like a protected call',
    async ({ era, method, params }) => {
      const { response, body } = await ask(era, method, params, {})
      expect(response.status).toBe(401)
      expect(body.error.data.scope).toBe(`${memberRates} ${book}`)
    },
  )

  test.each(eras.flatMap((era) => others.map((cell) => ({ era, ...cell }))))(
    '$era: $method $params does not exist for a signed-in caller',
    async ({ era, method, params }) => {
      const { body } = await ask(era, method, params, {}, tokens['both scopes'])
      expect([-32602, -32601, -32002]).toContain(body.error.code)
    },
  )
})

describe('a tool that does not exist', () => {
  test.each(
    eras.flatMap((era) =>
      ['no_such_tool', '__proto__', 'constructor', ''].flatMap((name) =>
        [undefined, 'both scopes'].map((token) => ({ era, name, token })),
      ),
    ),
  )('$era: "$name" with token $token is a protocol error', async ({ era, name, token }) => {
    const { body } = await ask(era, 'tools/call', { name, arguments: {} }, {}, token && tokens[token])
    expect(body.error?.code).toBe(-32602)
  })
})

describe('with sign-in asked for at connect', () => {
  let challenging: Stack
  beforeAll(async () => {
    challenging = await createStack({ signInAtConnect: 'challenge' })
  })
  const handshakes = [
    { era: 'legacy', method: 'initialize', params: initializeParams },
    { era: 'modern', method: 'server/discover', params: {} },
  ] as const

  test.each(handshakes)('$method is challenged with all scopes', async ({ era, method, params }) => {
    const response = await challenging.server(post(era, method, params))
    expectChallenge(response, await response.json(), {
      status: 401,
      error: 'missing_token',
      scope: `${memberRates} ${book}`,
      description: 'Sign in to connect to MyHotels.',
    })
  })

  test.each(handshakes)('$method is served with a token', async ({ era, method, params }) => {
    const response = await challenging.server(post(era, method, params, { token: tokens['no scope'] }))
    expect(response.status).toBe(200)
  })

  test('the public tool stays public', async () => {
    const response = await challenging.server(
      post('legacy', 'tools/call', { name: 'search_hotels', arguments: { city: 'Milan' } }),
    )
    expect(response.status).toBe(200)
  })
})

function expectChallenge(
  response: Response,
  body: { error?: { code: number; message: string; data: Record<string, unknown> } },
  expected: { status: number; error: string; scope: string; description: string },
) {
  // RFC 6750 section 3.1: who sent no credential gets no error.
  const error =
    expected.error === 'missing_token'
      ? ''
      : `error="${expected.error}", error_description="${expected.description}", `
  const challenge = `Bearer ${error}scope="${expected.scope}", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`
  expect(response.status).toBe(expected.status)
  expect(response.headers.get('www-authenticate')).toBe(challenge)
  expect(body.error).toEqual({
    code: expected.status,
    message: expected.description,
    data: {
      error: expected.error,
      scope: expected.scope,
      resource_metadata: `${origin}/.well-known/oauth-protected-resource/mcp`,
      www_authenticate: [challenge],
    },
  })
}
