import { describe, expect, test } from '@jest/globals'
import {
  envelope,
  environmentId,
  type Json,
  startManagementApi,
  webApplication,
  workerApplication,
  workerId,
} from './start-management-api.ts'

const roleId = async (list: (path: string) => Promise<Json[]>, name: string): Promise<string> =>
  (await list('//roles')).find((role) => role.name === name).id

describe('applications', () => {
  test('the id is the client id, defaults are filled in, and no secret is shown', async () => {
    const { create } = startManagementApi()

    const application = await create('/applications', webApplication())

    expect(application).toMatchObject({
      clientId: application.id,
      pkceEnforcement: 'OPTIONAL',
      refreshTokenDuration: 2_592_000,
      requestScopesForMultipleResourcesEnabled: false,
      environment: { id: environmentId },
      createdAt: expect.any(String),
    })
    expect(JSON.stringify(application)).not.toMatch(/clientSecret/)
  })

  test.each([
    ['response type CODE without the code grant', { grantTypes: ['TOKEN_EXCHANGE'] }, 'responseTypes'],
    ['response type TOKEN without the implicit grant', { responseTypes: ['CODE', 'TOKEN'] }, 'responseTypes'],
    ['a SAML application', { protocol: 'SAML' }, 'protocol'],
    ['a wildcard in a redirect URI', { redirectUris: ['https://example.com/*'] }, 'redirectUris[0]'],
    ['a relative redirect URI', { redirectUris: ['/callback'] }, 'redirectUris[0]'],
    ['a fragment in a redirect URI', { redirectUris: ['https://example.com/#a'] }, 'redirectUris[0]'],
    [
      'CIBA without client authentication',
      { grantTypes: ['CIBA'], responseTypes: undefined, tokenEndpointAuthMethod: 'NONE' },
      'tokenEndpointAuthMethod',
    ],
    [
      'token exchange without client authentication',
      { grantTypes: ['TOKEN_EXCHANGE'], responseTypes: undefined, tokenEndpointAuthMethod: 'NONE' },
      'tokenEndpointAuthMethod',
    ],
    [
      'access for a group that does not exist',
      { accessControl: { group: { type: 'ANY_GROUP', groups: [{ id: workerId }] } } },
      'accessControl.group.groups[0].id',
    ],
    ['a grant type in lower case', { grantTypes: ['authorization_code'] }, 'grantTypes[0]'],
  ])('refuses %s', async (_, changes, target) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/applications', webApplication(changes))

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code: 'INVALID_VALUE', target }))
  })

  test('AI_AGENT needs the licence: without it 400 names `type`, and WEB_APP still works', async () => {
    const { call, create } = startManagementApi({ aiAgent: false })

    const refused = await call('POST', '/applications', webApplication({ type: 'AI_AGENT' }))
    const fallback = await create('/applications', webApplication())

    expect(refused).toEqual(envelope(400, 'INVALID_DATA', { code: 'INVALID_VALUE', target: 'type' }))
    expect(fallback.type).toBe('WEB_APP')
  })

  test('agents are applications, found by the filter on type', async () => {
    const { create, list } = startManagementApi()
    const agent = await create('/applications', webApplication({ type: 'AI_AGENT' }))
    await create('/applications', webApplication({ name: 'Another' }))

    const found = await list(`/applications?filter=${encodeURIComponent('type eq "AI_AGENT"')}`)

    expect(found.map(({ id }) => id)).toEqual([agent.id])
  })

  test('a second application of the same name is refused and names the first', async () => {
    const { call, create } = startManagementApi()
    const first = await create('/applications', webApplication())

    const reply = await call('POST', '/applications', webApplication())

    expect(reply).toEqual(
      envelope(400, 'INVALID_DATA', {
        code: 'UNIQUENESS_VIOLATION',
        target: 'name',
        innerError: { existingId: first.id },
      }),
    )
  })

  test('PUT replaces everything: what is left out is gone', async () => {
    const { call, create } = startManagementApi()
    const { id, createdAt } = await create('/applications', webApplication({ description: 'For hosts' }))

    const { status, body } = await call('PUT', `/applications/${id}`, webApplication({ name: 'Renamed' }))

    expect(status).toBe(200)
    expect(body).toMatchObject({ id, name: 'Renamed', createdAt })
    expect(body).not.toHaveProperty('description')
  })

  test('what was read can be sent back as it is', async () => {
    const { call, create } = startManagementApi()
    const application = await create('/applications', webApplication())

    const { status, body } = await call('PUT', `/applications/${application.id}`, application)

    expect(status).toBe(200)
    expect({ ...body, updatedAt: '' }).toEqual({ ...application, updatedAt: '' })
  })

  test('the type cannot be changed', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/applications', webApplication())

    const reply = await call('PUT', `/applications/${id}`, webApplication({ type: 'NATIVE_APP' }))

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: 'type' }))
  })

  test('deleting an application takes along its secret, grants and assignments', async () => {
    const { call, create, environment } = startManagementApi()
    const { id } = await create('/applications', webApplication())
    const policy = await create('/signOnPolicies', { name: 'MyHotels_Login' })
    await create(`/applications/${id}/signOnPolicyAssignments`, {
      signOnPolicy: { id: policy.id },
      priority: 1,
    })

    const deleted = await call('DELETE', `/applications/${id}`)
    const again = await call('DELETE', `/applications/${id}`)

    expect(deleted).toMatchObject({ status: 204, body: undefined })
    expect(again.status).toBe(404)
    expect(environment.secrets[id]).toBeUndefined()
    expect(environment.children('signOnPolicyAssignments', id)).toEqual([])
  })
})

describe('secrets', () => {
  test('a new application’s secret and grants answer 404 at first, each for itself', async () => {
    const { call, create } = startManagementApi({ callsUntilConsistent: 2 })
    const { id } = await create('/applications', webApplication())

    const statuses: number[] = []
    for (const path of ['secret', 'secret', 'grants', 'secret', 'grants', 'grants']) {
      statuses.push((await call('GET', `/applications/${id}/${path}`)).status)
    }

    expect(statuses).toEqual([404, 404, 404, 200, 404, 200])
  })

  test('rotation gives a new secret and keeps the previous one for as long as asked', async () => {
    let now = Date.parse('2026-11-23T09:00:00Z')
    const { call, create } = startManagementApi({ clock: () => now })
    const { id } = await create('/applications', webApplication())
    const first = (await call('GET', `/applications/${id}/secret`)).body.secret
    const expiresAt = '2026-11-23T10:00:00.000Z'

    const rotated = await call('POST', `/applications/${id}/secret`, { previous: { expiresAt } })
    now += 3_600_000
    const later = await call('GET', `/applications/${id}/secret`)

    expect(rotated.status).toBe(200)
    expect(rotated.body.secret).not.toBe(first)
    expect(rotated.body.previous).toEqual({ secret: first, expiresAt })
    expect(later.body).not.toHaveProperty('previous')
  })

  test.each([
    ['less than a minute', '2026-11-23T09:00:30Z'],
    ['more than 30 days', '2026-12-24T09:00:00Z'],
  ])('the previous secret cannot live %s', async (_, expiresAt) => {
    const { call, create } = startManagementApi({ clock: () => Date.parse('2026-11-23T09:00:00Z') })
    const { id } = await create('/applications', webApplication())

    const reply = await call('POST', `/applications/${id}/secret`, { previous: { expiresAt } })

    expect(reply).toEqual(
      envelope(400, 'INVALID_DATA', { code: 'OUT_OF_RANGE', target: 'previous.expiresAt' }),
    )
  })

  test('a rotation needs no body, and DELETE drops the previous secret', async () => {
    const { call, create, environment } = startManagementApi()
    const { id } = await create('/applications', webApplication())

    const rotated = await call('POST', `/applications/${id}/secret`)
    environment.secrets[id] = {
      secret: rotated.body.secret,
      previous: { secret: 'old', expiresAt: '2099-01-01T00:00:00Z' },
    }
    const deleted = await call('DELETE', `/applications/${id}/secret`)

    expect(rotated.status).toBe(200)
    expect(deleted.status).toBe(204)
    expect(environment.secrets[id]).toEqual({ secret: rotated.body.secret })
  })

  test('a caller with fewer roles than the application may not read its secret', async () => {
    const { call, create, list } = startManagementApi()
    const reader = await create('/applications', workerApplication({ name: 'Reader' }))
    const developer = await roleId(list, 'Client Application Developer')
    await create(`/applications/${reader.id}/roleAssignments`, {
      role: { id: developer },
      scope: { id: environmentId, type: 'ENVIRONMENT' },
    })

    const stronger = await call('GET', `/applications/${workerId}/secret`, undefined, { token: reader.id })
    const own = await call('GET', `/applications/${reader.id}/secret`, undefined, { token: reader.id })

    expect(stronger).toEqual(envelope(403, 'ACCESS_FAILED'))
    expect(own.status).toBe(200)
  })
})

describe('grants', () => {
  async function withResources() {
    const api = startManagementApi()
    const resources = await api.list('/resources')
    const openid = resources.find(({ type }) => type === 'OPENID_CONNECT')
    const openidScope = (await api.list(`/resources/${openid.id}/scopes`)).find(
      ({ name }) => name === 'openid',
    )
    const mcp = await api.create('/resources', { name: 'MCP' })
    const hotels = await api.create('/resources', { name: 'Hotels' })
    const book = await api.create(`/resources/${mcp.id}/scopes`, { name: 'book' })
    const rates = await api.create(`/resources/${mcp.id}/scopes`, { name: 'rates' })
    const sameName = await api.create(`/resources/${hotels.id}/scopes`, { name: 'book' })
    const { id } = await api.create('/applications', webApplication())
    return {
      ...api,
      id,
      mcp,
      hotels,
      book,
      rates,
      sameName,
      openid,
      openidScope,
      path: `/applications/${id}/grants`,
    }
  }

  test('a grant lists the resource and its scopes, and PUT replaces the scopes', async () => {
    const { call, create, path, mcp, book, rates } = await withResources()
    const grant = await create(path, {
      resource: { id: mcp.id },
      scopes: [{ id: book.id }, { id: rates.id }],
    })

    const { status, body } = await call('PUT', `${path}/${grant.id}`, {
      resource: { id: mcp.id },
      scopes: [{ id: rates.id }],
    })

    expect(grant.scopes).toEqual([{ id: book.id }, { id: rates.id }])
    expect(status).toBe(200)
    expect(body.scopes).toEqual([{ id: rates.id }])
  })

  test('a scope name may occur only once over all grants of an application', async () => {
    const { call, create, path, mcp, hotels, book, sameName } = await withResources()
    await create(path, { resource: { id: mcp.id }, scopes: [{ id: book.id }] })

    const reply = await call('POST', path, { resource: { id: hotels.id }, scopes: [{ id: sameName.id }] })

    expect(reply).toEqual(
      envelope(400, 'INVALID_DATA', {
        message: 'Multiple scopes with the same name cannot be added to the same grant.',
      }),
    )
  })

  test('one grant per resource', async () => {
    const { call, create, path, mcp, book, rates } = await withResources()
    const grant = await create(path, { resource: { id: mcp.id }, scopes: [{ id: book.id }] })

    const reply = await call('POST', path, { resource: { id: mcp.id }, scopes: [{ id: rates.id }] })

    expect(reply).toEqual(
      envelope(400, 'INVALID_DATA', { code: 'UNIQUENESS_VIOLATION', innerError: { existingId: grant.id } }),
    )
  })

  test('scopes of another resource, unknown resources and empty scopes are refused', async () => {
    const { call, path, mcp, sameName } = await withResources()

    const foreign = await call('POST', path, { resource: { id: mcp.id }, scopes: [{ id: sameName.id }] })
    const unknown = await call('POST', path, { resource: { id: workerId }, scopes: [{ id: sameName.id }] })
    const none = await call('POST', path, { resource: { id: mcp.id }, scopes: [] })

    expect(foreign).toEqual(envelope(400, 'INVALID_DATA', { target: 'scopes[0].id' }))
    expect(unknown).toEqual(envelope(400, 'INVALID_DATA', { target: 'resource.id' }))
    expect(none).toEqual(envelope(400, 'INVALID_DATA', { code: 'EMPTY_VALUE', target: 'scopes' }))
  })

  test('WORKER applications take no grants but openid', async () => {
    const { call, create, mcp, book, openid, openidScope } = await withResources()
    const worker = await create('/applications', workerApplication())
    const path = `/applications/${worker.id}/grants`

    const refused = await call('POST', path, { resource: { id: mcp.id }, scopes: [{ id: book.id }] })
    const allowed = await call('POST', path, {
      resource: { id: openid.id },
      scopes: [{ id: openidScope.id }],
    })

    expect(refused).toEqual(envelope(400, 'REQUEST_FAILED'))
    expect(allowed.status).toBe(201)
  })

  test('a deleted scope leaves its grants, and a deleted resource takes its grants along', async () => {
    const { call, create, list, path, mcp, book, rates } = await withResources()
    await create(path, { resource: { id: mcp.id }, scopes: [{ id: book.id }, { id: rates.id }] })

    await call('DELETE', `/resources/${mcp.id}/scopes/${book.id}`)
    const withoutScope = await list(path)
    await call('DELETE', `/resources/${mcp.id}`)
    const withoutResource = await list(path)

    expect(withoutScope[0].scopes).toEqual([{ id: rates.id }])
    expect(withoutResource).toEqual([])
  })
})

describe('role assignments', () => {
  test('a worker is born with its maker’s roles, unless assignActorRoles is false', async () => {
    const { create, list } = startManagementApi()
    const bare = await create('/applications', workerApplication())
    const like = await create(
      '/applications',
      workerApplication({ name: 'Like', assignActorRoles: undefined }),
    )

    const ofBare = await list(`/applications/${bare.id}/roleAssignments`)
    const ofLike = await list(`/applications/${like.id}/roleAssignments`)

    expect(ofBare).toEqual([])
    expect(ofLike).toHaveLength(5)
  })

  test('only workers have the path', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/applications', webApplication())

    const reply = await call('GET', `/applications/${id}/roleAssignments`)

    expect(reply).toEqual(envelope(404, 'NOT_FOUND'))
  })

  test('a role is assigned once, within a scope that exists and that it applies to', async () => {
    const { call, create, list } = startManagementApi()
    const { id } = await create('/applications', workerApplication())
    const path = `/applications/${id}/roleAssignments`
    const role = { id: await roleId(list, 'Environment Admin') }
    const scope = { id: environmentId, type: 'ENVIRONMENT' }

    const first = await call('POST', path, { role, scope })
    const twice = await call('POST', path, { role, scope })
    const elsewhere = await call('POST', path, { role, scope: { id: workerId, type: 'ENVIRONMENT' } })
    const population = await call('POST', path, { role, scope: { id: workerId, type: 'POPULATION' } })

    expect(first).toMatchObject({ status: 201, body: { role, scope, readOnly: false } })
    expect(twice).toEqual(envelope(400, 'INVALID_DATA', { code: 'UNIQUENESS_VIOLATION' }))
    expect(elsewhere).toEqual(envelope(400, 'INVALID_DATA', { target: 'scope.id' }))
    expect(population).toEqual(envelope(400, 'INVALID_DATA', { target: 'scope' }))
  })

  test('an actor cannot give a role that it does not hold', async () => {
    const { call, create, list } = startManagementApi({ roles: ['Client Application Developer'] })
    const { id } = await create('/applications', workerApplication())

    const reply = await call('POST', `/applications/${id}/roleAssignments`, {
      role: { id: await roleId(list, 'Environment Admin') },
      scope: { id: environmentId, type: 'ENVIRONMENT' },
    })

    expect(reply).toEqual(envelope(403, 'ACCESS_FAILED', { code: 'INSUFFICIENT_PERMISSIONS' }))
  })
})

describe('attribute mappings of an application', () => {
  test('sub exists and can be neither renamed nor deleted', async () => {
    const { call, create, list } = startManagementApi()
    const { id } = await create('/applications', webApplication())
    const [sub] = await list(`/applications/${id}/attributes`)
    const path = `/applications/${id}/attributes/${sub.id}`

    const renamed = await call('PUT', path, { name: 'subject', value: 'x', required: true })
    const deleted = await call('DELETE', path)

    expect(sub).toMatchObject({ name: 'sub', mappingType: 'CORE', required: true })
    expect(renamed).toEqual(envelope(400, 'INVALID_DATA', { target: 'name' }))
    expect(deleted).toEqual(envelope(400, 'REQUEST_FAILED'))
  })
})

describe('policy assignments', () => {
  test('only existing policies are assigned, each once, with a priority from 1', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/applications', webApplication())
    const policy = await create('/signOnPolicies', { name: 'MyHotels_Login' })
    const path = `/applications/${id}/signOnPolicyAssignments`

    const assigned = await call('POST', path, { signOnPolicy: { id: policy.id }, priority: 1 })
    const twice = await call('POST', path, { signOnPolicy: { id: policy.id }, priority: 2 })
    const unknown = await call('POST', path, { signOnPolicy: { id: workerId }, priority: 1 })
    const priority = await call('POST', path, { signOnPolicy: { id: policy.id }, priority: 0 })
    const inUse = await call('DELETE', `/signOnPolicies/${policy.id}`)

    expect(assigned.status).toBe(201)
    expect(twice).toEqual(envelope(400, 'INVALID_DATA', { code: 'UNIQUENESS_VIOLATION' }))
    expect(unknown).toEqual(envelope(400, 'INVALID_DATA', { target: 'signOnPolicy.id' }))
    expect(priority).toEqual(envelope(400, 'INVALID_DATA', { code: 'OUT_OF_RANGE', target: 'priority' }))
    expect(inUse).toEqual(envelope(400, 'REQUEST_FAILED'))
  })
})
