import { describe, expect, test } from '@jest/globals'
import { managementOperations } from '../../../../local/pingone/management/api.ts'
import type { ManagementContext } from '../../../../local/pingone/management/operation.ts'
import { permissions } from '../../../../local/pingone/management/permissions.ts'
import {
  type Caller,
  envelope,
  environmentId,
  type Json,
  startManagementApi,
  webApplication,
  workerApplication,
} from './start-management-api.ts'

const everyRole = [
  'Environment Admin',
  'Identity Data Admin',
  'Client Application Developer',
  'DaVinci Admin',
  'Custom Roles Admin',
]
const scope = { id: environmentId, type: 'ENVIRONMENT' }
const idOf = async ({ call }: Caller, name: string): Promise<string> => {
  const { body } = await call('GET', '//roles')
  return body._embedded.roles.find((role: Json) => role.name === name).id
}

/** A worker that holds one custom role with these permissions. */
async function startNarrow(permissionIds: string[]) {
  const api = startManagementApi({ roles: everyRole })
  const role = await api.create('/roles', {
    name: 'MyHotels Decision Caller',
    applicableTo: ['ENVIRONMENT'],
    canBeAssignedBy: [{ id: await idOf(api, 'Environment Admin') }],
    permissions: permissionIds.map((id) => ({ id })),
  })
  const worker = await api.create('/applications', workerApplication())
  await api.create(`/applications/${worker.id}/roleAssignments`, { role: { id: role.id }, scope })
  return { ...api, role, worker }
}

describe('built-in roles', () => {
  // terraform-provider-pingone internal/service/base/data_source_role_test.go: a role has permissions and scopes.
  test.each(everyRole)('%s lists its permissions and the scopes that it applies to', async (name) => {
    const { call } = startManagementApi()
    const { body } = await call('GET', '//roles')
    const role = body._embedded.roles.find((each: Json) => each.name === name)
    const read = await call('GET', `//roles/${role.id}`)

    expect(read.body).toEqual(role)
    expect(role.applicableTo.length).toBeGreaterThan(0)
    expect(role.permissions[0]).toEqual({
      id: expect.stringMatching(/^\w+:\w+:\w+$/),
      classifier: expect.any(String),
      description: expect.any(String),
    })
  })

  // terraform-provider-pingone internal/service/sso/resource_application_role_assignment_test.go
  test.each([
    ['Application Owner', ['APPLICATION', 'ENVIRONMENT']],
    ['Identity Data Admin', ['ENVIRONMENT', 'POPULATION']],
    ['Environment Admin', ['ENVIRONMENT', 'ORGANIZATION']],
    ['Organization Admin', ['ORGANIZATION']],
  ])('%s applies to %j', async (name, applicableTo) => {
    const { call } = startManagementApi()
    const { body } = await call('GET', '//roles')

    expect(body._embedded.roles.find((each: Json) => each.name === name).applicableTo.sort()).toEqual(
      applicableTo,
    )
  })
})

describe('custom roles', () => {
  // terraform-provider-pingone internal/service/sso/resource_custom_role_test.go, testAccCustomRoleConfig_Full
  test('a role says what it may, who may give it, and which roles it may give', async () => {
    const api = startManagementApi({ roles: everyRole })
    const environmentAdmin = await idOf(api, 'Environment Admin')
    const role = await api.create('/roles', {
      name: 'Parent',
      description: 'My custom role',
      applicableTo: ['ENVIRONMENT', 'POPULATION', 'APPLICATION'],
      canBeAssignedBy: [{ id: environmentAdmin }],
      permissions: [
        { id: 'permissions:read:gatewayRoleAssignments' },
        { id: 'permissions:update:userRoleAssignments' },
      ],
    })
    const dependent = await api.create('/roles', {
      name: 'Dependent',
      applicableTo: ['ENVIRONMENT'],
      canBeAssignedBy: [{ id: role.id }],
      permissions: [{ id: 'permissions:read:userRoleAssignments' }],
    })

    const read = await api.call('GET', `/roles/${role.id}`)
    const listed = await api.list('/roles')

    expect(role).toMatchObject({ type: 'CUSTOM', canAssign: [] })
    expect(read.body).toMatchObject({
      type: 'CUSTOM',
      canAssign: [{ id: dependent.id }],
      canBeAssignedBy: [{ id: environmentAdmin }],
    })
    expect(listed.map(({ name }: Json) => name)).toEqual(['Parent', 'Dependent'])
  })

  test.each([
    ['a permission that does not exist', { permissions: [{ id: 'a:b:c' }] }, 'permissions[0].id'],
    ['a giver that does not exist', { canBeAssignedBy: [{ id: environmentId }] }, 'canBeAssignedBy[0].id'],
    ['no permission', { permissions: [] }, 'permissions'],
    ['an organization as its scope', { applicableTo: ['ORGANIZATION'] }, 'applicableTo[0]'],
  ])('%s is refused', async (_name, changes, target) => {
    const { call } = startManagementApi({ roles: everyRole })

    const reply = await call('POST', '/roles', {
      name: 'Narrow',
      applicableTo: ['ENVIRONMENT'],
      canBeAssignedBy: [],
      permissions: [{ id: 'dir:read:user' }],
      ...changes,
    })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target }))
  })

  test('nobody makes a role that can do more than they can', async () => {
    const { call } = startManagementApi({ roles: ['Custom Roles Admin'] })

    const reply = await call('POST', '/roles', {
      name: 'Everything',
      applicableTo: ['ENVIRONMENT'],
      canBeAssignedBy: [],
      permissions: [{ id: 'applications:read:secret' }],
    })

    expect(reply).toEqual(envelope(403, 'ACCESS_FAILED', { code: 'INSUFFICIENT_PERMISSIONS' }))
  })

  test('nobody without a role for it makes roles', async () => {
    const { call } = startManagementApi({ roles: ['Client Application Developer'] })

    expect(await call('GET', '/roles')).toEqual(envelope(403, 'ACCESS_FAILED'))
  })

  test('a role is given by those who hold one of its givers, and by nobody else', async () => {
    const api = startManagementApi({ roles: everyRole })
    const makeRole = (name: string, giver: string) =>
      api.create('/roles', {
        name,
        applicableTo: ['ENVIRONMENT'],
        canBeAssignedBy: [{ id: giver }],
        permissions: [{ id: 'dir:read:user' }],
      })
    const given = await makeRole('Given', await idOf(api, 'DaVinci Admin'))
    const kept = await makeRole('Kept', await idOf(api, 'Organization Admin'))
    const { id } = await api.create('/applications', workerApplication())
    const assign = (role: Json) => api.call('POST', `/applications/${id}/roleAssignments`, { role, scope })

    expect((await assign({ id: given.id })).status).toBe(201)
    // The beginning of the message is what the official provider recognizes: internal/service/utils_role_assignment.go.
    expect(await assign({ id: kept.id })).toEqual(
      envelope(403, 'ACCESS_FAILED', {
        message: expect.stringMatching(/^Must have role at the same or broader scope/),
      }),
    )
  })

  test('a role that is held cannot be deleted, one that nobody holds can', async () => {
    const { call, role, worker, list } = await startNarrow(['dir:read:user'])
    const [assignment] = await list(`/applications/${worker.id}/roleAssignments`)

    const held = await call('DELETE', `/roles/${role.id}`)
    await call('DELETE', `/applications/${worker.id}/roleAssignments/${assignment.id}`)
    const free = await call('DELETE', `/roles/${role.id}`)

    expect(held).toEqual(envelope(400, 'REQUEST_FAILED'))
    expect(free.status).toBe(204)
  })
})

describe('a worker with a custom role', () => {
  test('evaluates decisions and does nothing else, over every operation of the API', async () => {
    const { call, create, worker, environment } = await startNarrow(['authz:evaluate:decisionEndpoint'])
    const endpoint = await create('/decisionEndpoints', {
      name: 'MyHotels',
      description: 'Decides',
      recordRecentRequests: false,
    })
    const as = { token: worker.id }
    const context = { environment, options: {}, clock: Date.now } as unknown as ManagementContext
    const others = managementOperations(context).filter(
      ({ method, path, right }) =>
        right !== 'authenticated' && !(method === 'POST' && /decisionEndpoints\/\{\w+\}$/.test(path)),
    )

    const decision = await call('POST', `/decisionEndpoints/${endpoint.id}`, { parameters: {} }, as)
    const statuses = await Promise.all(
      others.map(async ({ method, path, mediaTypes = [] }) => {
        const filled = path
          .replace('/environments/{environmentID}', '')
          .replace('{templateName}', 'general')
          .replace('{connectorID}', 'httpConnector')
          .replace('{versionID}', '1')
          .replace(/\{\w+\}/g, endpoint.id)
        const address = path.includes('{environmentID}') ? filled : `/${filled}`
        const body = method.startsWith('P') ? {} : undefined
        const mediaType = mediaTypes[0]
        const { status } = await call(method, address, body, { ...as, ...(mediaType ? { mediaType } : {}) })
        return status
      }),
    )

    expect(decision.body).toMatchObject({ decision: 'NOT_APPLICABLE' })
    expect(others.length).toBeGreaterThan(100)
    expect(new Set(statuses)).toEqual(new Set([403]))
  })

  test('reads what its permission names, and neither writes it nor reads its neighbours', async () => {
    const { call, worker } = await startNarrow(['dir:read:user'])
    const as = { token: worker.id }

    expect((await call('GET', '/users', undefined, as)).status).toBe(200)
    expect(await call('POST', '/users', {}, as)).toEqual(envelope(403, 'ACCESS_FAILED'))
    expect(await call('GET', '/groups', undefined, as)).toEqual(envelope(403, 'ACCESS_FAILED'))
  })

  test('loses what the role loses', async () => {
    const { call, role, worker } = await startNarrow(['dir:read:user'])
    await call('PUT', `/roles/${role.id}`, { ...role, permissions: [{ id: 'dir:read:group' }] })

    const users = await call('GET', '/users', undefined, { token: worker.id })

    expect(users).toEqual(envelope(403, 'ACCESS_FAILED'))
  })

  test('has its secret read by those who can do all that it can', async () => {
    const { call, create, worker } = await startNarrow(['authz:evaluate:decisionEndpoint'])
    const weak = await create('/applications', workerApplication({ name: 'Weak' }))
    const strong = await call('GET', `/applications/${worker.id}/secret`)
    const own = await call('GET', `/applications/${weak.id}/secret`, undefined, { token: worker.id })

    expect(strong.status).toBe(200)
    expect(own).toEqual(envelope(403, 'ACCESS_FAILED'))
  })
})

test('every permission has an identifier of three parts, and no two are the same', () => {
  const ids = permissions.map(({ id }) => id)

  expect(ids.filter((id) => !/^[a-z]\w+:\w+:\w+$/i.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
})

test('only workers have roles', async () => {
  const api = startManagementApi({ roles: everyRole })
  const { id } = await api.create('/applications', webApplication())

  expect(await api.call('GET', `/applications/${id}/roleAssignments`)).toEqual(envelope(404, 'NOT_FOUND'))
})
