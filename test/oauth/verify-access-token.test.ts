import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { InvalidTokenError } from '../../lambdas/oauth/invalid-token-error.ts'
import { KeysUnavailableError } from '../../lambdas/oauth/signing-keys.ts'
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  readActor,
  readBearerToken,
} from '../../lambdas/oauth/verify-access-token.ts'

const issuer = 'https://auth.pingone.eu/5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d/as'
const audience = 'myhotels-hotelmcp'
const now = Date.parse('2026-11-23T10:00:00Z')
const seconds = now / 1000

let verify: AccessTokenVerifier
let sign: (
  changes?: JWTPayload,
  options?: { alg?: string; foreignKey?: boolean; typ?: string },
) => Promise<string>

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
  sign = (changes = {}, { alg = 'RS256', foreignKey = false, typ } = {}) =>
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
      .setProtectedHeader({ alg, kid: 'own', ...(typ === undefined ? {} : { typ }) })
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

  // RFC 9068 section 2.1, RFC 7515 section 4.1.9; PingOne's are untyped where the application's setting says so.
  test.each([undefined, 'at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'jwt'])(
    'accepts the type %s',
    async (typ) => {
      expect((await verify(await sign({}, typ === undefined ? {} : { typ }))).subject).toBe('anna')
    },
  )

  // RFC 8725 section 3.11: what the same keys signed for another purpose.
  test.each([
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'id_token+jwt',
    'oauth-authz-req+jwt',
    'token-introspection+jwt',
    'client-authentication+jwt',
    'application/logout+jwt',
    'at+jwt2',
    'xat+jwt',
    '',
  ])('refuses the type "%s"', async (typ) => {
    await expect(verify(await sign({}, { typ }))).rejects.toThrow(InvalidTokenError)
  })

  test.each<[string, JWTPayload]>([
    ['an ID token with a nonce', { nonce: 'n-1' }],
    ['an ID token that binds an access token', { at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' }],
    ['an ID token that binds a code', { c_hash: 'LDktKdoQak3Pk0cnXxCltA' }],
    ['a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ])('refuses %s, whatever its audience', async (_what, changes) => {
    await expect(verify(await sign(changes))).rejects.toThrow(InvalidTokenError)
  })

  test.each<[string, unknown]>([
    ['text', 'connector'],
    ['a list', [{ sub: 'connector' }]],
    ['a number', 7],
    ['null', null],
    ['an object without a subject', { client_id: 'connector' }],
    ['a chain with a broken link', { sub: 'connector', act: 'other' }],
  ])('refuses an actor that is %s: that is no token without an actor', async (_what, act) => {
    await expect(verify(await sign({ act }))).rejects.toThrow(InvalidTokenError)
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
  const chainOf = (length: number) =>
    Array.from({ length: length - 1 }).reduce<object>((act) => ({ sub: 'x', act }), { sub: 'x' })

  test.each<[string, unknown, unknown]>([
    ['nothing', undefined, undefined],
    ['one actor', { sub: 'a' }, { sub: 'a' }],
    ['an actor with further claims', { sub: 'a', iss: 'b' }, { sub: 'a' }],
    ['a chain', { sub: 'a', act: { sub: 'b' } }, { sub: 'a', act: { sub: 'b' } }],
    ['four actors', chainOf(4), chainOf(4)],
  ])('of %s', (_what, value, expected) => {
    expect(readActor(value)).toEqual(expected)
  })

  test.each<[string, unknown]>([
    ['text', 'a'],
    ['null', null],
    ['an empty subject', { sub: '' }],
    ['a chain with a broken link', { sub: 'a', act: { sub: 7 } }],
    ['a chain that ends in null', { sub: 'a', act: null }],
    ['five actors', chainOf(5)],
  ])('refuses %s', (_what, value) => {
    expect(() => readActor(value)).toThrow(InvalidTokenError)
  })

  test('gives a chain or refuses, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        fc.pre(value !== undefined)
        try {
          expect(typeof readActor(value)?.sub).toBe('string')
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidTokenError)
        }
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
