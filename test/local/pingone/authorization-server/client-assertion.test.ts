// RFC 7523 section 2.2 and 3, RFC 7521 section 4.2, and Ping's page "Create a private key JWT": signed with RS or ES 256
// to 512, `iss` and `sub` the client id, `aud` the issuer, the token endpoint or the endpoint that is called, `exp` at
// most an hour ahead, `jti` and `iat` not looked at.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import {
  basic,
  ids,
  scopes,
  secretOf,
  startTestServer,
  type TestServer,
  userTokens,
} from './sample-environment.ts'

const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const now = 1_795_435_200
const kid = 'key-1'

let server: TestServer
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let others: typeof keys

beforeAll(async () => {
  server = await startTestServer({ clock: () => now * 1000 })
  keys = await generateKeyPair('RS256', { extractable: true })
  others = await generateKeyPair('RS256', { extractable: true })
  configure({ jwks: JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid }] }) })
})
afterAll(() => server.stop())
afterEach(() => expect(server.problems).toEqual([]))

/** Makes the workflow's application a client with keys. */
function configure(members: object) {
  const application = server.environment.get('applications', ids.workflow)
  const { jwks: _, jwksUrl: __, ...rest } = application ?? { id: ids.workflow }
  server.environment.put('applications', {
    ...rest,
    id: ids.workflow,
    tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT',
    ...members,
  })
}

type Changes = { header?: object; claims?: object; key?: Parameters<SignJWT['sign']>[0] }

const assertion = ({ header = {}, claims = {}, key = keys.privateKey }: Changes = {}) =>
  new SignJWT({
    iss: ids.workflow,
    sub: ids.workflow,
    aud: `${server.issuer}/token`,
    exp: now + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid, ...header })
    .sign(key)

async function send(form: Record<string, string>, path = 'token', headers: Record<string, string> = {}) {
  const response = await fetch(`${server.issuer}/${path}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

const credentials = async (changes?: Changes) => ({
  client_assertion_type: type,
  client_assertion: await assertion(changes),
})
const request = { grant_type: 'client_credentials', scope: scopes.apiClose }
const refused = { status: 401, body: { error: 'invalid_client', error_description: expect.any(String) } }

describe('An assertion of the client', () => {
  test.each<[string, () => Changes]>([
    ['for the token endpoint', () => ({})],
    ['for the issuer', () => ({ claims: { aud: server.issuer } })],
    [
      'for several, this one among them',
      () => ({ claims: { aud: ['https://other.example', server.issuer] } }),
    ],
    ['that expires in an hour', () => ({ claims: { exp: now + 3600 } })],
    ['without a key id', () => ({ header: { kid: undefined } })],
    ['with a jti that was used and an iat of long ago', () => ({ claims: { jti: 'same', iat: 1 } })],
    ['with the same jti again', () => ({ claims: { jti: 'same', iat: 1 } })],
  ])('%s yields a token', async (_, changes) => {
    const { status, body } = await send({ ...request, ...(await credentials(changes())) })

    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'Bearer', scope: scopes.apiClose })
  })

  test.each<[string, () => Changes]>([
    ['signed by somebody else', () => ({ key: others.privateKey })],
    ['issued by somebody else', () => ({ claims: { iss: ids.worker } })],
    ['about nobody', () => ({ claims: { sub: undefined } })],
    ['for somebody else', () => ({ claims: { aud: 'https://other.example' } })],
    ['for another endpoint of the server', () => ({ claims: { aud: `${server.issuer}/introspect` } })],
    ['for nobody', () => ({ claims: { aud: undefined } })],
    ['that has expired', () => ({ claims: { exp: now - 1 } })],
    ['that is not valid yet', () => ({ claims: { nbf: now + 60 } })],
    ['that expires in more than an hour', () => ({ claims: { exp: now + 3601 } })],
    ['that never expires', () => ({ claims: { exp: undefined } })],
    [
      'signed with the secret',
      () => ({ header: { alg: 'HS256' }, key: new TextEncoder().encode(secretOf(ids.workflow).padEnd(32)) }),
    ],
  ])('%s is refused', async (_, changes) => {
    expect(await send({ ...request, ...(await credentials(changes())) })).toEqual(refused)
  })

  test.each<[string, () => Promise<Record<string, string>>]>([
    ['no type', async () => ({ client_assertion: await assertion() })],
    [
      'the type of SAML',
      async () => ({
        ...(await credentials()),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
      }),
    ],
    ['another client id beside it', async () => ({ ...(await credentials()), client_id: ids.worker })],
    [
      'a secret beside it',
      async () => ({
        ...(await credentials()),
        client_id: ids.workflow,
        client_secret: secretOf(ids.workflow),
      }),
    ],
    [
      'no signature',
      async () => ({
        client_assertion_type: type,
        client_assertion: (await assertion()).replace(/[^.]+$/, ''),
      }),
    ],
    ['no JWT at all', async () => ({ client_assertion_type: type, client_assertion: 'nonsense' })],
    [
      'a secret in its place',
      async () => ({ client_id: ids.workflow, client_secret: secretOf(ids.workflow) }),
    ],
  ])('with %s is refused', async (_, form) => {
    expect((await send({ ...request, ...(await form()) })).status).toBe(401)
  })

  test('is not replaced by a secret in the header', async () => {
    const { status } = await send(request, 'token', {
      authorization: basic(ids.workflow, secretOf(ids.workflow)),
    })

    expect(status).toBe(401)
  })

  test('is refused to an application that has a secret', async () => {
    const claims = { iss: ids.exchange, sub: ids.exchange }

    expect((await send({ ...request, ...(await credentials({ claims })) })).status).toBe(401)
  })

  test('authenticates where tokens are asked about and given back', async () => {
    const { body } = await send({ ...request, ...(await credentials()) })
    const token = body.access_token
    const at = async (path: string) =>
      send({ token, ...(await credentials({ claims: { aud: `${server.issuer}/${path}` } })) }, path)

    expect((await at('introspect')).body).toMatchObject({ active: true, client_id: ids.workflow })
    expect((await at('revoke')).status).toBe(200)
    expect((await at('introspect')).body).toEqual({ active: false })
  })

  test.each(['RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('may be signed with %s', async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true })
    const own = server.environment.get('applications', ids.workflow)?.jwks
    configure({ jwks: JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }) })

    const { status } = await send({
      ...request,
      ...(await credentials({ header: { alg, kid: undefined }, key: pair.privateKey })),
    })

    configure({ jwks: own })
    expect(status).toBe(200)
  })

  test('is held against the keys at the URL that the application names', async () => {
    const publicKey = await exportJWK(others.publicKey)
    const host = createServer((_, response) => {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ keys: [{ ...publicKey, kid }] }))
    })
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    const own = server.environment.get('applications', ids.workflow)?.jwks
    configure({ jwksUrl: `http://127.0.0.1:${(host.address() as AddressInfo).port}/jwks` })

    const right = await send({ ...request, ...(await credentials({ key: others.privateKey })) })
    const wrong = await send({ ...request, ...(await credentials()) })

    configure({ jwks: own })
    host.closeAllConnections()
    await new Promise((resolve) => host.close(resolve))
    expect([right.status, wrong.status]).toEqual([200, 401])
  })

  test('is refused when the URL of the keys does not answer', async () => {
    const own = server.environment.get('applications', ids.workflow)?.jwks
    configure({ jwksUrl: 'http://127.0.0.1:1/jwks' })

    const { status } = await send({ ...request, ...(await credentials()) })

    configure({ jwks: own })
    expect(status).toBe(401)
  })

  test('is signed with the secret by an application of that kind', async () => {
    const own = server.environment.get('applications', ids.workflow)?.jwks
    const secret = 'a secret of at least thirty-two bytes, for HMAC'
    server.environment.secrets[ids.workflow] = { secret }
    configure({ tokenEndpointAuthMethod: 'CLIENT_SECRET_JWT' })
    const header = { alg: 'HS256', kid: undefined }

    const right = await send({
      ...request,
      ...(await credentials({ header, key: new TextEncoder().encode(secret) })),
    })
    const wrong = await send({
      ...request,
      ...(await credentials({ header, key: new TextEncoder().encode(secret.toUpperCase()) })),
    })

    server.environment.secrets[ids.workflow] = { secret: secretOf(ids.workflow) }
    configure({ jwks: own })
    expect([right.status, wrong.status]).toEqual([200, 401])
  })

  test('is what discovery announces', async () => {
    const document = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json()

    expect(document.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['private_key_jwt', 'client_secret_jwt']),
    )
    expect(document.token_endpoint_auth_signing_alg_values_supported).toEqual(
      expect.arrayContaining(['RS256', 'ES256']),
    )
  })
})

describe('A refresh token that was rotated', () => {
  async function startWith(grace: number | undefined) {
    let time = now * 1000
    const own = await startTestServer({ clock: () => time })
    const application = own.environment.get('applications', ids.connector) ?? { id: ids.connector }
    own.environment.put('applications', { ...application, refreshTokenRollingGracePeriodDuration: grace })
    const refresh = (token: string) =>
      own.post('token', ids.connector, { grant_type: 'refresh_token', refresh_token: token })
    const first = (await userTokens(own)).body.refresh_token as string
    return { stop: own.stop, refresh, first, pass: (seconds: number) => (time += seconds * 1000) }
  }

  test('is taken again within the grace period, and each answer can be refreshed', async () => {
    const { stop, refresh, first, pass } = await startWith(30)
    const second = await refresh(first)
    pass(29)
    const again = await refresh(first)
    const fromSecond = await refresh(second.body.refresh_token)
    const fromAgain = await refresh(again.body.refresh_token)
    await stop()

    expect([second, again, fromSecond, fromAgain].map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(again.body.refresh_token).not.toBe(second.body.refresh_token)
  })

  test('is taken for stolen after it, also when it was used within, and takes its successors along', async () => {
    const { stop, refresh, first, pass } = await startWith(30)
    const second = await refresh(first)
    pass(20)
    await refresh(first)
    pass(10)
    const late = await refresh(first)
    const successor = await refresh(second.body.refresh_token)
    await stop()

    expect([late.status, late.body.error]).toEqual([400, 'invalid_grant'])
    expect(successor.status).toBe(400)
  })

  test.each([0, undefined])('is taken for stolen at once with a grace period of %p', async (grace) => {
    const { stop, refresh, first } = await startWith(grace)
    await refresh(first)
    const again = await refresh(first)
    await stop()

    expect(again.status).toBe(400)
  })
})
