// RFC 7523 section 3 says what an assertion holds; jose, which knows nothing of how it was made, says whether it does.
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { createOAuthClient, type OAuthClient } from '../../lambdas/oauth/oauth-client.ts'
import { clientKeyOf, publicKeyOf } from '../identity/client-keys.ts'

const arn = 'arn:aws:kms:eu-central-1:111122223333:key/5f1c'
const issuer = 'https://auth.pingone.eu/e/as'
const minutes = 60_000

let now: number
let signatures: number
let client: OAuthClient

beforeEach(() => {
  now = 1_795_435_200_000
  signatures = 0
  const key = clientKeyOf(arn)
  client = createOAuthClient({
    clientId: 'exchange-client',
    issuer,
    clock: () => now,
    key: {
      ...key,
      sign(text) {
        signatures += 1
        return key.sign(text)
      },
    },
  })
})

describe('an assertion', () => {
  test('says what RFC 7523 asks for, and is verified with the registered key that it names', async () => {
    const { assertion } = await client.assert()

    const { payload, protectedHeader } = await jwtVerify(
      assertion,
      createLocalJWKSet({ keys: [publicKeyOf('arn:key/another'), publicKeyOf(arn)] }),
      {
        issuer: 'exchange-client',
        subject: 'exchange-client',
        audience: issuer,
        algorithms: ['RS256'],
        requiredClaims: ['jti', 'exp', 'iat'],
        maxTokenAge: 1,
        currentDate: new Date(now),
      },
    )
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: '5f1c' })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
    expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('is signed once for four minutes, however many want it, and is new to one of them', async () => {
    const asked = await Promise.all([client.assert(), client.assert()])
    now += 4 * minutes - 1
    const later = await client.assert()

    expect(new Set([...asked, later].map(({ assertion }) => assertion)).size).toBe(1)
    expect([...asked, later].map(({ isNew }) => isNew)).toEqual([true, false, false])
    expect(signatures).toBe(1)
  })

  test('follows another after that, with an id of its own, and a minute before the first expires', async () => {
    const first = await client.assert()
    now += 4 * minutes
    const second = await client.assert()

    expect(second.isNew).toBe(true)
    expect(decodeJwt(second.assertion).jti).not.toBe(decodeJwt(first.assertion).jti)
    expect((decodeJwt(first.assertion).exp ?? 0) * 1000 - now).toBe(minutes)
  })

  test('that was refused is not given out again, and takes no other along', async () => {
    const first = await client.assert()
    client.forget(first.assertion)
    const second = await client.assert()
    client.forget(first.assertion)
    const third = await client.assert()

    expect(second).toMatchObject({ isNew: true })
    expect(third).toEqual({ assertion: second.assertion, isNew: false })
  })
})

test('a key that failed once is asked again', async () => {
  const key = clientKeyOf(arn)
  let fails = true
  const unlucky = createOAuthClient({
    clientId: 'c',
    issuer,
    clock: () => now,
    key: { ...key, sign: (text) => (fails ? Promise.reject(new Error('KMS is away')) : key.sign(text)) },
  })

  await expect(Promise.all([unlucky.assert(), unlucky.assert()])).rejects.toThrow('KMS is away')
  fails = false
  const { assertion } = await unlucky.assert()

  expect(decodeProtectedHeader(assertion).alg).toBe('RS256')
})
