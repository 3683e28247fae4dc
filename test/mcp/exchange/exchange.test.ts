import { describe, expect, test } from '@jest/globals'
import { createExchange } from '../../../lambdas/mcp/exchange/exchange.ts'
import type { AccessToken } from '../../../lambdas/oauth/verify-access-token.ts'
import { readForm } from '../../oauth/clients.ts'
import { clients, createOutside, issuer, json } from '../outside.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const scope = 'my-hotels:api:book'

function setUp() {
  const outside = createOutside()
  const time = { now: 1_000_000_000 }
  const exchange = createExchange({
    fetch: outside.fetch,
    clock: () => time.now,
    wait: async (milliseconds) => {
      time.now += milliseconds
    },
    issuer,
    client: clients.exchange,
  })
  return { outside, exchange, time }
}

const callerWith = (value: string, lifetime = 7200) => ({
  token: { value, expiresAt: 1_000_000 + lifetime } as AccessToken,
})

const granted = (change: object = {}) =>
  json(200, {
    access_token: 'exchanged',
    issued_token_type: accessTokenType,
    token_type: 'Bearer',
    expires_in: 3600,
    scope,
    ...change,
  })

test('sends RFC 8693 parameters as the exchange client', async () => {
  const { outside, exchange } = setUp()
  await expect(exchange(callerWith('inbound'), scope, { correlationId: 'c-1' })).resolves.toBe(
    `exchanged-${scope.replaceAll(':', '.')}`,
  )
  const [asked] = outside.askedFor('/token')
  expect(readForm(asked?.body ?? '')).toEqual({
    client: 'exchange-client',
    parameters: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'inbound',
      subject_token_type: accessTokenType,
      requested_token_type: accessTokenType,
      scope,
    },
  })
  expect(asked?.headers.get('x-ping-external-transaction-id')).toBe('c-1')
})

describe('what is kept', () => {
  test.each([
    ['until a minute before it expires', 120],
    ['for four minutes, since the hotel API takes it for five', 3600],
  ])('an exchanged token serves %s', async (_how, expires_in) => {
    const { outside, exchange, time } = setUp()
    outside.answers.exchange = () => granted({ expires_in })
    const caller = callerWith('inbound')
    await exchange(caller, scope)
    time.now += Math.min(expires_in, 300) * 1000 - 60_001
    await exchange(caller, scope)
    expect(outside.asked).toHaveLength(1)
    time.now += 1
    await exchange(caller, scope)
    expect(outside.asked).toHaveLength(2)
  })

  test('it serves no longer than the token that it stands for', async () => {
    const { outside, exchange, time } = setUp()
    const caller = callerWith('inbound', 300)
    await exchange(caller, scope)
    time.now += 240_000
    await exchange(caller, scope)
    expect(outside.asked).toHaveLength(2)
  })

  test.each([
    ['another token', callerWith('other'), scope],
    ['another scope', callerWith('inbound'), 'my-hotels:api:member_rates'],
  ])('%s is another exchange', async (_name, caller, otherScope) => {
    const { outside, exchange } = setUp()
    await exchange(callerWith('inbound'), scope)
    await exchange(caller, otherScope)
    expect(outside.asked).toHaveLength(2)
  })

  test('a token and a scope cannot be shifted into each other', async () => {
    const { outside, exchange } = setUp()
    outside.answers.exchange = () => granted({ scope: undefined })
    await exchange(callerWith('ab'), 'c')
    await exchange(callerWith('a'), 'bc')
    expect(outside.asked).toHaveLength(2)
  })

  test('calls at the same time share one exchange', async () => {
    const { outside, exchange } = setUp()
    const tokens = await Promise.all([1, 2, 3].map(() => exchange(callerWith('inbound'), scope)))
    expect(new Set(tokens).size).toBe(1)
    expect(outside.asked).toHaveLength(1)
  })

  test('a failed exchange is not kept', async () => {
    const { outside, exchange } = setUp()
    outside.answers.exchange = () => json(400, { error: 'invalid_scope' })
    await expect(exchange(callerWith('inbound'), scope)).rejects.toThrow()
    outside.answers.exchange = () => granted()
    await expect(exchange(callerWith('inbound'), scope)).resolves.toBe('exchanged')
  })

  test('the memory is bounded', async () => {
    const { outside, exchange } = setUp()
    for (let index = 0; index <= 1000; index++) await exchange(callerWith(`token-${index}`), scope)
    await exchange(callerWith('token-1000'), scope)
    expect(outside.asked).toHaveLength(1001)
    await exchange(callerWith('token-0'), scope)
    expect(outside.asked).toHaveLength(1002)
  })
})

describe('what is refused', () => {
  const cases: [string, () => Response | Promise<Response>, string][] = [
    [
      'invalid_grant: the person must sign in again',
      () => json(400, { error: 'invalid_grant' }),
      'InvalidTokenError',
    ],
    ['invalid_client', () => json(401, { error: 'invalid_client' }), 'ExchangeRefusedError'],
    ['invalid_scope', () => json(400, { error: 'invalid_scope' }), 'ExchangeRefusedError'],
    ['unauthorized_client', () => json(400, { error: 'unauthorized_client' }), 'ExchangeRefusedError'],
    ['a 400 without an error', () => json(400, {}), 'ExchangeRefusedError'],
    ['HTML', () => new Response('<html>'), 'ExchangeRefusedError'],
    ['no access token', () => granted({ access_token: undefined }), 'ExchangeRefusedError'],
    ['a token that would break a header', () => granted({ access_token: 'a\r\nb' }), 'ExchangeRefusedError'],
    ['an empty access token', () => granted({ access_token: '' }), 'ExchangeRefusedError'],
    ['a token of another type', () => granted({ token_type: 'DPoP' }), 'ExchangeRefusedError'],
    [
      'an ID token',
      () => granted({ issued_token_type: 'urn:ietf:params:oauth:token-type:id_token' }),
      'ExchangeRefusedError',
    ],
    ['a negative lifetime', () => granted({ expires_in: -1 }), 'ExchangeRefusedError'],
    [
      'a token without the scope',
      () => granted({ scope: 'my-hotels:api:member_rates' }),
      'ExchangeRefusedError',
    ],
    [
      'a token whose scope only begins alike',
      () => granted({ scope: `${scope}ing` }),
      'ExchangeRefusedError',
    ],
    ['a 500', () => json(500, {}), 'ExchangeUnavailableError'],
    ['a 429 that stays', () => json(429, {}), 'ExchangeUnavailableError'],
    [
      'a connection that breaks',
      () => Promise.reject(new TypeError('fetch failed')),
      'ExchangeUnavailableError',
    ],
  ]

  test.each(cases)('%s', async (_name, answer, name) => {
    const { outside, exchange } = setUp()
    outside.answers.exchange = answer
    const error = (await exchange(callerWith('inbound-secret'), scope).catch((cause) => cause)) as Error
    expect(error.name).toBe(name)
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('inbound-secret')
  })

  test('a passing failure is tried again', async () => {
    const { outside, exchange } = setUp()
    let attempts = 0
    outside.answers.exchange = () => (++attempts < 3 ? json(502, {}) : granted())
    await expect(exchange(callerWith('inbound'), scope)).resolves.toBe('exchanged')
  })
})
