import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { NotAskedError } from '../../../../bin/probe/not-asked.ts'
import { signIn } from '../../../../bin/probe/sign-in.ts'
import {
  authorizeUrl,
  ids,
  redirectUri,
  scopes,
  startTestServer,
  type TestServer,
  verifier,
} from './sample-environment.ts'

let server: TestServer
let authUrl: string
beforeAll(async () => {
  server = await startTestServer()
  authUrl = new URL(server.issuer).origin
})
afterAll(() => server.stop())
afterEach(() => expect(server.problems).toEqual([]))

// The calls and media type of Ping's workflow library, "PKCE authorization code flow", steps 3 to 5.
const check = 'application/vnd.pingidentity.usernamePassword.check+json'
const environment = () => server.environment.id

async function startFlow(): Promise<{ flowId: string; cookie: string }> {
  const response = await fetch(authorizeUrl(server), { redirect: 'manual' })
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const location = new URL(response.headers.get('location') ?? '', server.issuer)
  return { flowId: location.searchParams.get('flowId') ?? '', cookie }
}

const flow = (flowId: string, init: RequestInit = {}) =>
  fetch(`${authUrl}/${environment()}/flows/${flowId}`, { redirect: 'manual', ...init })

describe('The sign-on flow as JSON', () => {
  test('says what it asks for, takes the password, and leads back with a code that is good for tokens', async () => {
    const { flowId, cookie } = await startFlow()
    const asked = await flow(flowId, { headers: { cookie } })
    expect(await asked.json()).toMatchObject({
      id: flowId,
      status: 'USERNAME_PASSWORD_REQUIRED',
      resumeUrl: `${server.issuer}/resume?flowId=${flowId}`,
      _links: { 'usernamePassword.check': { href: expect.stringContaining(flowId) } },
    })

    const landed = await signIn(
      { issuer: server.issuer, authUrl, environmentId: environment(), fetch },
      { username: 'anna', password: "anna's password" },
      redirectUri,
      Object.fromEntries(authorizeUrl(server).searchParams),
    )

    const { status, body } = await server.post('token', ids.connector, {
      grant_type: 'authorization_code',
      code: landed.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    })
    expect([status, body.scope]).toEqual([200, `${scopes.rates} ${scopes.book}`])
  })

  test.each([
    ['a wrong password', { username: 'anna', password: 'guess' }],
    ['nobody', { username: 'nobody', password: "anna's password" }],
    ['no password', { username: 'anna' }],
  ])('refuses %s in the same words', async (_what, sent) => {
    const { flowId, cookie } = await startFlow()

    const answer = await flow(flowId, {
      method: 'POST',
      headers: { cookie, 'content-type': check },
      body: JSON.stringify(sent),
    })

    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      code: 'INVALID_DATA',
      details: [{ code: 'INVALID_VALUE', target: 'password' }],
    })
  })

  test('belongs to the browser that began it', async () => {
    const [mine, other] = [await startFlow(), await startFlow()]
    const body = JSON.stringify({ username: 'anna', password: "anna's password" })
    const headers = { 'content-type': check }

    const withoutCookie = await flow(mine.flowId, { method: 'POST', headers, body })
    const withAnothers = await flow(mine.flowId, {
      method: 'POST',
      headers: { ...headers, cookie: other.cookie },
      body,
    })

    expect([withoutCookie.status, withAnothers.status]).toEqual([404, 404])
  })

  test.each([
    ['another media type', 'application/json'],
    ['none', undefined],
  ])('does not know %s', async (_what, type) => {
    const { flowId, cookie } = await startFlow()

    const answer = await flow(flowId, {
      method: 'POST',
      headers: { cookie, ...(type === undefined ? {} : { 'content-type': type }) },
      body: '{}',
    })

    expect(answer.status).toBe(403)
  })

  test('that asks for more than a password is not gone on with', async () => {
    const signingIn = signIn(
      { issuer: server.issuer, authUrl, environmentId: environment(), fetch },
      { username: 'anna', password: 'wrong' },
      redirectUri,
      Object.fromEntries(authorizeUrl(server).searchParams),
    )

    await expect(signingIn).rejects.toThrow(NotAskedError)
  })
})
