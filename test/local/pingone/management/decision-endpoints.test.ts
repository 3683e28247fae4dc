import { describe, expect, test } from '@jest/globals'
import type { ManagementOptions } from '../../../../local/pingone/management/api.ts'
import {
  type Caller,
  envelope,
  startManagementApi,
  workerApplication,
  workerId,
} from './start-management-api.ts'

const endpoint = (changes: object = {}) => ({
  name: 'MyHotels MCP',
  description: '',
  recordRecentRequests: true,
  ...changes,
})
const bulk = { mediaType: 'application/vnd.pingidentity.decisionengine.authorize.bulk+json' }

async function withPolicy(api: Caller) {
  const parent = await api.create('/authorizationAttributes', {
    name: 'MyHotels',
    valueType: { type: 'STRING' },
  })
  const resource = await api.create('/authorizationAttributes', {
    name: 'resource',
    parent: { id: parent.id },
    valueType: { type: 'STRING' },
    resolvers: [{ type: 'REQUEST' }],
  })
  const policy = await api.create('/authorizationPolicies', {
    name: 'Tools',
    combiningAlgorithm: { algorithm: 'FIRST_APPLICABLE' },
    children: [
      {
        type: 'RULE',
        name: 'Search',
        effectSettings: { type: 'UNCONDITIONAL_PERMIT' },
        condition: {
          type: 'COMPARISON',
          left: { type: 'ATTRIBUTE', id: resource.id },
          comparator: 'EQUALS',
          right: { type: 'CONSTANT', value: 'search_hotels' },
        },
      },
      { type: 'RULE', name: 'Default Deny', effectSettings: { type: 'UNCONDITIONAL_DENY' } },
    ],
  })
  const [version] = await api.list('/authorizationVersions')
  return { ...api, resource, policy, version }
}

const start = (options: ManagementOptions & { clock?: () => number } = {}) =>
  withPolicy(startManagementApi(options))
const search = { parameters: { 'MyHotels.resource': 'search_hotels' } }

describe('decision endpoints', () => {
  test.each([
    ['no description', { description: undefined }, 'description'],
    ['no switch for recent requests', { recordRecentRequests: undefined }, 'recordRecentRequests'],
    ['a long name', { name: 'x'.repeat(257) }, 'name'],
    ['an unknown policy', { policyId: workerId }, 'policyId'],
  ])('%s is refused', async (_, changes, target) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/decisionEndpoints', endpoint(changes))

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target }))
  })

  test('a version that is not tagged is 404, and a tag in use stays', async () => {
    const { call, version } = await start()
    const body = endpoint({ authorizationVersion: { id: version.id } })

    const untagged = await call('POST', '/decisionEndpoints', body)
    await call('PUT', `/authorizationVersions/${version.id}/tag`, { description: 'release 1' })
    const tagged = await call('POST', '/decisionEndpoints', body)
    const removed = await call('DELETE', `/authorizationVersions/${version.id}/tag`)

    expect(untagged).toEqual(envelope(404, 'NOT_FOUND'))
    expect(untagged.body.message).toMatch(/is not tagged/)
    expect(tagged).toMatchObject({
      status: 201,
      body: { owned: false, recentDecisionsEnabled: true, authorizationVersion: { id: version.id } },
    })
    expect(removed).toEqual(envelope(400, 'REQUEST_FAILED'))
  })

  test('a policy that an endpoint uses cannot be deleted', async () => {
    const { call, create, policy } = await start()
    await create('/decisionEndpoints', endpoint({ policyId: policy.id }))

    const reply = await call('DELETE', `/authorizationPolicies/${policy.id}`)

    expect(reply).toEqual(envelope(400, 'REQUEST_FAILED'))
  })
})

describe('decisions', () => {
  test('PERMIT and DENY are both 200, in PingOne’s shape', async () => {
    const { call, create, version } = await start()
    const { id } = await create('/decisionEndpoints', endpoint())

    const permit = await call('POST', `/decisionEndpoints/${id}`, search)
    const deny = await call('POST', `/decisionEndpoints/${id}`, {
      parameters: { 'MyHotels.resource': 'other' },
    })

    expect(permit).toMatchObject({
      status: 200,
      body: {
        id: expect.any(String),
        correlationId: expect.any(String),
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        elapsedMicroseconds: expect.any(Number),
        status: { code: 'OKAY' },
        decision: 'PERMIT',
        authorizationVersion: { id: version.id },
        statements: [],
      },
    })
    expect(deny).toMatchObject({ status: 200, body: { decision: 'DENY', status: { code: 'OKAY' } } })
  })

  test('a missing attribute without a default is INDETERMINATE', async () => {
    const { call, create } = await start()
    const { id } = await create('/decisionEndpoints', endpoint())

    const { status, body } = await call('POST', `/decisionEndpoints/${id}`, { parameters: {} })

    expect(status).toBe(200)
    expect(body).toMatchObject({
      decision: 'INDETERMINATE',
      status: { code: 'MISSING_ATTRIBUTE', message: 'MyHotels.resource has no value' },
    })
  })

  test('a fixed version decides as it was; the draft decides as it is', async () => {
    const { call, create, policy, version } = await start()
    await call('PUT', `/authorizationVersions/${version.id}/tag`, { description: 'release 1' })
    const fixed = await create('/decisionEndpoints', endpoint({ authorizationVersion: { id: version.id } }))
    const draft = await create('/decisionEndpoints', endpoint({ name: 'Draft', policyId: policy.id }))
    await call('PUT', `/authorizationPolicies/${policy.id}`, {
      ...policy,
      children: policy.children.slice(1),
    })

    const before = await call('POST', `/decisionEndpoints/${fixed.id}`, search)
    const after = await call('POST', `/decisionEndpoints/${draft.id}`, search)

    expect(before.body).toMatchObject({ decision: 'PERMIT', authorizationVersion: { id: version.id } })
    expect(after.body.decision).toBe('DENY')
    expect(after.body.authorizationVersion.id).not.toBe(version.id)
  })

  test('a renamed attribute has another parameter name from the next version on only', async () => {
    const { call, create, resource, version } = await start()
    await call('PUT', `/authorizationVersions/${version.id}/tag`, {})
    const fixed = await create('/decisionEndpoints', endpoint({ authorizationVersion: { id: version.id } }))
    await call('PUT', `/authorizationAttributes/${resource.id}`, { ...resource, name: 'tool' })

    const { body } = await call('POST', `/decisionEndpoints/${fixed.id}`, search)

    expect(body.decision).toBe('PERMIT')
  })

  test.each([
    ['no parameters', {}, 'parameters'],
    ['an array', { parameters: { 'MyHotels.list': ['a'] } }, 'parameters.MyHotels.list'],
    ['an object', { parameters: { 'MyHotels.object': {} } }, 'parameters.MyHotels.object'],
    ['null', { parameters: { 'MyHotels.nothing': null } }, 'parameters.MyHotels.nothing'],
    ['an unknown member', { ...search, context: {} }, 'context'],
  ])('%s in the request is 400', async (_, body, target) => {
    const { call, create } = await start()
    const { id } = await create('/decisionEndpoints', endpoint())

    const reply = await call('POST', `/decisionEndpoints/${id}`, body)

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target }))
  })

  test('an unknown endpoint is 404, another media type 415', async () => {
    const { call } = await start()

    const unknown = await call('POST', `/decisionEndpoints/${workerId}`, search)
    const form = await call('POST', `/decisionEndpoints/${workerId}`, search, {
      mediaType: 'application/x-www-form-urlencoded',
    })

    expect(unknown).toEqual(envelope(404, 'NOT_FOUND'))
    expect(form).toEqual(envelope(415, 'INVALID_REQUEST'))
  })

  test('a client without roles may not ask for decisions', async () => {
    const { call, create } = await start()
    const { id } = await create('/decisionEndpoints', endpoint())
    const caller = await create('/applications', workerApplication())

    const decision = await call('POST', `/decisionEndpoints/${id}`, search, { token: caller.id })

    expect(decision).toEqual(envelope(403, 'ACCESS_FAILED'))
  })

  test('decisions on the draft are limited, those on a version are not', async () => {
    const { call, create, version } = await start({ draftDecisionsPerMinute: 1 })
    await call('PUT', `/authorizationVersions/${version.id}/tag`, {})
    const draft = await create('/decisionEndpoints', endpoint({ name: 'Draft' }))
    const fixed = await create('/decisionEndpoints', endpoint({ authorizationVersion: { id: version.id } }))
    const ask = async ({ id }: { id: string }) =>
      (await call('POST', `/decisionEndpoints/${id}`, search)).status

    expect([await ask(draft), await ask(draft), await ask(fixed), await ask(fixed)]).toEqual([
      200, 429, 200, 200,
    ])
  })
})

describe('bulk decisions', () => {
  test('inner values go over outer ones, and answers come in order', async () => {
    const { call, create } = await start()
    const { id } = await create('/decisionEndpoints', endpoint())

    const { status, body } = await call(
      'POST',
      `/decisionEndpoints/${id}`,
      {
        ...search,
        decisionRequests: [
          { parameters: {} },
          { parameters: { 'MyHotels.resource': 'other' } },
          { parameters: { 'MyHotels.resource': [] } },
        ],
      },
      bulk,
    )

    expect(status).toBe(200)
    expect(body.summary).toEqual({ requested: 3, errors: 1, successful: 2 })
    expect(body.responses.map(({ decision, code }: Record<string, string>) => decision ?? code)).toEqual([
      'PERMIT',
      'DENY',
      'INVALID_DATA',
    ])
  })

  test('more than 20 are refused', async () => {
    const { call, create } = await start()
    const { id } = await create('/decisionEndpoints', endpoint())

    const reply = await call(
      'POST',
      `/decisionEndpoints/${id}`,
      { decisionRequests: Array(21).fill(search) },
      bulk,
    )

    expect(reply).toEqual(
      envelope(400, 'INVALID_DATA', { code: 'SIZE_LIMIT_EXCEEDED', target: 'decisionRequests' }),
    )
  })
})

describe('recent decisions', () => {
  test('the last 20 of 24 hours, newest first, without what was asked', async () => {
    let now = Date.parse('2026-11-22T08:00:00Z')
    const { call, create, list, environment } = await start({ clock: () => now })
    const { id } = await create('/decisionEndpoints', endpoint())
    const ask = () =>
      call('POST', `/decisionEndpoints/${id}`, { parameters: { 'MyHotels.resource': 'eyJ.secret' } })
    await ask()
    now += 25 * 3_600_000
    for (let index = 0; index < 22; index += 1) {
      now += 1000
      await ask()
    }

    const recent = await list(`/decisionEndpoints/${id}/recentDecisions?limit=20`)
    const one = await call('GET', `/decisionEndpoints/${id}/recentDecisions/${recent[0].id}`)

    expect(recent).toHaveLength(20)
    expect(recent[0].requestedAt).toBe(new Date(now).toISOString())
    expect(one.body.decisionResponse.decision).toBe('DENY')
    expect(JSON.stringify(environment.children('recentDecisions', id))).not.toMatch(/secret/)
  })

  test('nothing is kept when the endpoint says so', async () => {
    const { call, create, list } = await start()
    const { id } = await create('/decisionEndpoints', endpoint({ recordRecentRequests: false }))

    await call('POST', `/decisionEndpoints/${id}`, search)

    expect(await list(`/decisionEndpoints/${id}/recentDecisions`)).toEqual([])
  })
})
