import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import type { Stored } from '../../../../local/pingone/environment.ts'
import {
  authorizeUrl,
  Browser,
  basic,
  ids,
  redirectUri,
  scopes,
  secretOf,
  signInWith,
  startTestServer,
  type TestServer,
  userTokens,
  verifier,
} from './sample-environment.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())
afterEach(() => expect(server.problems).toEqual([]))

describe('Discovery', () => {
  test("publishes PingOne's paths, and no registration", async () => {
    const document = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json()

    expect(document).toMatchObject({
      issuer: server.issuer,
      authorization_endpoint: `${server.issuer}/authorize`,
      token_endpoint: `${server.issuer}/token`,
      jwks_uri: `${server.issuer}/jwks`,
      backchannel_authentication_endpoint: `${server.issuer}/cibaAuthorization`,
      code_challenge_methods_supported: ['plain', 'S256'],
      claims_parameter_supported: false,
    })
    expect(document).not.toHaveProperty('registration_endpoint')
  })

  test('publishes public keys alone', async () => {
    const { keys } = await (await fetch(`${server.issuer}/jwks`)).json()

    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256', kid: expect.any(String) })
    expect(keys[0]).not.toHaveProperty('d')
  })

  test.each(['as/bc-authorize', 'as/nothing', 'nothing', ''])(
    'answers /%s as the gateway does',
    async (path) => {
      const response = await fetch(`${server.authUrl}/${server.environment.id}/${path}`, { method: 'POST' })
      expect(response.status).toBe(403)
      expect(response.headers.get('x-amzn-errortype')).toBe('IncompleteSignatureException')
    },
  )
})

describe('Client credentials', () => {
  test("give a worker a token for PingOne's own API, without scopes", async () => {
    const { body } = await server.post('token', ids.worker, { grant_type: 'client_credentials' })

    const claims = decodeJwt(body.access_token)
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 })
    expect(claims).toMatchObject({
      aud: ['https://api.pingone.eu'],
      client_id: ids.worker,
      'p1.rid': expect.any(String),
    })
    for (const absent of ['sub', 'scope', 'sid', 'acr', 'p1.userId'])
      expect(claims).not.toHaveProperty([absent])
    expect(await server.verifyWorkerToken(body.access_token)).toEqual({ clientId: ids.worker })
  })

  test('are refused to a worker that has no role', async () => {
    const role = server.environment.getChild('roleAssignments', ids.worker, 'role-1')
    server.environment.deleteChild('roleAssignments', ids.worker, 'role-1')
    const { status } = await server.post('token', ids.worker, { grant_type: 'client_credentials' })
    server.environment.putChild('roleAssignments', ids.worker, role ?? { id: 'role-1' })
    expect(status).toBe(400)
  })

  test.each([
    ['its scope', { scope: scopes.apiClose }],
    ['no scope', {}],
    ['the resource', { resource: 'myhotels-hotelapi' }],
  ])('give a web application a token for its resource when it names %s', async (_, more) => {
    const { body } = await server.post('token', ids.workflow, { grant_type: 'client_credentials', ...more })

    const claims = decodeJwt(body.access_token)
    expect(claims).toMatchObject({
      aud: ['myhotels-hotelapi'],
      client_id: ids.workflow,
      scope: scopes.apiClose,
      act: { sub: ids.workflow },
    })
    expect(claims).not.toHaveProperty('sub')
    expect(await server.verifyWorkerToken(body.access_token)).toBeUndefined()
  })

  test('without scope are refused when the application is granted two resources', async () => {
    server.environment.putChild('grants', ids.workflow, {
      id: 'second',
      resource: { id: ids.mcp },
      scopes: [{ id: `scope ${scopes.book}` }],
    })
    const { body } = await server.post('token', ids.workflow, { grant_type: 'client_credentials' })
    server.environment.deleteChild('grants', ids.workflow, 'second')
    expect(body.error_description).toContain('May not request scopes for multiple resources')
  })

  test('with two resources are refused', async () => {
    const { body } = await server.post('token', ids.workflow, [
      ['grant_type', 'client_credentials'],
      ['resource', 'myhotels-hotelapi'],
      ['resource', 'myhotels-hotelmcp'],
    ])
    expect(body.error).toBe('invalid_scope')
  })

  test('let a web application ask for openid alone', async () => {
    const { body } = await server.post('token', ids.workflow, {
      grant_type: 'client_credentials',
      scope: 'openid',
    })
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: ['https://api.pingone.eu'], scope: 'openid' })
  })
})

describe('Introspection', () => {
  test('tells the resource, by its id and secret, every claim of a token for it', async () => {
    const { access_token } = (await userTokens(server)).body

    const { status, body } = await server.post('introspect', ids.mcp, { token: access_token })

    expect(status).toBe(200)
    expect(body).toEqual({ active: true, token_type: 'Bearer', ...decodeJwt(access_token) })
  })

  test('tells nothing about tokens for another resource, of another application, or that are no tokens', async () => {
    const { access_token } = (await userTokens(server)).body

    for (const [caller, token] of [
      [ids.api, access_token],
      [ids.workflow, access_token],
      [ids.mcp, 'rubbish'],
      [ids.mcp, `${access_token}x`],
    ])
      expect((await server.post('introspect', caller, { token })).body).toEqual({ active: false })
  })

  test.each<[string, (user: Stored) => void]>([
    ['was deleted', ({ id }) => server.environment.delete('users', id)],
    ['is disabled', (user) => server.environment.put('users', { ...user, enabled: false })],
  ])('of the token of somebody who %s say that it is not active', async (_what, change) => {
    const { access_token } = (await userTokens(server)).body
    const user = server.environment.get('users', ids.anna) as Stored
    change(user)

    const { body } = await server.post('introspect', ids.mcp, { token: access_token })

    server.environment.put('users', user)
    expect(body).toEqual({ active: false })
  })

  test('tells an application about its own tokens', async () => {
    const { access_token, refresh_token } = (await userTokens(server)).body

    expect((await server.post('introspect', ids.connector, { token: access_token })).body.active).toBe(true)
    expect((await server.post('introspect', ids.connector, { token: refresh_token })).body).toMatchObject({
      active: true,
      client_id: ids.connector,
    })
  })

  test('refuses wrong credentials and a missing token', async () => {
    const wrong = await fetch(`${server.issuer}/introspect`, {
      method: 'POST',
      headers: { authorization: basic(ids.mcp, 'wrong') },
      body: new URLSearchParams({ token: 'x' }),
    })
    const missing = await server.post('introspect', ids.mcp, {})

    expect(wrong.status).toBe(401)
    expect(await wrong.json()).toMatchObject({ error: 'invalid_client' })
    expect(missing.status).toBe(400)
    expect(missing.body.error_description).toContain('No value supplied for required parameter: token')
  })

  test('takes the secret from the body when the resource is configured so', async () => {
    const resource = server.environment.get('resources', ids.mcp) ?? { id: ids.mcp }
    server.environment.put('resources', { ...resource, introspectEndpointAuthMethod: 'CLIENT_SECRET_POST' })
    const { access_token } = (await userTokens(server)).body
    const body = { token: access_token, client_id: ids.mcp, client_secret: secretOf(ids.mcp) }

    const inBody = await server.post('introspect', undefined, body)
    const inHeader = await server.post('introspect', ids.mcp, { token: access_token })

    server.environment.put('resources', resource)
    expect(inBody.body.active).toBe(true)
    expect(inHeader.status).toBe(401)
  })

  test('knows revoked tokens', async () => {
    const { access_token, refresh_token } = (await userTokens(server)).body

    await server.post('revoke', ids.workflow, { token: access_token })
    const byStranger = await server.post('introspect', ids.mcp, { token: access_token })
    const revoked = await server.post('revoke', ids.connector, { token: access_token })
    await server.post('revoke', ids.connector, { token: refresh_token })

    expect(byStranger.body.active).toBe(true)
    expect(revoked.status).toBe(200)
    expect((await server.post('introspect', ids.mcp, { token: access_token })).body).toEqual({
      active: false,
    })
    expect(
      (await server.post('token', ids.connector, { grant_type: 'refresh_token', refresh_token })).status,
    ).toBe(400)
  })
})

describe('Pushed authorization requests', () => {
  test('stand for the parameters at the authorization endpoint, once', async () => {
    const pushed = await server.post(
      'par',
      ids.connector,
      Object.fromEntries(authorizeUrl(server, { resource: 'https://hotels.example.com/mcp' }).searchParams),
    )
    const url = new URL(`${server.issuer}/authorize`)
    url.search = new URLSearchParams({
      client_id: ids.connector,
      request_uri: pushed.body.request_uri,
    }).toString()

    const landed = await signInWith(new Browser(), url)
    const again = await new Browser().open(url)

    expect(pushed.status).toBe(201)
    expect(pushed.body).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/),
      expires_in: 60,
    })
    const { body } = await server.post('token', ids.connector, {
      grant_type: 'authorization_code',
      code: landed.url.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    })
    expect(decodeJwt(body.access_token).aud).toEqual(['myhotels-hotelmcp'])
    expect(again.response.status).toBe(400)
  })
})

describe('Hostile requests', () => {
  test.each([
    ['JSON instead of a form', { 'content-type': 'application/json' }, '{"grant_type":"client_credentials"}'],
    ['no body', {}, ''],
    ['a broken Authorization header', { authorization: 'Basic ***' }, 'grant_type=client_credentials'],
    ['an unknown grant', { authorization: basic(ids.worker, secretOf(ids.worker)) }, 'grant_type=password'],
    [
      'a repeated parameter',
      { authorization: basic(ids.worker, secretOf(ids.worker)) },
      'grant_type=client_credentials&grant_type=x',
    ],
    ['a prototype for a client', { authorization: basic('__proto__', 'x') }, 'grant_type=client_credentials'],
  ])('of %s are refused with an OAuth error', async (_, headers, body) => {
    const response = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(headers as Record<string, string>),
      },
      body,
    })
    expect([400, 401]).toContain(response.status)
    expect(await response.json()).toEqual({
      error: expect.any(String),
      error_description: expect.stringMatching(/\(Correlation ID: [0-9a-f-]{36}\)$/),
    })
  })

  test('that are too large are refused', async () => {
    const response = await fetch(`${server.issuer}/par`, { method: 'POST', body: 'x'.repeat(1_100_000) })
    expect(response.status).toBe(413)
  })
})
