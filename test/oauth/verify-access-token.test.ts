import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  InvalidTokenError,
  KeysUnavailableError,
  readActor,
  readBearerToken,
} from '../../lambdas/oauth/verify-access-token.ts'

const issuer = 'https://auth.pingone.eu/5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d/as'
const audience = 'myhotels-hotelmcp'
const now = Date.parse('2026-11-23T10:00:00Z')
const seconds = now / 1000

let verify: AccessTokenVerifier
let sign: (changes?: JWTPayload, options?: { alg?: string; foreignKey?: boolean }) => Promise<string>

beforeAll(async () => {
  const [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const secret = new TextEncoder().encode('a shared secret that is long enough for HS256')
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' }
  verify = createAccessTokenVerifier({
    issuer,
    audience,
    clock: () => now,
    keys: createLocalJWKSet({ keys: [jwk] }),
  })
  sign = (changes = {}, { alg = 'RS256', foreignKey = false } = {}) =>
    new SignJWT({
      iss: issuer,
      aud: [audience],
      sub: 'anna',
      client_id: 'connector',
      scope: 'my-hotels:mcp:book my-hotels:mcp:member_rates',
      act: { sub: 'connector' },
      jti: 'token-1',
      iat: seconds - 60,
      exp: seconds + 3600,
      ...changes,
    })
      .setProtectedHeader({ alg, kid: 'own' })
      .sign(alg === 'HS256' ? secret : foreignKey ? foreign.privateKey : own.privateKey)
})

describe('verifying an access token', () => {
  test('reads subject, client, scopes, actor and expiry', async () => {
    const token = await verify(await sign())

    expect(token).toMatchObject({
      subject: 'anna',
      clientId: 'connector',
      actor: { sub: 'connector' },
      id: 'token-1',
      expiresAt: seconds + 3600,
    })
    expect([...token.scopes]).toEqual(['my-hotels:mcp:book', 'my-hotels:mcp:member_rates'])
  })

  test('a token without a subject is one of a client alone', async () => {
    expect((await verify(await sign({ sub: undefined }))).subject).toBeUndefined()
  })

  test.each<[string, JWTPayload]>([
    ['of another issuer', { iss: 'https://auth.pingone.eu/other/as' }],
    ['for another audience', { aud: ['myhotels-hotelapi'] }],
    ['without an audience', { aud: undefined }],
    ['that has expired', { exp: seconds - 1 }],
    ['without an expiry', { exp: undefined }],
    ['that is not valid yet', { nbf: seconds + 60 }],
    ['without a client', { client_id: undefined }],
    ['whose client is no string', { client_id: 7 }],
  ])('refuses a token %s', async (_what, changes) => {
    await expect(verify(await sign(changes))).rejects.toThrow(InvalidTokenError)
  })

  test('refuses a token signed with a foreign key', async () => {
    await expect(verify(await sign({}, { foreignKey: true }))).rejects.toThrow(InvalidTokenError)
  })

  test('refuses a token signed with a shared secret', async () => {
    await expect(verify(await sign({}, { alg: 'HS256' }))).rejects.toThrow(InvalidTokenError)
  })

  test('refuses an unsigned token', async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${encode({ alg: 'none' })}.${encode({ iss: issuer, aud: audience, exp: seconds + 60 })}.`

    await expect(verify(unsigned)).rejects.toThrow(InvalidTokenError)
  })

  test('refuses whatever is no token', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        await expect(verify(text)).rejects.toThrow(InvalidTokenError)
      }),
      { numRuns: 200 },
    )
  })

  test('tells keys that cannot be read from a token that is wrong', async () => {
    const without = createAccessTokenVerifier({
      issuer,
      audience,
      clock: () => now,
      keys: async () => {
        throw new TypeError('fetch failed')
      },
    })

    await expect(without(await sign())).rejects.toThrow(KeysUnavailableError)
  })

  test('keeps the reason inside', async () => {
    const error = await verify(await sign({ aud: ['myhotels-hotelapi'] })).catch((caught: unknown) => caught)

    expect((error as InvalidTokenError).message).toBe('The access token is not valid here. Sign in again.')
    expect((error as InvalidTokenError).detail).toBe('ERR_JWT_CLAIM_VALIDATION_FAILED')
  })
})

describe('reading an actor chain', () => {
  test.each<[string, unknown, unknown]>([
    ['one actor', { sub: 'a' }, { sub: 'a' }],
    ['a chain', { sub: 'a', act: { sub: 'b' } }, { sub: 'a', act: { sub: 'b' } }],
    ['nothing', undefined, undefined],
    ['text', 'a', undefined],
    ['an empty subject', { sub: '' }, undefined],
    ['a chain with a broken link', { sub: 'a', act: { sub: 7 } }, undefined],
    ['a chain without an end', { sub: 'a', act: null }, undefined],
  ])('of %s', (_what, value, expected) => {
    expect(readActor(value)).toEqual(expected)
  })

  test('ends at a chain that is too long', () => {
    const chain = Array.from({ length: 8 }).reduce<object>((act) => ({ sub: 'x', act }), { sub: 'x' })

    expect(readActor(chain)).toBeUndefined()
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const actor = readActor(value)
        expect(actor === undefined || typeof actor.sub === 'string').toBe(true)
      }),
    )
  })
})

describe('reading the bearer token of a request', () => {
  const read = (authorization?: string) =>
    readBearerToken(new Headers(authorization ? { authorization } : {}))

  test('finds none where none was sent', () => {
    expect(read()).toBeUndefined()
  })

  test.each([['Bearer abc.def-_~+/='], ['bearer abc.def-_~+/='], ['Bearer   abc.def-_~+/=']])(
    'reads %j',
    (header) => {
      expect(read(header)).toBe('abc.def-_~+/=')
    },
  )

  test.each([['Bearer'], ['Bearer a b'], ['Basic abc'], ['abc'], ['Bearer a, Bearer b'], ['Bearer =abc=d']])(
    'refuses %j rather than taking it for nothing',
    (header) => {
      expect(() => read(header)).toThrow(InvalidTokenError)
    },
  )
})
