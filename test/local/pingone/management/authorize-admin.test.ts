import { describe, expect, test } from '@jest/globals'
import { type Caller, envelope, type Json, startManagementApi, workerId } from './start-management-api.ts'

const text = { type: 'STRING' }
const request = [{ type: 'REQUEST' }]

async function withAttribute(api: Caller = startManagementApi()) {
  const parent = await api.create('/authorizationAttributes', { name: 'MyHotels', valueType: text })
  const attribute = await api.create('/authorizationAttributes', {
    name: 'resource',
    parent: { id: parent.id },
    valueType: text,
    resolvers: request,
  })
  return { ...api, parent, attribute }
}

const service = (attributeId: string, changes: object = {}, settings: object = {}) => ({
  name: 'Introspection',
  serviceType: 'HTTP',
  valueType: { type: 'JSON' },
  cacheSettings: { ttlSeconds: 0 },
  serviceSettings: {
    url: 'https://auth.pingone.eu/introspect',
    verb: 'POST',
    contentType: 'application/x-www-form-urlencoded',
    body: `token={{${attributeId}}}`,
    headers: [],
    authentication: { type: 'BASIC', name: { id: attributeId }, password: { id: attributeId } },
    tlsSettings: { tlsValidationType: 'DEFAULT' },
    maximumConcurrentRequests: 10,
    maximumRequestsPerSecond: 100,
    timeoutMilliseconds: 2000,
    ...settings,
  },
  ...changes,
})

const equals = (id: string, value: string) => ({
  type: 'COMPARISON',
  left: { type: 'ATTRIBUTE', id },
  comparator: 'EQUALS',
  right: { type: 'CONSTANT', value },
})

const policy = (changes: object = {}) => ({
  name: 'Public Tools',
  combiningAlgorithm: { algorithm: 'FIRST_APPLICABLE' },
  ...changes,
})
const rule = (changes: object = {}) => ({
  type: 'RULE',
  name: 'Permit',
  effectSettings: { type: 'UNCONDITIONAL_PERMIT' },
  ...changes,
})

describe('Trust Framework objects', () => {
  // terraform-provider-pingone, branch 846-pingone-authorize-trust-framework,
  // internal/service/authorize/resource_trust_framework_service.go: both are required, and at least 1 and above 0.
  test.each([
    ['maximumConcurrentRequests', 0],
    ['maximumConcurrentRequests', undefined],
    ['maximumRequestsPerSecond', 0],
    ['maximumRequestsPerSecond', undefined],
  ])('a service whose %s is %p is refused', async (member, value) => {
    const { call, attribute } = await withAttribute()

    const reply = await call('POST', '/authorizationServices', service(attribute.id, {}, { [member]: value }))

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: `serviceSettings.${member}` }))
  })

  test('the full name joins the names of the parents, and follows when one is renamed', async () => {
    const { call, attribute, parent } = await withAttribute()

    await call('PUT', `/authorizationAttributes/${parent.id}`, { ...parent, name: 'Hotels' })
    const { body } = await call('GET', `/authorizationAttributes/${attribute.id}`)

    expect(attribute).toMatchObject({ fullName: 'MyHotels.resource', type: 'ATTRIBUTE' })
    expect(body.fullName).toBe('Hotels.resource')
  })

  test('lists are filtered by parent', async () => {
    const { list, attribute, parent } = await withAttribute()
    const filtered = (filter: string) => list(`/authorizationAttributes?filter=${encodeURIComponent(filter)}`)

    const top = await filtered('parent not pr')
    const below = await filtered(`parent eq "${parent.id}"`)

    expect(top.map(({ id }) => id)).toEqual([parent.id])
    expect(below.map(({ id }) => id)).toEqual([attribute.id])
  })

  test.each([
    ['without an id', { id: undefined }, 'id', 'id must not be null'],
    ['with another id', { id: workerId }, 'id', 'id must be the id in the path'],
    ['without a version', { version: undefined }, 'version', 'version must not be null'],
    [
      'with an outdated version',
      { version: workerId },
      'version',
      'An attempt was made to update an outdated version',
    ],
  ])('PUT %s is refused', async (_, changes, target, message) => {
    const { call, attribute } = await withAttribute()

    const reply = await call('PUT', `/authorizationAttributes/${attribute.id}`, { ...attribute, ...changes })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code: 'CONSTRAINT_VIOLATION', target, message }))
  })

  test('each PUT gives a new version, so the same body works once', async () => {
    const { call, attribute } = await withAttribute()

    const first = await call('PUT', `/authorizationAttributes/${attribute.id}`, attribute)
    const second = await call('PUT', `/authorizationAttributes/${attribute.id}`, attribute)
    const third = await call('PUT', `/authorizationAttributes/${attribute.id}`, first.body)

    expect([first.status, second.status, third.status]).toEqual([200, 400, 200])
  })

  test.each([
    ['an attribute of a type that does not exist', { valueType: { type: 'TEXT' } }, 'valueType.type'],
    ['an unknown parent', { parent: { id: workerId } }, 'parent.id'],
    [
      'a REQUEST attribute with a processor',
      {
        resolvers: request,
        processor: { name: 'p', type: 'JSON_PATH', expression: '$.a', valueType: text },
      },
      'processor',
    ],
    [
      'an unknown service',
      { resolvers: [{ type: 'SERVICE', value: { id: workerId } }] },
      'resolvers[0].value.id',
    ],
    ['an unknown resolver', { resolvers: [{ type: 'MAGIC' }] }, 'resolvers[0].type'],
    ['a name with a dot', { name: 'a.b' }, 'name'],
  ])('%s is refused', async (_, changes, target) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/authorizationAttributes', { name: 'a', valueType: text, ...changes })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target }))
  })

  test('names are unique among siblings only', async () => {
    const { call, parent, attribute } = await withAttribute()

    const sibling = await call('POST', '/authorizationAttributes', {
      name: 'resource',
      parent: { id: parent.id },
      valueType: text,
    })
    const elsewhere = await call('POST', '/authorizationAttributes', { name: 'resource', valueType: text })

    expect(sibling).toEqual(
      envelope(400, 'INVALID_DATA', {
        code: 'UNIQUENESS_VIOLATION',
        innerError: { existingId: attribute.id },
      }),
    )
    expect(elsewhere.status).toBe(201)
  })

  test('parents must not form a circle', async () => {
    const { call, parent, attribute } = await withAttribute()

    const circle = await call('PUT', `/authorizationAttributes/${parent.id}`, {
      ...parent,
      parent: { id: attribute.id },
    })
    const itself = await call('PUT', `/authorizationAttributes/${parent.id}`, {
      ...parent,
      parent: { id: parent.id },
    })

    expect(circle).toEqual(envelope(400, 'INVALID_DATA', { target: 'parent.id' }))
    expect(itself).toEqual(envelope(400, 'INVALID_DATA', { target: 'parent.id' }))
  })

  test.each([
    ['a parent', {}, 'parent', (id: string) => ({ parent: { id } })],
    [
      'more than three seconds',
      { timeoutMilliseconds: 3001 },
      'serviceSettings.timeoutMilliseconds',
      () => ({}),
    ],
    ['a name in braces', { body: 'token={{MyHotels.resource}}' }, 'serviceSettings.body.id', () => ({})],
    ['a verb that it has not', { verb: 'PATCH' }, 'serviceSettings.verb', () => ({})],
    [
      'a password that is no attribute',
      { authentication: { type: 'TOKEN', token: { id: workerId } } },
      'serviceSettings.authentication.token.id',
      () => ({}),
    ],
  ])('a service with %s is refused', async (_, settings, target, changes) => {
    const { call, create, attribute } = await withAttribute()
    const other = await create('/authorizationServices', service(attribute.id, { name: 'Other' }))

    const reply = await call(
      'POST',
      '/authorizationServices',
      service(attribute.id, changes(other.id), settings),
    )

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: target.replace('.body.id', '.body') }))
  })

  test('what is referred to cannot be deleted; what is not, can', async () => {
    const { call, create, parent, attribute } = await withAttribute()
    const introspection = await create('/authorizationServices', service(attribute.id))
    const statement = await create('/authorizationStatements', {
      name: 'Human in the loop',
      code: 'USER-AZ-REQUIRED',
      appliesTo: 'PERMIT',
      appliesIf: 'PATH_MATCHES',
      payload: `Approve {{${attribute.id}}}`,
      obligatory: true,
      attributes: [],
    })
    const made = await create(
      '/authorizationPolicies',
      policy({ children: [rule({ statements: [{ id: statement.id }] })] }),
    )
    const order = [
      `/authorizationPolicies/${made.id}`,
      `/authorizationStatements/${statement.id}`,
      `/authorizationServices/${introspection.id}`,
      `/authorizationAttributes/${attribute.id}`,
      `/authorizationAttributes/${parent.id}`,
    ]

    const early: Json[] = []
    for (const path of order.toReversed()) {
      if (path.includes('Policies') || path.includes('Services')) continue
      early.push(await call('DELETE', path))
    }
    const late: number[] = []
    for (const path of order) late.push((await call('DELETE', path)).status)

    for (const reply of early) {
      expect(reply).toEqual(envelope(400, 'REQUEST_FAILED', { message: 'entity is referenced' }))
    }
    expect(late).toEqual([204, 204, 204, 204, 204])
  })
})

describe('policies', () => {
  test('a new policy lands under the root policy and leaves it when it is deleted', async () => {
    const { call, create, list } = startManagementApi()
    const rootOf = async () => (await list('/authorizationPolicies')).find(({ name }) => name === 'Policies')
    const made = await create('/authorizationPolicies', policy())

    const during = await rootOf()
    await call('DELETE', `/authorizationPolicies/${made.id}`)
    const after = await rootOf()

    expect(during.children).toEqual([{ type: 'POLICY', value: { id: made.id } }])
    expect(after.children).toEqual([])
    expect(await call('DELETE', `/authorizationPolicies/${after.id}`)).toEqual(
      envelope(400, 'REQUEST_FAILED'),
    )
  })

  test('children are replaced as a whole', async () => {
    const { call, create } = startManagementApi()
    const made = await create(
      '/authorizationPolicies',
      policy({ children: [rule(), rule({ name: 'Second' })] }),
    )

    const { body } = await call('PUT', `/authorizationPolicies/${made.id}`, { ...made, children: [rule()] })

    expect(body.children).toEqual([expect.objectContaining({ type: 'RULE', name: 'Permit', enabled: true })])
  })

  test.each([
    ['a child without a type', { children: [{ ...rule(), type: undefined }] }, 'children[0].type'],
    ['a rule without an effect', { children: [{ type: 'RULE', name: 'r' }] }, 'children[0].effectSettings'],
    [
      'a policy without an algorithm',
      { children: [{ type: 'POLICY', name: 'p' }] },
      'children[0].combiningAlgorithm',
    ],
    [
      'an unknown shared rule',
      { children: [{ type: 'RULE', value: { id: workerId } }] },
      'children[0].value.id',
    ],
    [
      'an unknown algorithm',
      { combiningAlgorithm: { algorithm: 'DenyOverrides' } },
      'combiningAlgorithm.algorithm',
    ],
    ['an unknown statement', { statements: [{ id: workerId }] }, 'statements[0].id'],
    ['a condition on an unknown attribute', { condition: equals(workerId, 'a') }, 'condition.left.id'],
    [
      'a comparator that does not exist',
      { condition: { ...equals(workerId, 'a'), comparator: 'LIKE' } },
      'condition.comparator',
    ],
    [
      'a rule on an unknown attribute, deep inside',
      {
        children: [{ type: 'POLICY', ...policy({ children: [rule({ condition: equals(workerId, 'a') })] }) }],
      },
      'children[0].children[0].condition.left.id',
    ],
  ])('%s is refused', async (_, changes, target) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/authorizationPolicies', policy(changes))

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target }))
  })

  test('a policy cannot contain itself', async () => {
    const { call, create } = startManagementApi()
    const outer = await create('/authorizationPolicies', policy())
    const inner = await create(
      '/authorizationPolicies',
      policy({ name: 'Inner', children: [{ type: 'POLICY', value: { id: outer.id } }] }),
    )

    const reply = await call('PUT', `/authorizationPolicies/${outer.id}`, {
      ...outer,
      children: [{ type: 'POLICY', value: { id: inner.id } }],
    })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: 'children' }))
  })
})

describe('versions', () => {
  test('every change makes a version; the newest comes first and says what changed', async () => {
    const { call, list, attribute } = await withAttribute()
    await call('PUT', `/authorizationAttributes/${attribute.id}`, attribute)

    const versions = await list('/authorizationVersions')

    expect(versions.map(({ changeDetails }) => changeDetails.changeType)).toEqual([
      'UPDATE',
      'CREATE',
      'CREATE',
      'NONE',
    ])
    expect(versions[0].changeDetails).toMatchObject({
      changedEntityName: 'resource',
      changedEntityType: 'ATTRIBUTE',
      changedResource: { id: attribute.id },
      user: { id: workerId },
    })
    const dates = versions.map(({ createdAt }) => createdAt)
    expect(new Set(dates).size).toBe(dates.length)
    expect(dates).toEqual([...dates].sort().reverse())
  })

  test('a tag is set, changed, found by filter, and removed', async () => {
    const { call, list } = await withAttribute()
    const [newest] = await list('/authorizationVersions')
    const path = `/authorizationVersions/${newest.id}/tag`

    const missing = await call('GET', path)
    const made = await call('PUT', path, { description: 'release 1' })
    const changed = await call('PUT', path, { description: 'release 2' })
    const tagged = await list(`/authorizationVersions?filter=${encodeURIComponent('tag pr')}`)
    const removed = await call('DELETE', path)

    expect(missing).toEqual(envelope(404, 'NOT_FOUND'))
    expect([made.status, changed.status, removed.status]).toEqual([201, 200, 204])
    expect(tagged.map(({ id, tag }) => [id, tag.description])).toEqual([[newest.id, 'release 2']])
    expect(await call('GET', path)).toMatchObject({ status: 404 })
  })

  test('a version keeps policies as they were', async () => {
    const { call, create, list } = startManagementApi()
    const made = await create('/authorizationPolicies', policy())
    const [then] = await list('/authorizationVersions')
    await call('PUT', `/authorizationPolicies/${made.id}`, { ...made, name: 'Renamed' })

    const { body } = await call('GET', `/authorizationVersions/${then.id}/policies/${made.id}`)

    expect(body.name).toBe('Public Tools')
  })
})

describe('test runs', () => {
  test('an attribute is resolved with the given parameters and overrides', async () => {
    const { call, attribute } = await withAttribute()
    const path = `/authorizationAttributes/${attribute.id}`

    const given = await call('POST', path, { parameters: [{ key: 'MyHotels.resource', value: 'search' }] })
    const missing = await call('POST', path, { parameters: [] })
    const overridden = await call('POST', path, {
      parameters: [],
      overrides: [{ type: 'ATTRIBUTE', value: { id: attribute.id, override: 'book' } }],
    })

    expect(given.body).toMatchObject({
      status: { code: 'OKAY' },
      result: { type: 'STRING', value: 'search' },
    })
    expect(missing.body.status.code).toBe('MISSING_ATTRIBUTE')
    expect(overridden.body.result.value).toBe('book')
  })

  test('conditions, rules and policies are evaluated on the draft', async () => {
    const { call, create, attribute } = await withAttribute()
    const condition = await create('/authorizationConditions', {
      name: 'Is search',
      condition: equals(attribute.id, 'search'),
    })
    const { type: _, ...shared } = rule({
      condition: { type: 'REFERENCE', reference: { id: condition.id } },
    }) as Json
    const made = await create('/authorizationRules', shared)
    const whole = await create(
      '/authorizationPolicies',
      policy({ children: [{ type: 'RULE', value: { id: made.id } }] }),
    )
    const body = { parameters: [{ key: 'MyHotels.resource', value: 'search' }] }

    const results = await Promise.all(
      [
        `/authorizationConditions/${condition.id}`,
        `/authorizationRules/${made.id}`,
        `/authorizationPolicies/${whole.id}`,
      ].map((path) => call('POST', path, body)),
    )

    expect(results.map((reply) => reply.body.result.value)).toEqual(['true', 'PERMIT', 'PERMIT'])
    expect(results.map((reply) => reply.body.authorized)).toEqual([false, true, true])
  })
})
