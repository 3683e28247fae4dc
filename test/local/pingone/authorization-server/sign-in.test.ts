import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import {
  authorizeUrl,
  Browser,
  ids,
  redirectUri,
  scopes,
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

describe('The authorization code flow', () => {
  test('yields an access token with the claims that the resource maps, and a refresh token without asking', async () => {
    const { status, body } = await userTokens(server)

    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: `${scopes.rates} ${scopes.book}`,
    })
    expect(status).toBe(200)
    expect(body.refresh_token).toEqual(expect.any(String))
    expect(body).not.toHaveProperty('id_token')
    expect(decodeProtectedHeader(body.access_token)).toMatchObject({ alg: 'RS256', kid: expect.any(String) })
    const claims = decodeJwt(body.access_token)
    expect(claims).toEqual({
      iss: server.issuer,
      aud: ['myhotels-hotelmcp'],
      sub: 'anna',
      given_name: 'Anna',
      groups: ['ChatGPT User'],
      act: { sub: ids.connector },
      client_id: ids.connector,
      scope: `${scopes.rates} ${scopes.book}`,
      env: server.environment.id,
      org: server.environment.organizationId,
      jti: expect.any(String),
      sid: expect.any(String),
      auth_time: expect.any(Number),
      acr: 'Single_Factor',
      'p1.userId': ids.anna,
      iat: expect.any(Number),
      exp: (claims.iat ?? 0) + 3600,
    })
  })

  test('signs a person in once: a second request from the same browser comes back at once', async () => {
    const browser = new Browser()
    await signInWith(browser, authorizeUrl(server))

    const second = await browser.open(authorizeUrl(server, { scope: scopes.rates }))

    expect(second.url.href.startsWith(redirectUri)).toBe(true)
    expect(second.url.searchParams.get('code')).toEqual(expect.any(String))
  })

  test('sends back state and no issuer', async () => {
    const landed = await signInWith(new Browser(), authorizeUrl(server, { state: 'a b&c' }))

    expect(landed.url.searchParams.get('state')).toBe('a b&c')
    expect(landed.url.searchParams.has('iss')).toBe(false)
  })

  test('rotates refresh tokens and takes the old one for stolen', async () => {
    const first = await userTokens(server)
    const refresh = (token: string) =>
      server.post('token', ids.connector, { grant_type: 'refresh_token', refresh_token: token })

    const second = await refresh(first.body.refresh_token)
    const replayed = await refresh(first.body.refresh_token)
    const afterReplay = await refresh(second.body.refresh_token)

    expect(second.status).toBe(200)
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token)
    expect(decodeJwt(second.body.access_token)).toMatchObject({
      sub: 'anna',
      sid: decodeJwt(first.body.access_token).sid,
      acr: 'Single_Factor',
    })
    expect(replayed.body.error).toBe('invalid_grant')
    expect(afterReplay.body.error).toBe('invalid_grant')
  })

  test('redeems a code once', async () => {
    const landed = await signInWith(new Browser(), authorizeUrl(server))
    const redeem = () =>
      server.post('token', ids.connector, {
        grant_type: 'authorization_code',
        code: landed.url.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
      })

    expect((await redeem()).status).toBe(200)
    expect((await redeem()).body.error).toBe('invalid_grant')
  })

  test('refuses a wrong password in words, and lets the person try again', async () => {
    const browser = new Browser()
    const wrong = await signInWith(browser, authorizeUrl(server), 'anna', 'wrong')
    const page = await wrong.response.text()

    expect(wrong.response.status).toBe(401)
    expect(page).toContain('role="alert"')
    expect(page).toContain('Check both and try again')

    const flowId = /name="flowId" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const right = await browser.open(wrong.url, {
      flowId,
      username: 'anna',
      password: "anna's password",
      action: 'sign-in',
    })
    expect(right.url.searchParams.get('code')).toEqual(expect.any(String))
  })

  test('says how long to wait after too many wrong passwords', async () => {
    for (let guess = 0; guess < 5; guess++)
      await signInWith(new Browser(), authorizeUrl(server), 'ben', `guess ${guess}`)

    const { response } = await signInWith(new Browser(), authorizeUrl(server), 'ben')

    delete server.environment.values.passwordFailures
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('Wait for 15 minutes')
  })

  test('says on the page what is agreed to and where the browser goes afterwards', async () => {
    const { response } = await new Browser().open(authorizeUrl(server, { login_hint: '"><script>' }))
    const page = await response.text()

    expect(page).toContain('MyHotels ChatGPT')
    expect(page).toContain(`Words for ${scopes.book}`)
    expect(page).toContain('chat.example.com')
    expect(page).not.toContain('<script')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect URI that is not registered', { redirect_uri: `${redirectUri}/more` }],
  ])('shows %s to the person and redirects nowhere', async (_, parameters) => {
    const { response, url } = await new Browser().open(authorizeUrl(server, parameters))

    expect(url.origin).toBe(server.authUrl)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain(response.headers.get('correlation-id'))
  })

  test.each([
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['plain PKCE where S256 is required', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['scopes of two resources', { scope: `${scopes.book} ${scopes.apiBook}` }, 'invalid_scope'],
    ['no granted scope', { scope: scopes.apiBook }, 'invalid_scope'],
    ['an unknown scope alone', { scope: 'made-up' }, 'invalid_scope'],
    ['prompt=none without a session', { prompt: 'none' }, 'login_required'],
  ])('answers %s at the redirect URI', async (_, parameters, error) => {
    const { url } = await new Browser().open(authorizeUrl(server, parameters))

    expect(url.href.startsWith(redirectUri)).toBe(true)
    expect(url.searchParams.get('error')).toBe(error)
    expect(url.searchParams.get('error_description')).toMatch(/\(Correlation ID: [0-9a-f-]{36}\)$/)
  })

  test('tells the client when the person cancels', async () => {
    const browser = new Browser()
    const page = await browser.open(authorizeUrl(server))
    const flowId = page.url.searchParams.get('flowId') ?? ''

    const { url } = await browser.open(page.url, { flowId, action: 'cancel' })

    expect(url.searchParams.get('error')).toBe('access_denied')
  })

  test('ignores a resource that names no audience, and audience altogether', async () => {
    const landed = await signInWith(
      new Browser(),
      authorizeUrl(server, { resource: 'https://hotels.example.com/mcp', audience: 'myhotels-hotelapi' }),
    )
    const { body } = await server.post('token', ids.connector, {
      grant_type: 'authorization_code',
      code: landed.url.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
      resource: 'https://hotels.example.com/mcp',
    })

    expect(decodeJwt(body.access_token).aud).toEqual(['myhotels-hotelmcp'])
  })

  test('lets only members of the configured group in', async () => {
    const connector = server.environment.get('applications', ids.connector)
    server.environment.put('applications', {
      ...(connector ?? { id: ids.connector }),
      accessControl: { group: { type: 'ANY_GROUP', groups: [{ id: ids.group }] } },
    })

    const anna = await signInWith(new Browser(), authorizeUrl(server), 'anna')
    const ben = await signInWith(new Browser(), authorizeUrl(server), 'ben')

    server.environment.put('applications', connector ?? { id: ids.connector })
    expect(anna.url.searchParams.has('code')).toBe(true)
    expect(ben.url.searchParams.get('error')).toBe('access_denied')
  })

  test('takes a plain challenge where the application does not insist on S256', async () => {
    const connector = server.environment.get('applications', ids.connector) ?? { id: ids.connector }
    server.environment.put('applications', { ...connector, pkceEnforcement: 'REQUIRED' })
    const redeem = async (code_verifier: string) => {
      const landed = await signInWith(
        new Browser(),
        authorizeUrl(server, { code_challenge: verifier, code_challenge_method: 'plain' }),
      )
      return server.post('token', ids.connector, {
        grant_type: 'authorization_code',
        code: landed.url.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier,
      })
    }

    const right = await redeem(verifier)
    const wrong = await redeem(`${verifier}x`)

    server.environment.put('applications', connector)
    expect(right.status).toBe(200)
    expect(wrong.body.error).toBe('invalid_grant')
  })

  test('gives a refresh token only on request when offline_access is granted', async () => {
    server.environment.putChild('grants', ids.connector, {
      id: 'offline',
      resource: { id: ids.openid },
      scopes: [{ id: 'scope offline_access' }],
    })
    const tokens = async (scope: string) => {
      const landed = await signInWith(new Browser(), authorizeUrl(server, { scope }))
      return server.post('token', ids.connector, {
        grant_type: 'authorization_code',
        code: landed.url.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
      })
    }

    const without = await tokens(scopes.book)
    const asked = await tokens(`${scopes.book} offline_access`)

    server.environment.deleteChild('grants', ids.connector, 'offline')
    expect(without.body).not.toHaveProperty('refresh_token')
    expect(asked.body.refresh_token).toEqual(expect.any(String))
  })

  test('refuses a resource together with openid and custom scopes', async () => {
    server.environment.putChild('grants', ids.connector, {
      id: 'oidc',
      resource: { id: ids.openid },
      scopes: [{ id: 'scope openid' }],
    })
    const { url } = await new Browser().open(
      authorizeUrl(server, { scope: `openid ${scopes.book}`, resource: 'myhotels-hotelmcp' }),
    )
    server.environment.deleteChild('grants', ids.connector, 'oidc')
    expect(url.searchParams.get('error_description')).toContain(
      'May not request scopes for multiple resources',
    )
  })
})
