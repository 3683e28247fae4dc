import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createCiba } from '../../../lambdas/mcp/approval/ciba.ts'
import { clientNamed, readForm } from '../../oauth/clients.ts'

const issuer = 'https://auth.pingone.eu/e/as'

function cibaThat(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = []
  const ciba = createCiba({
    issuer,
    scope: 'openid my-hotels:api:book',
    clock: () => 0,
    client: clientNamed('approval-client'),
    fetch: (async (url: string, init: RequestInit) => {
      const request = new Request(url, { ...init, signal: null })
      requests.push(request.clone())
      return answer(request)
    }) as typeof fetch,
  })
  return { ciba, requests }
}

const start = {
  loginHint: 'anna',
  bindingMessage: '7F3A92C2',
  transaction: { transaction_id: 't-1', hotel_name: 'La Ringhiera', amount: '498.00' },
  correlationId: 'c-1',
}

const json = (status: number, body: unknown) => () => Response.json(body, { status })

describe('starting an approval', () => {
  test('sends what CIBA and the approval flow need, as the approval client', async () => {
    const { ciba, requests } = cibaThat(json(200, { auth_req_id: 'r', expires_in: 120, interval: 2 }))

    const started = await ciba.start(start)

    expect(started).toEqual({ kind: 'started', authReqId: 'r', expiresIn: 120, interval: 2 })
    const [request] = requests
    expect(request?.url).toBe(`${issuer}/cibaAuthorization`)
    expect(readForm((await request?.text()) ?? '')).toEqual({
      client: 'approval-client',
      parameters: {
        scope: 'openid my-hotels:api:book',
        login_hint: 'anna',
        binding_message: '7F3A92C2',
        transaction_id: 't-1',
        hotel_name: 'La Ringhiera',
        amount: '498.00',
      },
    })
  })

  test('takes five seconds for the interval when PingOne names none', async () => {
    const { ciba } = cibaThat(json(200, { auth_req_id: 'r', expires_in: 120 }))

    expect(await ciba.start(start)).toMatchObject({ interval: 5 })
  })

  test('is never repeated: an unanswered request may have reached the phone', async () => {
    const { ciba, requests } = cibaThat(() => Promise.reject(new TypeError('reset')))

    expect(await ciba.start(start)).toMatchObject({ kind: 'unknown' })
    expect(requests).toHaveLength(1)
  })

  test('may be tried again when PingOne was not reached', async () => {
    const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })
    const { ciba } = cibaThat(() => Promise.reject(refused))

    expect(await ciba.start(start)).toMatchObject({ kind: 'failed' })
  })

  test.each([
    ['unknown_user_id', 'refused'],
    ['access_denied', 'refused'],
    ['invalid_binding_message', 'refused'],
    ['invalid_client', 'failed'],
    ['unauthorized_client', 'failed'],
    ['invalid_scope', 'failed'],
    ['notification_failure', 'failed'],
    ['server_error', 'unknown'],
  ])('calls the error %s %s, whatever its status', async (error, kind) => {
    for (const status of [400, 401, 403, 500]) {
      const { ciba } = cibaThat(json(status, { error, error_description: 'x' }))
      expect(await ciba.start(start)).toMatchObject({ kind })
    }
  })
})

test('an email that the approval flow could not send is a problem of its own', async () => {
  const { ciba } = cibaThat(json(400, { error: 'notification_failure' }))

  expect(await ciba.start(start)).toEqual({
    kind: 'failed',
    detail: 'start: notification_failure',
    problem: 'email_not_sent',
  })
})

describe('polling', () => {
  test.each([
    ['authorization_pending', 'pending'],
    ['slow_down', 'slow_down'],
    ['access_denied', 'denied'],
    ['expired_token', 'expired'],
    ['invalid_grant', 'lost'],
    ['invalid_client', 'failed'],
    ['temporarily_unavailable', 'failed'],
  ])('reads the error %s as %s, whatever its status', async (error, kind) => {
    for (const status of [400, 401, 403]) {
      const { ciba } = cibaThat(json(status, { error }))
      expect(await ciba.poll('r', 'c')).toMatchObject({ kind })
    }
  })

  test('returns the access token', async () => {
    const { ciba, requests } = cibaThat(
      json(200, { access_token: 'a.b.c', token_type: 'Bearer', id_token: 'd' }),
    )

    expect(await ciba.poll('r', 'c')).toEqual({ kind: 'approved', accessToken: 'a.b.c' })
    expect(readForm((await requests[0]?.text()) ?? '')).toEqual({
      client: 'approval-client',
      parameters: { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: 'r' },
    })
  })

  test('sees an approval in nothing but a bearer token that came with status 200', async () => {
    const status = fc.constantFrom(200, 201, 400, 401, 403, 404, 500, 503)
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          access_token: fc.oneof(fc.string(), fc.constant('a.b.c'), fc.jsonValue()),
          token_type: fc.constantFrom('Bearer', 'bearer', 'mac', null),
          error: fc.constantFrom('slow_down', 'access_denied', 'constructor', '__proto__', 7),
        },
        { requiredKeys: [] },
      ),
    )
    await fc.assert(
      fc.asyncProperty(status, body, async (status, body) => {
        const { ciba } = cibaThat(json(status, body))
        const polled = await ciba.poll('r', 'c')
        if (polled.kind !== 'approved') return
        const { access_token, token_type } = body as Record<string, unknown>
        expect(status).toBe(200)
        expect(String(token_type).toLowerCase()).toBe('bearer')
        expect(polled.accessToken).toBe(access_token)
        expect(polled.accessToken).toMatch(/^[\w.~+/-]+=*$/)
      }),
      { numRuns: 300 },
    )
  })
})
