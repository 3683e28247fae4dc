// The policies as they were written through the API, asked over the decision endpoint.
import { describe, expect, test } from '@jest/globals'
import { defaultSettings } from '../../lambdas/identity/settings.ts'
import { apiUrl, createTestPingOne, environmentId, issuer } from './pingone-environment.ts'

type Claims = Record<string, unknown>
type Decision = {
  decision: string
  statements?: { code: string; payload: string; obligatory: boolean; fulfilled: boolean }[]
}

/** A configured PingOne whose introspection knows the claims of one token. */
async function createDecisionPoint() {
  let claims: Claims = {}
  const introspections: { url: string; authorization: string | null; body: string }[] = []
  const pingOne = createTestPingOne({
    async introspect(request) {
      const body = await request.text()
      introspections.push({ url: request.url, authorization: request.headers.get('authorization'), body })
      const token = new URLSearchParams(body).get('token')
      if (!token) return Response.json({ error: 'invalid_request' }, { status: 400 })
      return Response.json(token === 'good-token' ? { active: true, ...claims } : { active: false })
    },
  })
  const { reconciler } = await pingOne.apply()
  const connector = reconciler.id('application.connector')
  const good: Claims = {
    sub: 'anna',
    client_id: connector,
    aud: ['myhotels-hotelmcp'],
    scope: 'my-hotels:mcp:member_rates my-hotels:mcp:book',
    groups: ['ChatGPT User'],
    act: { sub: connector },
  }
  /** What the hotel API is given: by token exchange to make a booking, by the approval to confirm one. */
  const exchange = reconciler.id('application.exchange')
  const approval = reconciler.id('application.approval')
  const forHotelApi: Record<string, Claims> = {
    create_booking: {
      ...good,
      client_id: exchange,
      aud: ['myhotels-hotelapi'],
      scope: 'my-hotels:api:book',
      act: { sub: exchange, act: { sub: connector } },
    },
    confirm_booking: {
      ...good,
      client_id: approval,
      aud: ['myhotels-hotelapi'],
      scope: 'openid my-hotels:api:book',
      act: { sub: approval },
    },
  }
  async function decide(
    resource: string,
    parameters: Record<string, string | number | boolean> = {},
    options: { token?: string; claims?: Claims; service?: string; person?: Record<string, number> } = {},
  ): Promise<Decision> {
    const endpoint = resource in forHotelApi ? 'hotelApi' : 'mcp'
    claims = { ...(forHotelApi[resource] ?? good), ...options.claims }
    const token = options.token ?? 'good-token'
    const response = await pingOne.api(
      new Request(
        `${apiUrl}/environments/${environmentId}/decisionEndpoints/${reconciler.id(`decisionEndpoint.${endpoint}`)}`,
        {
          method: 'POST',
          headers: { authorization: 'Bearer worker-token', 'content-type': 'application/json' },
          body: JSON.stringify({
            parameters: {
              'MyHotels.service':
                options.service ?? (endpoint === 'mcp' ? 'myhotels-hotelmcp' : 'myhotels-hotelapi'),
              'MyHotels.resource': resource,
              ...(token === '' ? {} : { 'MyHotels.bearerToken': token }),
              ...Object.fromEntries(
                Object.entries({ approvalRequired: false, ...parameters }).map(([name, value]) => [
                  `MyHotels.parameters.${name}`,
                  value,
                ]),
              ),
              ...Object.fromEntries(
                Object.entries(options.person ?? stranger(parameters)).map(([name, value]) => [
                  `MyHotels.person.${name}`,
                  value,
                ]),
              ),
            },
          }),
        },
      ),
    )
    expect(response.status).toBe(200)
    return (await response.json()) as Decision
  }
  return { pingOne, reconciler, decide, introspections, exchange, connector, approval }
}

let shared: ReturnType<typeof createDecisionPoint> | undefined
/** One decision point for the tests that only ask. */
function sharedDecisionPoint() {
  shared ??= createDecisionPoint()
  return shared
}

const stay = (totalPrice: number) => ({
  hotelId: 'milan-1',
  startDate: '2026-12-01',
  nights: 2,
  nightlyRate: totalPrice / 2,
  totalPrice,
  currency: 'EUR',
})

/** Somebody who has booked nothing yet. */
const stranger = ({ totalPrice }: Record<string, unknown>) => ({
  openApprovals: 0,
  secondsSinceDecline: 86_400,
  unapprovedTotal: Number(totalPrice ?? 0),
})

const outcome = ({ decision, statements = [] }: Decision) => [decision, ...statements.map(({ code }) => code)]

describe('the policy for bookings', () => {
  test.each([
    [0.01, ['PERMIT']],
    [199.99, ['PERMIT']],
    [200, ['PERMIT', 'USER-AZ-REQUIRED']],
    [200.01, ['PERMIT', 'USER-AZ-REQUIRED']],
    [1000, ['PERMIT', 'USER-AZ-REQUIRED']],
    [1000.01, ['DENY', 'DENIED-REASON']],
    [25_000, ['DENY', 'DENIED-REASON']],
  ])('answers %d EUR with %j', async (total, expected) => {
    const { decide } = await sharedDecisionPoint()
    expect(outcome(await decide('prepare_booking', stay(total)))).toEqual(expected)
    // Nobody is bound by what another enforcement point was told: the same numbers count wherever it is asked.
    expect(outcome(await decide('create_booking', stay(total)))).toEqual(expected)
    expect(outcome(await decide('confirm_booking', stay(total)))).toEqual(expected)
  })

  test.each([
    ['without a price', { currency: 'EUR' }],
    ['without a currency', { totalPrice: 100 }],
    ['in another currency', { ...stay(100), currency: 'USD' }],
    ['of nothing', stay(0)],
    ['below nothing', stay(-5)],
  ])('does not permit a booking %s', async (_case, parameters) => {
    const { decide } = await sharedDecisionPoint()
    for (const operation of ['prepare_booking', 'create_booking', 'confirm_booking']) {
      expect((await decide(operation, parameters)).decision).not.toBe('PERMIT')
    }
  })

  test('asks for approval in words that name the amount, obligatory and not fulfilled', async () => {
    const { decide } = await sharedDecisionPoint()
    const { statements } = await decide('prepare_booking', stay(498))
    expect(statements).toEqual([
      expect.objectContaining({
        code: 'USER-AZ-REQUIRED',
        payload: 'Bookings from 200 EUR need your approval on another device: this one is 498 EUR.',
        obligatory: true,
        fulfilled: false,
      }),
    ])
  })

  test('refuses in words for the person', async () => {
    const { decide } = await sharedDecisionPoint()
    const { statements } = await decide('prepare_booking', stay(1200))
    expect(statements).toEqual([
      expect.objectContaining({
        code: 'DENIED-REASON',
        payload:
          'Bookings above 1000 EUR cannot be made from a conversation. Choose fewer nights or a less expensive hotel.',
        obligatory: false,
      }),
    ])
  })

  test('follows one changed number, through the same endpoint', async () => {
    const { pingOne, reconciler, decide } = await createDecisionPoint()
    expect(outcome(await decide('prepare_booking', stay(250)))).toEqual(['PERMIT', 'USER-AZ-REQUIRED'])

    const changed = await pingOne.apply({
      settings: { ...defaultSettings, policy: { ...defaultSettings.policy, approvalFrom: 300 } },
    })

    expect(changed.reconciler.id('decisionEndpoint.mcp')).toBe(reconciler.id('decisionEndpoint.mcp'))
    expect(outcome(await decide('prepare_booking', stay(250)))).toEqual(['PERMIT'])
    expect(outcome(await decide('prepare_booking', stay(300)))).toEqual(['PERMIT', 'USER-AZ-REQUIRED'])
    await pingOne.apply()
    expect(outcome(await decide('prepare_booking', stay(250)))).toEqual(['PERMIT', 'USER-AZ-REQUIRED'])
  })

  test('is not what somebody drafts in the editor', async () => {
    const { pingOne, decide } = await createDecisionPoint()
    const policy = pingOne.environment.list('authorizationPolicies').find(({ name }) => name === 'MyHotels')
    if (policy === undefined) throw new Error('there is no policy')
    const { environment, createdAt, updatedAt, _links, ...members } = policy
    await pingOne.byHand('PUT', `authorizationPolicies/${policy.id}`, {
      ...members,
      type: 'POLICY',
      enabled: false,
    })
    expect(outcome(await decide('prepare_booking', stay(1200)))).toEqual(['DENY', 'DENIED-REASON'])
  })
})

const protectedTools: [string, Record<string, string | number>][] = [
  ['search_hotels_member_rates', { city: 'Milan' }],
  ['prepare_booking', stay(100)],
  ['finalize_booking', { transactionId: '5d3f4c0a-4444-4444-8444-000000000004' }],
]

describe('every protected tool', () => {
  test.each(protectedTools)(
    '%s is permitted to a member through the connected host',
    async (tool, parameters) => {
      const { decide } = await sharedDecisionPoint()
      expect(outcome(await decide(tool, parameters))).toEqual(['PERMIT'])
    },
  )

  const attacks: [string, { token?: string; claims?: Claims }][] = [
    ['a person outside the group', { claims: { groups: ['Guests'] } }],
    ['a person without groups', { claims: { groups: undefined } }],
    ['a person in a group of a longer name', { claims: { groups: ['ChatGPT User Admins'] } }],
    ['another client that acts', { claims: { act: { sub: '5d3f4c0a-5555-4555-8555-000000000005' } } }],
    ['a token without an actor', { claims: { act: undefined } }],
    ['a token for the hotel API', { claims: { aud: ['myhotels-hotelapi'] } }],
    ['a token for nobody', { claims: { aud: undefined } }],
    [
      'a token of a scope that begins alike',
      { claims: { scope: 'my-hotels:mcp:bookings my-hotels:mcp:member_rates2' } },
    ],
    [
      'a token of a scope that ends alike',
      { claims: { scope: 'x-my-hotels:mcp:book x-my-hotels:mcp:member_rates' } },
    ],
    ['a token without a scope', { claims: { scope: undefined } }],
    ['a token that is not active', { token: 'revoked-token' }],
    ['no token', { token: '' }],
  ]

  test.each(
    protectedTools.flatMap(([tool, parameters]) =>
      attacks.map(([name, attack]) => ({ tool, parameters, name, attack })),
    ),
  )('$tool is not permitted with $name', async ({ tool, parameters, attack }) => {
    const { decide } = await sharedDecisionPoint()
    expect((await decide(tool, parameters, attack)).decision).not.toBe('PERMIT')
  })

  test('tells a token that does not stand from a person who may not', async () => {
    const { decide } = await sharedDecisionPoint()
    for (const operation of [
      'search_hotels_member_rates',
      'finalize_booking',
      'create_booking',
      'confirm_booking',
    ]) {
      expect(outcome(await decide(operation, stay(100), { token: 'revoked-token' }))).toEqual([
        'DENY',
        'INVALID-TOKEN',
      ])
    }
  })

  test('tells a person outside the group whom to ask', async () => {
    const { decide } = await sharedDecisionPoint()
    const { statements } = await decide('finalize_booking', {}, { claims: { groups: [] } })
    expect(statements?.map(({ payload }) => payload)).toEqual([
      'Your account may not use MyHotels through an assistant. Ask your administrator for the group "ChatGPT User".',
    ])
  })

  test('one scope does not open the other tools', async () => {
    const { decide } = await sharedDecisionPoint()
    const claims = { scope: 'my-hotels:mcp:member_rates' }
    expect((await decide('search_hotels_member_rates', {}, { claims })).decision).toBe('PERMIT')
    expect((await decide('prepare_booking', stay(100), { claims })).decision).toBe('DENY')
  })

  test('asks introspection as the MCP resource, with its secret', async () => {
    const { pingOne, reconciler, decide, introspections } = await createDecisionPoint()
    await decide('finalize_booking')
    const id = reconciler.id('resource.mcp') ?? ''
    const secret = pingOne.environment.secrets[id]?.secret
    expect(introspections[0]).toEqual({
      url: `${issuer}/introspect`,
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      body: 'token=good-token',
    })
  })
})

describe('the hotel API', () => {
  const operations = ['create_booking', 'confirm_booking']

  test.each(operations)('has %s permitted to a member', async (operation) => {
    const { decide } = await sharedDecisionPoint()
    expect(outcome(await decide(operation, stay(100)))).toEqual(['PERMIT'])
  })

  test.each<[string, Claims]>([
    ['a person who has left the group', { groups: ['Guests'] }],
    ['a token for the MCP server', { aud: ['myhotels-hotelmcp'] }],
    ['a token for member rates alone', { scope: 'my-hotels:api:member_rates' }],
    ['a token without a scope', { scope: undefined }],
    ['a token without an actor', { act: undefined }],
    ['another client that acts', { act: { sub: '5d3f4c0a-5555-4555-8555-000000000005' } }],
    ['a token that is not active', { active: false }],
  ])('has neither operation permitted with %s', async (_case, claims) => {
    const { decide } = await sharedDecisionPoint()
    for (const operation of operations) {
      expect((await decide(operation, stay(100), { claims })).decision).toBe('DENY')
    }
  })

  test('wants each token where it belongs', async () => {
    const { decide, exchange, approval, connector } = await sharedDecisionPoint()
    const exchanged = { act: { sub: exchange, act: { sub: connector } } }
    const direct = { act: { sub: exchange } }

    expect((await decide('create_booking', stay(100), { claims: direct })).decision).toBe('DENY')
    expect((await decide('create_booking', stay(100), { claims: { act: { sub: approval } } })).decision).toBe(
      'DENY',
    )
    expect((await decide('confirm_booking', stay(100), { claims: exchanged })).decision).toBe('DENY')
  })

  test('asks introspection as its own resource', async () => {
    const { pingOne, reconciler, decide, introspections } = await createDecisionPoint()
    await decide('create_booking', stay(100))
    const id = reconciler.id('resource.hotelApi') ?? ''
    const secret = pingOne.environment.secrets[id]?.secret
    expect(introspections.map(({ authorization }) => authorization)).toEqual([
      `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    ])
  })
})

describe('the person’s own limits', () => {
  const at = (totalPrice: number, person: Partial<ReturnType<typeof stranger>>, approvalRequired = false) =>
    [
      'create_booking',
      { ...stay(totalPrice), approvalRequired },
      { person: { ...stranger({ totalPrice }), ...person } },
    ] as const

  test.each<[string, ReturnType<typeof at>, string[]]>([
    ['the sum of a day is not reached', at(100, { unapprovedTotal: 499.99 }), ['PERMIT']],
    ['the sum of a day is reached', at(100, { unapprovedTotal: 500 }), ['PERMIT', 'USER-AZ-REQUIRED']],
    ['the sum and the amount are reached', at(300, { unapprovedTotal: 500 }), ['PERMIT', 'USER-AZ-REQUIRED']],
    ['two questions are open', at(300, { openApprovals: 2 }), ['PERMIT', 'USER-AZ-REQUIRED']],
    ['three questions are open', at(300, { openApprovals: 3 }), ['DENY', 'DENIED-REASON']],
    ['three are open and this needs none', at(100, { openApprovals: 3 }), ['PERMIT']],
    [
      'three are open and the caller wants one',
      at(100, { openApprovals: 3 }, true),
      ['DENY', 'DENIED-REASON'],
    ],
    [
      'three are open and the sum is reached',
      at(100, { openApprovals: 3, unapprovedTotal: 500 }),
      ['DENY', 'DENIED-REASON'],
    ],
    ['the person has just declined', at(300, { secondsSinceDecline: 0 }), ['DENY', 'DENIED-REASON']],
    ['the pause is nearly over', at(300, { secondsSinceDecline: 299 }), ['DENY', 'DENIED-REASON']],
    ['the pause is over', at(300, { secondsSinceDecline: 300 }), ['PERMIT', 'USER-AZ-REQUIRED']],
    ['the person has just declined and this needs none', at(100, { secondsSinceDecline: 0 }), ['PERMIT']],
  ])('when %s', async (_case, question, expected) => {
    const { decide } = await sharedDecisionPoint()
    expect(outcome(await decide(...question))).toEqual(expected)
  })

  test.each<[Parameters<typeof at>[1], string]>([
    [
      { openApprovals: 3 },
      'You have already been asked about 3 bookings that you have not answered. Approve or decline them on your other device, or wait until they expire, and ask for this one then.',
    ],
    [
      { secondsSinceDecline: 1 },
      'You have just declined a booking, so you are asked for no other approval for 5 minutes. If you want this booking, ask for it after that.',
    ],
  ])('are told with what to do next: %j', async (person, words) => {
    const { decide } = await sharedDecisionPoint()
    const { statements } = await decide(...at(300, person))
    expect(statements?.map(({ payload }) => payload)).toEqual([words])
  })

  test('say which sum has been reached', async () => {
    const { decide } = await sharedDecisionPoint()
    const { statements } = await decide(...at(100, { unapprovedTotal: 574.5 }))
    expect(statements?.map(({ payload }) => payload)).toEqual([
      'From 500 EUR within 24 hours each booking needs your approval on another device: with this one it is 574.5 EUR.',
    ])
  })

  test('are not known without the hotel API’s counts, so that nothing is permitted', async () => {
    const { decide } = await sharedDecisionPoint()
    for (const [missing, price] of [
      ['openApprovals', 300],
      ['secondsSinceDecline', 300],
      ['unapprovedTotal', 100],
    ] as const) {
      const { [missing]: _, ...person } = stranger(stay(price)) as Record<string, number>
      expect((await decide('create_booking', stay(price), { person })).decision).not.toBe('PERMIT')
    }
  })

  test('do not stand in the way of what was approved', async () => {
    const { decide } = await sharedDecisionPoint()
    const person = { openApprovals: 9, secondsSinceDecline: 0, unapprovedTotal: 5000 }
    expect((await decide('confirm_booking', stay(300), { person })).decision).toBe('PERMIT')
  })

  test('are numbers of the stage', async () => {
    const { pingOne, decide } = await createDecisionPoint()
    await pingOne.apply({
      settings: { ...defaultSettings, policy: { ...defaultSettings.policy, openApprovals: 1 } },
    })
    expect((await decide(...at(300, { openApprovals: 1 }))).decision).toBe('DENY')
  })
})

describe('search', () => {
  test('is permitted to everyone, and asks nobody about a token', async () => {
    const { decide, introspections } = await createDecisionPoint()
    expect(outcome(await decide('search_hotels', { city: 'Milan' }, { token: '' }))).toEqual(['PERMIT'])
    expect(introspections).toEqual([])
  })
})

describe('anything else', () => {
  test.each([
    ['another tool', 'delete_hotel', undefined],
    ['a tool whose name begins alike', 'search_hotels_secretly', undefined],
    ['no tool', '', undefined],
    ['another service', 'search_hotels', 'another-service'],
    ['a tool asked for as the hotel API', 'search_hotels', 'myhotels-hotelapi'],
    ['another operation of the hotel API', 'close_booking', 'myhotels-hotelapi'],
  ])('is denied: %s', async (_case, tool, service) => {
    const { decide } = await sharedDecisionPoint()
    expect((await decide(tool, {}, service ? { service } : {})).decision).toBe('DENY')
  })
})
