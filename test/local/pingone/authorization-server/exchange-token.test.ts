import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import {
  authorizeUrl,
  Browser,
  ids,
  redirectUri,
  sampleEnvironment,
  scopes,
  signInWith,
  startTestServer,
  type TestServer,
  userTokens,
  verifier,
} from './sample-environment.ts'

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

let now = Date.now()
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ clock: () => now })
})
afterAll(() => server.stop())
afterEach(() => expect(server.problems).toEqual([]))

function exchange(subjectToken: string, more: Record<string, string> = {}, clientId = ids.exchange) {
  return server.post('token', clientId, {
    grant_type: exchangeGrant,
    subject_token: subjectToken,
    subject_token_type: accessTokenType,
    scope: scopes.apiBook,
    ...more,
  })
}

describe('Token exchange', () => {
  test('carries the session over and names the chain of actors that the target resource maps', async () => {
    const subject = (await userTokens(server)).body.access_token

    const { status, body } = await exchange(subject, {
      audience: 'ignored',
      requested_token_type: accessTokenType,
    })

    expect(body).toEqual({
      access_token: expect.any(String),
      issued_token_type: accessTokenType,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: scopes.apiBook,
    })
    expect(status).toBe(200)
    const before = decodeJwt(subject)
    const after = decodeJwt(body.access_token)
    expect(after).toMatchObject({
      aud: ['myhotels-hotelapi'],
      client_id: ids.exchange,
      sub: 'anna',
      groups: ['ChatGPT User'],
      act: { sub: ids.exchange, act: { sub: ids.connector } },
      literal: '(#root.context.appConfig.clientId)',
      sid: before.sid,
      auth_time: before.auth_time,
      acr: before.acr,
      'p1.userId': ids.anna,
    })
    expect(after.jti).not.toBe(before.jti)
    expect(after).not.toHaveProperty('given_name')
  })

  test('names no actor when the resource maps none', async () => {
    const attribute = server.environment.getChild('attributes', ids.api, `${ids.api} act`)
    server.environment.deleteChild('attributes', ids.api, `${ids.api} act`)

    const { body } = await exchange((await userTokens(server)).body.access_token)

    server.environment.putChild('attributes', ids.api, attribute ?? { id: 'act' })
    expect(decodeJwt(body.access_token)).not.toHaveProperty('act')
  })

  test.each([
    [
      'no subject token',
      { subject_token: '' },
      'invalid_request',
      'No value supplied for required parameter: subject_token',
    ],
    ['no subject token type', { subject_token_type: '' }, 'invalid_request', 'subject_token_type'],
    [
      'another requested type',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
      'invalid_request',
      'requested_token_type',
    ],
    [
      'an access token that is called an ID token',
      { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
      'invalid_grant',
      '',
    ],
    ['a token of nobody', { subject_token: 'a.b.c' }, 'invalid_grant', ''],
    [
      'scopes of two resources',
      { scope: `${scopes.apiBook} ${scopes.book}` },
      'invalid_scope',
      'May not request scopes for multiple resources',
    ],
    ['openid', { scope: `openid ${scopes.apiBook}` }, 'invalid_scope', ''],
    [
      'a scope that is not granted',
      { scope: scopes.apiClose },
      'invalid_scope',
      'At least one scope must be granted',
    ],
    ['no scope', { scope: '' }, 'invalid_scope', ''],
    ['an actor token without a type', { actor_token: 'a.b.c' }, 'invalid_request', 'actor_token_type'],
  ])('refuses %s', async (_, more, error, text) => {
    const { status, body, headers } = await exchange((await userTokens(server)).body.access_token, more)

    expect(body).not.toHaveProperty('access_token')
    expect({ status, error: body.error }).toEqual({ status: 400, error })
    expect(body.error_description).toContain(text)
    expect(body.error_description.endsWith(`(Correlation ID: ${headers.get('correlation-id')})`)).toBe(true)
  })

  test('refuses a token that has been changed, has expired, was revoked, or comes from another environment', async () => {
    const subject = (await userTokens(server)).body.access_token as string
    const [header, , signature] = subject.split('.')
    const claims = { ...decodeJwt(subject), sub: 'ben' }
    const changed = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
    const other = await startTestServer({ environment: sampleEnvironment() })
    const foreign = (await userTokens(other)).body.access_token
    await other.stop()

    expect((await exchange(changed)).body.error).toBe('invalid_grant')
    expect((await exchange(foreign)).body.error).toBe('invalid_grant')
    await server.post('revoke', ids.connector, { token: subject })
    expect((await exchange(subject)).body.error).toBe('invalid_grant')
    const late = (await userTokens(server)).body.access_token
    now += 3_601_000
    expect((await exchange(late)).body.error).toBe('invalid_grant')
  })

  test('refuses when the person has signed off, is disabled, or has gone', async () => {
    const browser = new Browser()
    const subject = (await userTokens(server, 'anna', browser)).body.access_token
    const anna = server.environment.get('users', ids.anna) ?? { id: ids.anna }

    server.environment.put('users', { ...anna, enabled: false })
    expect((await exchange(subject)).body.error).toBe('invalid_grant')
    server.environment.put('users', anna)
    expect((await exchange(subject)).status).toBe(200)
    await browser.open(`${server.issuer}/signoff`)
    expect((await exchange(subject)).body.error).toBe('invalid_grant')
  })

  test('refuses an application without the grant, with a wrong secret, or that sends its secret in the body', async () => {
    const subject = (await userTokens(server)).body.access_token
    const form = { grant_type: exchangeGrant, subject_token: subject, subject_token_type: accessTokenType }

    const noGrant = await exchange(subject, {}, ids.workflow)
    const inBody = await server.post('token', undefined, {
      ...form,
      client_id: ids.exchange,
      client_secret: 'x',
    })
    const wrong = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${ids.exchange}:wrong`)}` },
      body: new URLSearchParams(form),
    })

    expect(noGrant.status).toBe(400)
    expect(noGrant.body.error).toBe('unauthorized_client')
    expect(noGrant.body.error_description).toContain(`Unsupported grant type: ${exchangeGrant}`)
    expect(inBody.status).toBe(401)
    expect(inBody.body.error_description).toContain('Request denied: Unsupported authentication method')
    expect(wrong.status).toBe(401)
    expect(await wrong.json()).toMatchObject({ error: 'invalid_client' })
  })

  test('stops when an attribute that must have a value has none', async () => {
    const subject = (await userTokens(server)).body.access_token
    server.environment.putChild('attributes', ids.api, {
      id: 'r',
      name: 'nickname',
      value: '${user.nickname}',
      required: true,
    })

    const { status, body } = await exchange(subject)

    server.environment.deleteChild('attributes', ids.api, 'r')
    expect(status).toBe(400)
    expect(body.error_description).toContain(
      'nickname is configured as required for the Access token but does not have a value',
    )
  })

  test('narrows to a resource that is named by its audience', async () => {
    const subject = (await userTokens(server)).body.access_token
    expect((await exchange(subject, { resource: 'myhotels-hotelapi' })).status).toBe(200)
    expect((await exchange(subject, { resource: 'myhotels-hotelmcp' })).body.error).toBe('invalid_scope')
  })

  test('uses what the Management API changed a moment ago', async () => {
    const subject = (await userTokens(server)).body.access_token
    const application = server.environment.get('applications', ids.exchange) ?? { id: ids.exchange }

    server.environment.put('applications', { ...application, enabled: false })
    const disabled = await exchange(subject)
    server.environment.put('applications', application)
    server.environment.secrets[ids.exchange] = { secret: 'rotated' }
    const rotated = await exchange(subject)
    server.environment.secrets[ids.exchange] = {
      secret: 'rotated',
      previous: { secret: `secret of ${ids.exchange}: +/%`, expiresAt: new Date(now + 60_000).toISOString() },
    }
    const overlap = await exchange(subject)
    server.environment.secrets[ids.exchange] = { secret: `secret of ${ids.exchange}: +/%` }

    expect(disabled.body.error).toBe('invalid_client')
    expect(rotated.body.error).toBe('invalid_client')
    expect(overlap.status).toBe(200)
  })

  test('takes an ID token for the subject', async () => {
    const grants = server.environment.children('grants', ids.connector)
    server.environment.putChild('grants', ids.connector, {
      id: 'oidc',
      resource: { id: ids.openid },
      scopes: [{ id: 'scope openid' }],
    })
    const landed = await signInWith(new Browser(), authorizeUrl(server, { scope: `openid ${scopes.book}` }))
    const tokens = await server.post('token', ids.connector, {
      grant_type: 'authorization_code',
      code: landed.url.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    })

    const { status, body } = await exchange(tokens.body.id_token, {
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    })

    server.environment.deleteChild('grants', ids.connector, 'oidc')
    expect(grants).toHaveLength(1)
    expect(decodeJwt(tokens.body.access_token)).toMatchObject({
      scope: `openid ${scopes.book}`,
      aud: ['myhotels-hotelmcp'],
    })
    expect(decodeJwt(tokens.body.id_token)).toMatchObject({ aud: ids.connector, sub: ids.anna })
    expect(body.error).toBeUndefined()
    expect(status).toBe(200)
  })
})
