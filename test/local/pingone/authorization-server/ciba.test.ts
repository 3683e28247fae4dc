import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { openMail, press, readMail } from '../../../journeys/answer-approval.ts'
import { until } from '../../../journeys/report.ts'
import { WebPage } from '../../../journeys/web-page.ts'
import { ids, sampleEnvironment, scopes, startTestServer, type TestServer } from './sample-environment.ts'

const cibaGrant = 'urn:openid:params:grant-type:ciba'
const booking = {
  transaction_id: 'e1d0c2b3-0000-4000-8000-000000000001',
  hotel_name: 'Brera <Garden>',
  city: 'Milan',
  check_in: '2027-03-01',
  check_out: '2027-03-04',
  nights: '3',
  amount: '498.00',
  currency: 'EUR',
}

let now = Date.now()
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ clock: () => now })
})
afterAll(() => server.stop())
afterEach(() => expect(server.problems).toEqual([]))

function start(more: Record<string, string> = {}, clientId = ids.approval, on = server) {
  return on.post('cibaAuthorization', clientId, {
    scope: `openid ${scopes.apiBook}`,
    login_hint: 'anna',
    binding_message: '7FK3PQRS',
    ...booking,
    ...more,
  })
}

const poll = (authReqId: string, clientId = ids.approval, on = server) =>
  on.post('token', clientId, { grant_type: cibaGrant, auth_req_id: authReqId })

const mail = (user = 'anna', on = server) => readMail(on.phoneUrl, user)

/** Opens the newest email, signs in, and decides. */
async function decide(answer: 'approve' | 'decline', on = server) {
  const [newest] = await mail('anna', on)
  const person = { username: 'anna', password: "anna's password" }
  const question = await press(await openMail(newest ?? { html: '' }), person)
  return press(question, person, new RegExp(`^${answer}`, 'i'))
}

describe('CIBA', () => {
  test('is pending until the person approves, and then yields a token with what the flow returned', async () => {
    const started = await start()
    expect(started.body).toEqual({ auth_req_id: expect.any(String), expires_in: 120, interval: 2 })
    expect(started.status).toBe(200)

    const pending = await poll(started.body.auth_req_id)
    expect(pending.status).toBe(400)
    expect(pending.body).toEqual({
      error: 'authorization_pending',
      error_description: `The request could not be completed. There was an issue processing the request.: The authorization request is still pending. (Correlation ID: ${pending.headers.get('correlation-id')})`,
    })

    expect((await decide('approve')).status).toBe(200)
    now += 2000
    const { status, body } = await poll(started.body.auth_req_id)

    expect(body).toEqual({
      access_token: expect.any(String),
      id_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: `openid ${scopes.apiBook}`,
    })
    expect(status).toBe(200)
    const claims = decodeJwt(body.access_token)
    expect(claims).toMatchObject({
      aud: ['myhotels-hotelapi'],
      sub: 'anna',
      client_id: ids.approval,
      act: { sub: ids.approval },
      transaction_id: booking.transaction_id,
      acr: ids.policy,
      'p1.userId': ids.anna,
      sid: expect.any(String),
      auth_time: expect.any(Number),
    })
    expect(claims.act).toEqual({ sub: ids.approval })
  })

  test('asks for slower polling when it is polled within the interval', async () => {
    const { body } = await start()
    now += 10_000

    const errors: string[] = []
    for (const wait of [0, 1000, 1900, 2000, 500]) {
      now += wait
      errors.push((await poll(body.auth_req_id)).body.error)
    }

    expect(errors).toEqual([
      'authorization_pending',
      'slow_down',
      'slow_down',
      'authorization_pending',
      'slow_down',
    ])
  })

  test('tells the client that the person denied', async () => {
    const { body } = await start()

    await decide('decline')
    const refused = await poll(body.auth_req_id)

    expect({ status: refused.status, error: refused.body.error }).toEqual({
      status: 400,
      error: 'access_denied',
    })
    expect(refused.body.error_description).toContain('The authorization request has been denied.')
    expect((await mail())[0]).toMatchObject({ status: 'denied' })
  })

  test('expires after its time, and cannot be approved any more', async () => {
    const { body } = await start()

    now += 121_000

    expect((await poll(body.auth_req_id)).body.error).toBe('expired_token')
    expect((await mail())[0]).toMatchObject({ status: 'expired' })
    const [newest] = await mail()
    expect((await openMail(newest ?? { html: '' })).status).toBe(410)
  })

  test('can be made to expire without waiting', async () => {
    const { body } = await start()
    const [message] = await mail()

    server.approvals.expire(message?.id ?? '')

    expect((await poll(body.auth_req_id)).body.error).toBe('expired_token')
  })

  test('gives its token once, and to the application that started it', async () => {
    const { body } = await start()
    await decide('approve')

    expect((await poll(body.auth_req_id, ids.other)).body.error).toBe('invalid_grant')
    expect((await poll(body.auth_req_id)).status).toBe(200)
    expect((await poll(body.auth_req_id)).body.error).toBe('invalid_grant')
    expect((await poll('made-up')).body.error).toBe('invalid_grant')
  })

  test('is decided once', async () => {
    await start()
    const [message] = await mail()

    expect((await decide('approve')).status).toBe(200)
    const again = await openMail(message ?? { html: '' })

    expect(again.status).toBe(410)
    expect((await mail())[0]).toMatchObject({ id: message?.id, status: 'approved' })
  })

  test.each([
    ['an application without a CIBA flow policy', {}, ids.other, 'invalid_request', 'flow policy'],
    ['an application without the grant', {}, ids.exchange, 'unauthorized_client', 'Unsupported grant type'],
    ['a request without openid', { scope: scopes.apiBook }, ids.approval, 'invalid_request', ''],
    ['two hints', { id_token_hint: 'x' }, ids.approval, 'invalid_request', ''],
    ['an unknown person', { login_hint: 'nobody' }, ids.approval, 'unknown_user_id', ''],
    [
      'a scope of another resource',
      { scope: `openid ${scopes.apiBook} ${scopes.book}` },
      ids.approval,
      'invalid_scope',
      'multiple resources',
    ],
    [
      'an unreadable binding message',
      { binding_message: 'a\u202eb' },
      ids.approval,
      'invalid_binding_message',
      '',
    ],
  ])('refuses %s', async (_, more, clientId, error, text) => {
    const { status, body } = await start(more, clientId)

    expect(body).not.toHaveProperty('auth_req_id')
    expect({ status, error: body.error }).toEqual({ status: 400, error })
    expect(body.error_description).toContain(text)
  })

  test('refuses when the flow policy is disabled', async () => {
    const policy = server.environment.get('flowPolicies', ids.policy) ?? { id: ids.policy }
    server.environment.put('flowPolicies', { ...policy, status: 'disabled' })

    const { body } = await start()

    server.environment.put('flowPolicies', policy)
    expect(body.error).toBe('invalid_request')
  })

  test('sends the phone what the flow sends, and nothing to anybody else', async () => {
    const { body } = await start()

    const [message] = await mail()

    expect(message).toEqual({
      id: expect.any(String),
      status: 'pending',
      from: 'PingOne',
      to: 'anna@example.com',
      subject: `Approve, ${ids.approval} asks`,
      html: expect.stringMatching(
        /^<p>7FK3PQRS <a href="http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/davinci\/continue\?challenge=[\w-]{32}">Review<\/a><\/p>$/,
      ),
      sentAt: new Date(now).toISOString(),
      expiresAt: new Date(now + 120_000).toISOString(),
    })
    expect(JSON.stringify(message)).not.toContain(body.auth_req_id)
    expect(await mail('ben')).toEqual([])
  })

  test('survives the end of the process at any moment after the answer', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'pingone-'))
    const sessionsFile = join(directory, 'sessions.json')
    const stateFile = join(directory, 'pingone.json')
    const restart = async (port = 0) => {
      const again = await startTestServer({ environment: sampleEnvironment(stateFile), sessionsFile, port })
      // Connections of the one before may not be known to be closed yet.
      await until('the answer of the new server', async () =>
        fetch(`${again.issuer}/jwks`).then(
          ({ ok }) => ok,
          () => false,
        ),
      )
      return again
    }
    const first = await restart()
    const port = Number(new URL(first.authUrl).port)
    const { body } = await start({}, ids.approval, first)
    // What a killed process leaves is what is on the disk now.
    expect(readFileSync(sessionsFile, 'utf8')).toContain(body.auth_req_id)
    await first.stop()

    const second = await restart(port)
    const pending = await poll(body.auth_req_id, ids.approval, second)
    await decide('approve', second)
    const written = readFileSync(sessionsFile, 'utf8')
    await second.stop()
    const third = await restart(port)
    const approved = await poll(body.auth_req_id, ids.approval, third)
    const read = await third.post('introspect', ids.api, { token: approved.body.access_token })
    await third.stop()

    expect(pending.body.error).toBe('authorization_pending')
    expect(written).toContain('"status":"approved"')
    expect(decodeJwt(approved.body.access_token)).toMatchObject({ transaction_id: booking.transaction_id })
    expect(read.body.active).toBe(true)
  })
})

describe('The phone', () => {
  test('does not answer pages of other sites', async () => {
    await start()
    const [message] = await mail()
    const { links } = new WebPage(new URL('about:blank'), 200, message?.html ?? '')
    const link = new URL(links[0] ?? '')

    const foreign = await fetch(`${server.phoneUrl}/browser${link.pathname}${link.search}`, {
      method: 'POST',
      headers: { origin: 'https://evil.example.com' },
    })

    expect(foreign.status).toBe(403)
    expect((await mail())[0]?.status).toBe('pending')
  })

  test('shows an email alone, without scripts, forms, or anything from elsewhere', async () => {
    await start()
    const [message] = await mail()

    const body = await fetch(`${server.phoneUrl}/messages/${message?.id}/body`)

    expect(await body.text()).toContain(message?.html)
    const policy = body.headers.get('content-security-policy') ?? ''
    for (const rule of ["default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"])
      expect(policy).toContain(rule)
    expect(policy).not.toContain('script-src')
  })

  test.each(['/browser/as/token', '/browser/11111111/as/token', '/browser/../as/jwks', '/browser'])(
    'its browser does not open %s',
    async (path) => {
      expect((await fetch(`${server.phoneUrl}${path}`)).status).toBe(404)
    },
  )

  test('says what to do when it is not told whose it is', async () => {
    const response = await fetch(`${server.phoneUrl}/messages`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ message: expect.stringContaining('?user=') })
  })

  test('lists the people and serves its page with no foreign origin in it', async () => {
    const people = await (await fetch(`${server.phoneUrl}/people`)).json()
    const page = await fetch(`${server.phoneUrl}/?user=anna`)

    expect(people).toEqual({
      people: [
        { username: 'anna', name: 'Anna' },
        { username: 'ben', name: 'Ben' },
      ],
      pingOne: server.authUrl,
    })
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).not.toMatch(/https?:\/\//)
  })
})
