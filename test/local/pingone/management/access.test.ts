import { describe, expect, test } from '@jest/globals'
import {
  envelope,
  environmentId,
  organizationId,
  startManagementApi,
  webApplication,
  workerApplication,
  workerId,
} from './start-management-api.ts'

describe('who may call the Management API', () => {
  test.each([
    ['no token', {}],
    ['another scheme', { authorization: 'Basic abc' }],
    ['an unknown token', { authorization: 'Bearer unknown' }],
    ['two tokens', { authorization: `Bearer ${workerId} ${workerId}` }],
  ])('%s is 401 INVALID_TOKEN', async (_, headers) => {
    const { call } = startManagementApi()

    const reply = await call('GET', '/groups', undefined, { headers: { authorization: '', ...headers } })

    expect(reply).toEqual(envelope(401, 'ACCESS_FAILED', { code: 'INVALID_TOKEN' }))
    expect(reply.headers.get('correlation-id')).toBe(reply.body.id)
  })

  test('an environment that does not exist is 403, not 404', async () => {
    const { call } = startManagementApi()

    const reply = await call('GET', `//environments/${workerId}/groups`)

    expect(reply).toEqual(envelope(403, 'ACCESS_FAILED', { code: 'INSUFFICIENT_PERMISSIONS' }))
  })

  test.each([
    ['a path that is none of PingOne’s', 'GET', '/hotels'],
    ['PATCH on an application', 'PATCH', `/applications/${workerId}`],
    ['a path outside /v1', 'GET', '//../as/token'],
  ])('%s is refused by the gateway, in its own shape', async (_, method, path) => {
    const { call } = startManagementApi()

    const reply = await call(method, path, method === 'PATCH' ? {} : undefined)

    expect(reply.status).toBe(403)
    expect(reply.headers.get('x-amzn-errortype')).toBe('IncompleteSignatureException')
    expect(reply.headers.has('correlation-id')).toBe(false)
    expect(reply.body.message).toMatch(/Authorization header/)
  })

  test.each([
    ['Identity Data Admin', 'POST', '/groups', 201],
    ['Identity Data Admin', 'POST', '/applications', 403],
    ['Client Application Developer', 'POST', '/applications', 201],
    ['Client Application Developer', 'POST', '/connectorInstances', 403],
    ['DaVinci Admin', 'POST', '/connectorInstances', 201],
    ['DaVinci Admin', 'GET', '/authorizationPolicies', 403],
    ['Environment Admin', 'GET', '/authorizationPolicies', 200],
    ['Environment Admin', 'GET', '/users', 403],
    ['Configuration Read Only', 'GET', '/applications', 200],
    ['Configuration Read Only', 'POST', '/groups', 403],
  ])('the role %s alone makes %s %s answer %i', async (role, method, path, status) => {
    const { call } = startManagementApi({ roles: [role] })
    const bodies: Record<string, object> = {
      '/groups': { name: 'Guests' },
      '/applications': webApplication(),
      '/connectorInstances': { name: 'Pages', connector: { id: 'httpConnector' } },
    }

    const reply = await call(method, path, method === 'POST' ? bodies[path] : undefined)

    expect(reply.status).toBe(status)
  })

  test('a client without roles may not configure anything', async () => {
    const { call, create } = startManagementApi()
    const application = await create('/applications', workerApplication())

    const reply = await call('GET', '/groups', undefined, { token: application.id })

    expect(reply).toEqual(envelope(403, 'ACCESS_FAILED'))
  })

  test.each([
    ['PING_ONE_AUTHORIZE', '/decisionEndpoints'],
    ['PING_ONE_AUTHORIZE', '/authorizationAttributes'],
    ['PING_ONE_DAVINCI', '/flows'],
    ['PING_ONE_DAVINCI', '/flowPolicies'],
  ])('without %s in the bill of materials, %s is 403', async (product, path) => {
    const { call, environment } = startManagementApi()
    const products = environment.billOfMaterials.filter((type) => type !== product).map((type) => ({ type }))
    await call('PUT', '/billOfMaterials', { products })

    const reply = await call('GET', path)

    expect(reply).toEqual(envelope(403, 'ACCESS_FAILED'))
  })

  test('a tenant without the Authorize Admin APIs refuses them and keeps decision endpoints', async () => {
    const { call, create } = startManagementApi({ authorizeAdminApi: 'forbidden' })

    const probe = await call('GET', '/authorizationAttributes?limit=1')
    const endpoint = await create('/decisionEndpoints', {
      name: 'MCP',
      description: '',
      recordRecentRequests: true,
    })

    expect(probe).toEqual(envelope(403, 'ACCESS_FAILED'))
    expect(endpoint.id).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('bodies and media types', () => {
  test.each([
    ['no JSON', '{"name":', 'INVALID_REQUEST'],
    ['an array', '[]', 'INVALID_REQUEST'],
    ['a string', '"group"', 'INVALID_REQUEST'],
    ['null', 'null', 'INVALID_REQUEST'],
    ['nesting without end', '['.repeat(5000) + ']'.repeat(5000), 'INVALID_REQUEST'],
  ])('%s is 400 %s', async (_, text, code) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/groups', undefined, { text })

    expect(reply).toEqual(envelope(400, code))
  })

  test.each([
    ['text/plain', 'POST', '/groups'],
    ['application/x-www-form-urlencoded', 'POST', '/groups'],
    ['application/vnd.pingidentity.flow.deploy+json', 'POST', '/groups'],
    ['application/json', 'PUT', `/users/${workerId}/password`],
    ['application/json', 'POST', '/flows/0123456789abcdef0123456789abcdef'],
  ])('%s is 415 for %s %s', async (mediaType, method, path) => {
    const { call } = startManagementApi()

    const reply = await call(method, path, {}, { mediaType })

    expect(reply).toEqual(envelope(415, 'INVALID_REQUEST'))
  })

  test('members that PingOne sets are ignored, and null is as good as absent', async () => {
    const { create } = startManagementApi()

    const group = await create('/groups', {
      id: workerId,
      name: 'Guests',
      description: null,
      createdAt: 'yesterday',
      environment: { id: 'elsewhere' },
      _links: {},
    })

    expect(group.id).not.toBe(workerId)
    expect(group.environment).toEqual({ id: environmentId })
    expect(group).not.toHaveProperty('description')
  })

  test('every wrong member is named, with what would be right', async () => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/applications', {
      ...webApplication({ type: 'APP', refreshTokenDuration: 5, parTimeout: 900, grantTypes: [] }),
      enabled: undefined,
      tokenEndpointAuthMetod: 'NONE',
    })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA'))
    expect(reply.body.details).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          code: 'INVALID_VALUE',
          target: 'type',
          innerError: { allowedValues: expect.arrayContaining(['WEB_APP', 'WORKER']) },
        }),
        expect.objectContaining({
          code: 'OUT_OF_RANGE',
          target: 'refreshTokenDuration',
          innerError: { rangeMinimumValue: 60 },
        }),
        expect.objectContaining({
          code: 'OUT_OF_RANGE',
          target: 'parTimeout',
          innerError: { rangeMaximumValue: 600 },
        }),
        expect.objectContaining({ code: 'EMPTY_VALUE', target: 'grantTypes' }),
        expect.objectContaining({ code: 'REQUIRED_VALUE', target: 'enabled' }),
        expect.objectContaining({ code: 'INVALID_PARAMETER', target: 'tokenEndpointAuthMetod' }),
      ]),
    )
  })
})

describe('limits and faults', () => {
  test('more requests than allowed are 429 with Retry-After, until the minute is over', async () => {
    let now = 1_795_435_200_000
    const { call } = startManagementApi({ requestsPerMinute: 2, clock: () => now })
    await call('GET', '/groups')
    await call('GET', '/groups')
    now += 20_000

    const third = await call('GET', '/groups')
    now += 40_000
    const later = await call('GET', '/groups')

    expect(third).toEqual(envelope(429, 'REQUEST_LIMITED', { code: 'LIMIT_EXCEEDED' }))
    expect(third.headers.get('retry-after')).toBe('40')
    expect(later.status).toBe(200)
  })

  test('an interceptor answers in place of the API', async () => {
    const { call, environment } = startManagementApi({
      intercept: (request) => (request.method === 'POST' ? Response.json({}, { status: 503 }) : undefined),
    })

    const reply = await call('POST', '/groups', { name: 'Guests' })

    expect(reply.status).toBe(503)
    expect(environment.list('groups')).toEqual([])
  })

  test('each request is observed with the path of its operation', async () => {
    const { call, observations } = startManagementApi()

    await call('POST', '/groups', { name: 'Guests' })

    expect(observations).toEqual([
      expect.objectContaining({
        method: 'POST',
        operation: '/environments/{environmentID}/groups',
        requestBody: { name: 'Guests' },
        status: 201,
        responseBody: expect.objectContaining({ name: 'Guests' }),
        clientId: workerId,
      }),
    ])
  })
})

describe('the environment', () => {
  test('tells its region, organization and licence', async () => {
    const { call } = startManagementApi()

    const { body } = await call('GET', '')

    expect(body).toMatchObject({
      id: environmentId,
      region: 'EU',
      type: 'SANDBOX',
      organization: { id: organizationId },
      license: { id: expect.any(String) },
    })
  })

  test('lists its products, with ids that stay', async () => {
    const { call } = startManagementApi()

    const first = await call('GET', '/billOfMaterials')
    const second = await call('GET', '/billOfMaterials')

    expect(first.body.products.map(({ type }: { type: string }) => type)).toEqual([
      'PING_ONE_BASE',
      'PING_ONE_MFA',
      'PING_ONE_DAVINCI',
      'PING_ONE_AUTHORIZE',
    ])
    expect(second.body.products).toEqual(first.body.products)
  })

  test('knows the organization’s licences, and no other organization’s', async () => {
    const { call, list } = startManagementApi()

    const licenses = await list(`//organizations/${organizationId}/licenses`)
    const foreign = await call('GET', `//organizations/${workerId}/licenses`)

    expect(licenses).toEqual([expect.objectContaining({ status: 'ACTIVE' })])
    expect(foreign.status).toBe(404)
  })
})
