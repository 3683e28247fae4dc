import { describe, expect, test } from '@jest/globals'
import { createDecide, isPermitFor } from '../../lambdas/decision/decide.ts'
import type { DecisionRequest } from '../../lambdas/decision/permit.ts'
import { clients, createOutside, decisionEndpointUrl, issuer, json } from '../mcp/outside.ts'
import { readForm } from '../oauth/clients.ts'

function setUp() {
  const outside = createOutside()
  const time = { now: 1_000_000 }
  const decide = createDecide({
    fetch: outside.fetch,
    clock: () => time.now,
    wait: async (milliseconds) => {
      time.now += milliseconds
    },
    issuer,
    endpointUrl: decisionEndpointUrl,
    service: 'myhotels-hotelmcp',
    client: clients.decision,
  })
  return { outside, decide, time }
}

const request: DecisionRequest = {
  resource: 'prepare_booking',
  parameters: { hotelId: 'milan-duomo', nights: 2, totalPrice: 301, currency: 'EUR' },
  bearerToken: 'inbound-token',
  correlationId: 'correlation-1',
  canFulfil: ['USER-AZ-REQUIRED'],
}

const approval = {
  id: '1',
  name: 'Approval',
  code: 'USER-AZ-REQUIRED',
  payload: 'Approve 301 EUR',
  obligatory: true,
  fulfilled: false,
  attributes: {},
}
const refusalWords = {
  name: 'Too dear',
  code: 'DENIED-REASON',
  payload: 'Bookings above 1000 EUR are not possible here.',
  obligatory: false,
  fulfilled: false,
}

describe('what is sent', () => {
  test('names the service, the tool, its parameters and the caller’s token, with the correlation id', async () => {
    const { outside, decide } = setUp()
    await decide(request)
    const [asked] = outside.askedFor('decisionEndpoints')
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      parameters: {
        'MyHotels.service': 'myhotels-hotelmcp',
        'MyHotels.resource': 'prepare_booking',
        'MyHotels.parameters.hotelId': 'milan-duomo',
        'MyHotels.parameters.nights': 2,
        'MyHotels.parameters.totalPrice': 301,
        'MyHotels.parameters.currency': 'EUR',
        'MyHotels.bearerToken': 'inbound-token',
      },
    })
    expect(asked?.headers.get('authorization')).toBe('Bearer worker-token')
    expect(asked?.headers.get('x-ping-external-transaction-id')).toBe('correlation-1')
  })

  test('no bearer token is sent for an anonymous caller', async () => {
    const { outside, decide } = setUp()
    await decide({ ...request, bearerToken: undefined })
    const [asked] = outside.askedFor('decisionEndpoints')
    expect(JSON.parse(asked?.body ?? '').parameters).not.toHaveProperty(['MyHotels.bearerToken'])
  })

  test('the worker token is asked for as the decision client, and kept', async () => {
    const { outside, decide, time } = setUp()
    await Promise.all([decide(request), decide(request)])
    await decide(request)
    const asked = outside.askedFor('/token')
    expect(asked).toHaveLength(1)
    expect(readForm(asked[0]?.body ?? '')).toEqual({
      client: 'decision-client',
      parameters: { grant_type: 'client_credentials' },
    })
    time.now += 3600_000 - 60_000
    await decide(request)
    expect(outside.askedFor('/token')).toHaveLength(2)
  })

  test('a worker token that PingOne no longer takes is replaced once', async () => {
    const { outside, decide } = setUp()
    let refused = 0
    const { decision } = outside.answers
    outside.answers.decision = (asked) =>
      refused++ === 0 ? json(401, { code: 'ACCESS_FAILED' }) : decision(asked)
    await expect(decide(request)).resolves.toMatchObject({ effect: 'PERMIT' })
    expect(outside.askedFor('/token')).toHaveLength(2)
  })
})

describe('what permits', () => {
  test('PERMIT without statements', async () => {
    const { decide } = setUp()
    await expect(decide(request)).resolves.toMatchObject({
      effect: 'PERMIT',
      approvalRequired: false,
      approvalReason: undefined,
    })
  })

  test('PERMIT with an approval that the caller can obtain, in the policy’s words', async () => {
    const { outside, decide } = setUp()
    outside.answers.decision = () => json(200, { decision: 'PERMIT', statements: [approval] })
    await expect(decide(request)).resolves.toMatchObject({
      approvalRequired: true,
      approvalReason: 'Approve 301 EUR',
    })
  })

  test.each([
    ['is not obligatory', { obligatory: false }],
    ['calls itself fulfilled', { fulfilled: true }],
    ['is neither', { obligatory: false, fulfilled: true }],
  ])('an approval statement that %s asks for an approval all the same', async (_what, change) => {
    const { outside, decide } = setUp()
    outside.answers.decision = () =>
      json(200, { decision: 'PERMIT', statements: [{ ...approval, ...change }] })
    await expect(decide(request)).resolves.toMatchObject({ approvalRequired: true })
    await expect(decide({ ...request, canFulfil: [] })).rejects.toMatchObject({ name: 'DecisionDeniedError' })
  })

  test('advice that nobody knows is no obstacle', async () => {
    const { outside, decide } = setUp()
    outside.answers.decision = () =>
      json(200, { decision: 'PERMIT', statements: [{ ...approval, code: 'LOG-IT', obligatory: false }] })
    await expect(decide(request)).resolves.toMatchObject({ approvalRequired: false })
  })
})

const denials: [string, unknown, string][] = [
  ['DENY with words', { decision: 'DENY', statements: [refusalWords] }, refusalWords.payload],
  ['DENY without words', { decision: 'DENY', statements: [] }, 'MyHotels does not allow this'],
  [
    'DENY with empty words',
    { decision: 'DENY', statements: [{ ...refusalWords, payload: ' ' }] },
    'MyHotels does not',
  ],
  ['DENY without statements', { decision: 'DENY' }, 'MyHotels does not allow this'],
  ['NOT_APPLICABLE', { decision: 'NOT_APPLICABLE', statements: [] }, 'MyHotels does not allow this'],
  ['INDETERMINATE', { decision: 'INDETERMINATE', statements: [approval] }, 'MyHotels does not allow this'],
  [
    'PERMIT with an obligation that nobody knows',
    { decision: 'PERMIT', statements: [{ ...approval, code: 'NEW-DUTY' }] },
    'MyHotels does not allow this',
  ],
  [
    'PERMIT with an unknown obligation that claims to be fulfilled',
    { decision: 'PERMIT', statements: [{ ...approval, code: 'NEW-DUTY', fulfilled: true }] },
    'MyHotels does not allow this',
  ],
  [
    'PERMIT with an unknown obligation behind a known one',
    { decision: 'PERMIT', statements: [approval, { ...approval, code: 'NEW-DUTY' }] },
    'MyHotels does not allow this',
  ],
]

describe('what denies', () => {
  test.each(denials)('%s', async (_name, answer, words) => {
    const { outside, decide } = setUp()
    outside.answers.decision = () => json(200, answer)
    await expect(decide(request)).rejects.toMatchObject({
      name: 'DecisionDeniedError',
      code: 'denied_by_policy',
      retryable: false,
      message: expect.stringContaining(words),
    })
  })

  test('an approval denies where the caller cannot obtain one', async () => {
    const { outside, decide } = setUp()
    outside.answers.decision = () => json(200, { decision: 'PERMIT', statements: [approval] })
    await expect(decide({ ...request, canFulfil: [] })).rejects.toMatchObject({ name: 'DecisionDeniedError' })
  })

  test('a token that the policy calls inactive is no denial: the host must sign in again', async () => {
    const { outside, decide } = setUp()
    outside.answers.decision = () =>
      json(200, { decision: 'DENY', statements: [{ ...refusalWords, code: 'INVALID-TOKEN' }] })
    await expect(decide(request)).rejects.toMatchObject({ name: 'InvalidTokenError', status: 401 })
  })

  test('words are one line of bounded length, without control characters', async () => {
    const { outside, decide } = setUp()
    const payload = `Not\n\u0007 now\u202e. ${'x'.repeat(2000)}`
    outside.answers.decision = () =>
      json(200, { decision: 'DENY', statements: [{ ...refusalWords, payload }] })
    const error = (await decide(request).catch((cause) => cause)) as Error
    expect(error.message).toMatch(/^Not now\. x+$/)
    expect(error.message.length).toBeLessThanOrEqual(500)
  })
})

const hostile: [string, () => Response | Promise<Response>][] = [
  ['a 500', () => json(500, { decision: 'PERMIT', statements: [] })],
  ['a 403', () => json(403, { code: 'ACCESS_FAILED' })],
  ['a 401 that stays', () => json(401, { code: 'ACCESS_FAILED' })],
  ['a 429 that stays', () => json(429, { code: 'REQUEST_LIMITED' })],
  ['a 201 with a permit', () => json(201, { decision: 'PERMIT', statements: [] })],
  ['a 204', () => new Response(null, { status: 204 })],
  ['an empty body', () => new Response('')],
  ['HTML', () => new Response('<html>PERMIT</html>')],
  ['null', () => json(200, null)],
  ['a bare string', () => json(200, 'PERMIT')],
  ['an array', () => json(200, [{ decision: 'PERMIT' }])],
  ['no decision', () => json(200, { statements: [] })],
  ['a lower-case decision', () => json(200, { decision: 'permit', statements: [] })],
  ['a padded decision', () => json(200, { decision: 'PERMIT ', statements: [] })],
  ['a decision in a list', () => json(200, { decision: ['PERMIT'], statements: [] })],
  ['a decision true', () => json(200, { decision: true })],
  ['the bulk form', () => json(200, { responses: [{ decision: 'PERMIT' }] })],
  ['statements that are no list', () => json(200, { decision: 'PERMIT', statements: {} })],
  ['a statement without a code', () => json(200, { decision: 'PERMIT', statements: [{ obligatory: true }] })],
  [
    'a statement that hides whether it is obligatory',
    () => json(200, { decision: 'PERMIT', statements: [{ code: 'NEW-DUTY' }] }),
  ],
  [
    'an obligation written as text',
    () => json(200, { decision: 'PERMIT', statements: [{ ...approval, obligatory: 'true' }] }),
  ],
  ['a statement null', () => json(200, { decision: 'PERMIT', statements: [null] })],
  [
    'ten thousand statements',
    () => json(200, { decision: 'PERMIT', statements: Array(10_000).fill(refusalWords) }),
  ],
  ['two megabytes', () => new Response(JSON.stringify({ decision: 'PERMIT', pad: 'x'.repeat(2_000_000) }))],
  ['a connection that breaks', () => Promise.reject(new TypeError('fetch failed'))],
]

describe('what is no decision refuses, and may be tried again', () => {
  test.each(hostile)('%s', async (_name, answer) => {
    const { outside, decide } = setUp()
    outside.answers.decision = answer
    await expect(decide(request)).rejects.toMatchObject({
      name: 'DecisionUnavailableError',
      code: 'decision_unavailable',
      retryable: true,
    })
  })

  test.each([
    ['is refused', () => json(401, { error: 'invalid_client' })],
    ['is malformed', () => json(200, { access_token: 1 })],
    ['has no lifetime', () => json(200, { access_token: 'x' })],
    ['never comes', () => Promise.reject(new TypeError('fetch failed'))],
  ] as const)('a worker token that %s', async (_name, answer) => {
    const { outside, decide } = setUp()
    outside.answers.workerToken = answer
    await expect(decide(request)).rejects.toMatchObject({ name: 'DecisionUnavailableError' })
    expect(outside.askedFor('decisionEndpoints')).toEqual([])
  })

  test('a passing failure is tried again, at most three times in all', async () => {
    const { outside, decide } = setUp()
    let attempts = 0
    const { decision } = outside.answers
    outside.answers.decision = (asked) => (++attempts < 3 ? json(503, {}) : decision(asked))
    await expect(decide(request)).resolves.toMatchObject({ effect: 'PERMIT' })
    outside.answers.decision = () => json(503, {})
    outside.asked.length = 0
    await expect(decide(request)).rejects.toMatchObject({ name: 'DecisionUnavailableError' })
    expect(outside.askedFor('decisionEndpoints')).toHaveLength(3)
  })

  test('a Retry-After beyond the deadline is not waited for', async () => {
    const { outside, decide, time } = setUp()
    outside.answers.decision = () => json(429, {}, { 'retry-after': '3600' })
    await expect(decide(request)).rejects.toMatchObject({ name: 'DecisionUnavailableError' })
    expect(outside.askedFor('decisionEndpoints')).toHaveLength(1)
    expect(time.now).toBe(1_000_000)
  })
})

describe('a permit', () => {
  const call = { resource: 'prepare_booking', correlationId: 'correlation-1' }

  test('is proof for the call that it was made for, and for no other', async () => {
    const { decide } = setUp()
    const permit = await decide(request)
    expect(isPermitFor(permit, call)).toBe(true)
    expect(isPermitFor(permit, { ...call, resource: 'search_hotels' })).toBe(false)
    expect(isPermitFor(permit, { ...call, correlationId: 'correlation-2' })).toBe(false)
  })

  test('cannot be copied, made by hand, or changed', async () => {
    const { decide } = setUp()
    const permit = await decide(request)
    expect(isPermitFor({ ...permit }, call)).toBe(false)
    expect(isPermitFor({ effect: 'PERMIT', approvalRequired: false }, call)).toBe(false)
    expect(isPermitFor(undefined, call)).toBe(false)
    expect(isPermitFor('PERMIT', call)).toBe(false)
    expect(Object.isFrozen(permit)).toBe(true)
  })
})

describe('the verdict, for the record', () => {
  const judged = { resource: request.resource, parameters: request.parameters, person: { openApprovals: 2 } }

  test.each([
    ['PERMIT', [approval], [{ code: 'USER-AZ-REQUIRED', words: 'Approve 301 EUR' }]],
    ['DENY', [refusalWords], [{ code: 'DENIED-REASON', words: refusalWords.payload }]],
    ['INDETERMINATE', [], []],
  ])(
    'of %s says what was judged and in which words, and holds no token',
    async (decision, given, statements) => {
      const { outside, decide } = setUp()
      outside.answers.decision = () => json(200, { id: 'decision-7', decision, statements: given })

      const result = await decide({ ...request, person: judged.person }).catch((refusal: unknown) => refusal)

      const { verdict } = result as { verdict: unknown }
      expect(verdict).toEqual({ id: 'decision-7', effect: decision, statements, judged })
      expect(JSON.stringify(verdict)).not.toContain(request.bearerToken)
    },
  )
})
