import { describe, expect, test } from '@jest/globals'
import { envelope, startManagementApi } from './start-management-api.ts'

describe('resources', () => {
  test('a resource has its audience, a secret, and the core attribute sub', async () => {
    const { call, create, list } = startManagementApi()

    const resource = await create('/resources', { name: 'MyHotels MCP' })
    const secret = await call('GET', `/resources/${resource.id}/secret`)
    const attributes = await list(`/resources/${resource.id}/attributes`)

    expect(resource).toMatchObject({ type: 'CUSTOM', accessTokenValiditySeconds: 3600, name: 'MyHotels MCP' })
    expect(resource.audience).toBe('MyHotels MCP')
    expect(secret.body.secret).toMatch(/^[\w-]{40,}$/)
    expect(attributes).toEqual([expect.objectContaining({ name: 'sub', type: 'CORE', value: '${user.id}' })])
  })

  test.each([
    ['an audience that is an array', { audience: ['myhotels'] }, 'INVALID_VALUE', 'audience'],
    ['an audience with "pingone"', { audience: 'https://api.PingOne.com' }, 'INVALID_VALUE', 'audience'],
    ['an audience with "pingidentity"', { audience: 'my-pingidentity' }, 'INVALID_VALUE', 'audience'],
    ['an audience with a fragment', { audience: 'https://example.com/#mcp' }, 'INVALID_VALUE', 'audience'],
    ['an empty audience', { audience: '' }, 'EMPTY_VALUE', 'audience'],
    ['another type', { type: 'PINGONE_API' }, 'INVALID_VALUE', 'type'],
    ['tokens of a minute', { accessTokenValiditySeconds: 60 }, 'OUT_OF_RANGE', 'accessTokenValiditySeconds'],
    [
      'tokens of a year',
      { accessTokenValiditySeconds: 31_536_000 },
      'OUT_OF_RANGE',
      'accessTokenValiditySeconds',
    ],
    ['no name', { name: undefined }, 'REQUIRED_VALUE', 'name'],
  ])('refuses %s', async (_, changes, code, target) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/resources', { name: 'MCP', audience: 'myhotels', ...changes })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code, target }))
  })

  test.each([
    ['name', { name: 'mcp', audience: 'another' }],
    ['audience', { name: 'Another', audience: 'myhotels' }],
  ])('the %s is unique', async (target, body) => {
    const { call, create } = startManagementApi()
    const { id } = await create('/resources', { name: 'MCP', audience: 'myhotels' })

    const reply = await call('POST', '/resources', body)

    expect(reply).toEqual(
      envelope(400, 'INVALID_DATA', { code: 'UNIQUENESS_VIOLATION', target, innerError: { existingId: id } }),
    )
  })

  test('built-in resources can be neither changed nor deleted', async () => {
    const { call, list } = startManagementApi()
    const [openid] = await list('/resources')

    const changed = await call('PUT', `/resources/${openid.id}`, { name: 'mine', type: 'OPENID_CONNECT' })
    const deleted = await call('DELETE', `/resources/${openid.id}`)

    expect(changed).toEqual(envelope(400, 'REQUEST_FAILED'))
    expect(deleted).toEqual(envelope(400, 'REQUEST_FAILED'))
  })
})

describe('scopes', () => {
  test('names with colons are taken, spaces and duplicates are not', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/resources', { name: 'MCP' })
    const path = `/resources/${id}/scopes`

    const scope = await call('POST', path, { name: 'my-hotels:mcp:book' })
    const twice = await call('POST', path, { name: 'my-hotels:mcp:book' })
    const spaced = await call('POST', path, { name: 'my hotels' })

    expect(scope).toMatchObject({ status: 201, body: { name: 'my-hotels:mcp:book', resource: { id } } })
    expect(twice).toEqual(envelope(400, 'INVALID_DATA', { code: 'UNIQUENESS_VIOLATION' }))
    expect(spaced).toEqual(envelope(400, 'INVALID_DATA', { target: 'name' }))
  })

  test('the scopes of OpenID Connect are fixed', async () => {
    const { call, list } = startManagementApi()
    const [resource] = await list('/resources')
    const scopes = await list(`/resources/${resource.id}/scopes`)

    const reply = await call('DELETE', `/resources/${resource.id}/scopes/${scopes[0].id}`)

    expect(scopes.map(({ name }) => name)).toEqual([
      'openid',
      'profile',
      'email',
      'address',
      'phone',
      'offline_access',
    ])
    expect(reply).toEqual(envelope(400, 'REQUEST_FAILED'))
  })
})

const wrapped = (expression: string) => `\${${expression}}`

describe('claims of a resource', () => {
  test.each([
    wrapped('user.username'),
    wrapped('user.name.given'),
    wrapped('user.memberOfGroupNames'),
    wrapped('({"sub": #root.context.appConfig.clientId})'),
    wrapped(
      '({"sub": #root.context.appConfig.clientId, "act": {"sub": #root.context.requestData.subjectToken.client_id}})',
    ),
    wrapped(
      '(#root.context.requestData.subjectToken != null) ? {"sub": #root.context.appConfig.clientId} : {"sub": "none"}',
    ),
    'a constant',
    '#{user.username} is a constant too',
    '(#root.context.appConfig.clientId)',
  ])('takes %s', async (value) => {
    const { call, create } = startManagementApi()
    const { id } = await create('/resources', { name: 'MCP' })

    const reply = await call('POST', `/resources/${id}/attributes`, { name: 'claim', value })

    expect(reply).toMatchObject({ status: 201, body: { name: 'claim', value, type: 'CUSTOM' } })
  })

  test.each([
    ['an unknown root', wrapped('actor.client_id')],
    ['an unknown attribute of the user', wrapped('user.shoeSize')],
    ['an unknown context', wrapped('#root.context.session.id')],
    ['safe navigation', wrapped('user?.name')],
    ['a type reference', wrapped('T(java.lang.Runtime).getRuntime()')],
    ['an expression that is not closed', '${' + 'user.username'],
    ['an expression that cannot be read', wrapped('user. .id')],
  ])('refuses %s', async (_, value) => {
    const { call, create } = startManagementApi()
    const { id } = await create('/resources', { name: 'MCP' })

    const reply = await call('POST', `/resources/${id}/attributes`, { name: 'claim', value })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code: 'INVALID_VALUE', target: 'value' }))
  })

  test.each(['sub', 'aud', 'client_id', 'scope', 'p1.userId'])('the name %s is reserved', async (name) => {
    const { call, create } = startManagementApi()
    const { id } = await create('/resources', { name: 'MCP' })

    const reply = await call('POST', `/resources/${id}/attributes`, { name, value: 'x' })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code: 'INVALID_VALUE', target: 'name' }))
  })

  test('sub changes its value and nothing else, and stays', async () => {
    const { call, create, list } = startManagementApi()
    const { id } = await create('/resources', { name: 'MCP' })
    const [sub] = await list(`/resources/${id}/attributes`)
    const path = `/resources/${id}/attributes/${sub.id}`

    const changed = await call('PUT', path, { name: 'sub', value: wrapped('user.username'), type: 'CORE' })
    const renamed = await call('PUT', path, { name: 'subject', value: 'x', type: 'CORE' })
    const deleted = await call('DELETE', path)

    expect(changed).toMatchObject({ status: 200, body: { value: wrapped('user.username'), type: 'CORE' } })
    expect(renamed).toEqual(envelope(400, 'INVALID_DATA', { target: 'name' }))
    expect(deleted).toEqual(envelope(400, 'REQUEST_FAILED'))
  })

  test.each(['idToken', 'userInfo'])('%s belongs to OpenID Connect', async (member) => {
    const { call, create } = startManagementApi()
    const { id } = await create('/resources', { name: 'MCP' })

    const reply = await call('POST', `/resources/${id}/attributes`, {
      name: 'claim',
      value: 'x',
      [member]: true,
    })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: member }))
  })
})
