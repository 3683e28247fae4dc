import { describe, expect, test } from '@jest/globals'
import { destroy } from '../../../lambdas/identity/reconcile/destroy.ts'
import type { Finding } from '../../../lambdas/identity/reconcile/preflight/check.ts'
import { workerRoles } from '../../../lambdas/identity/reconcile/preflight/worker-roles.ts'
import { describeSnapshot } from '../../../lambdas/identity/snapshot/describe-snapshot.ts'
import { roles as builtInRoles } from '../../../local/pingone/management/rights.ts'
import { createCustomResource } from '../custom-resource.ts'
import { createTestPingOne, environmentId, type TestPingOne, worker } from '../pingone-environment.ts'

const level = (findings: readonly Finding[], subject: string) =>
  findings.find((finding) => finding.subject === subject)?.level

function removeProducts(pingOne: TestPingOne, ...products: string[]) {
  const bill = pingOne.environment.billOfMaterials
  bill.splice(0, bill.length, ...bill.filter((type) => !products.includes(type)))
}

function removeRole(pingOne: TestPingOne, ...indexes: number[]) {
  const assignments = pingOne.environment.children('roleAssignments', worker.clientId)
  for (const index of indexes) {
    pingOne.environment.deleteChild('roleAssignments', worker.clientId, assignments[index]?.id ?? '')
  }
}

describe('a tenant that has everything', () => {
  test('is found ready', async () => {
    const { told } = await createTestPingOne().verify()
    expect(told.map(({ subject, level: found }) => [subject, found])).toEqual([
      ['Environment', 'ok'],
      ['Products', 'ok'],
      ['Roles of the worker', 'ok'],
      ['Policies', 'ok'],
      ['DaVinci', 'ok'],
      ['AI agents', 'ok'],
    ])
  })
})

describe('a tenant that refuses the policy editor', () => {
  test('is set up but for the policies, and says how to go on', async () => {
    const pingOne = createTestPingOne({ authorizeAdminApi: 'forbidden' })

    const { told, steps } = await pingOne.apply()

    const finding = told.find(({ subject }) => subject === 'Policies')
    expect(finding).toMatchObject({
      level: 'limited',
      snapshotHelps: true,
      sentence: expect.stringContaining('403'),
      stillWorks: expect.stringContaining('Everything but decisions'),
      toDo: expect.stringContaining('import the snapshot file'),
    })
    expect(pingOne.environment.list('decisionEndpoints')).toHaveLength(2)
    const skipped = steps.filter(({ action }) => action === 'skip')
    expect(new Set(skipped.map(({ kind }) => kind.name))).toEqual(
      new Set(['attribute', 'service', 'statement', 'policy', 'taggedVersion']),
    )
    expect((await pingOne.verify()).needsChange).toBe(false)
  })

  test('gets a file to import: complete, without a secret, the same each time', async () => {
    const pingOne = createTestPingOne({ authorizeAdminApi: 'forbidden' })
    const { desired, reconciler } = await pingOne.apply()

    const snapshot = await describeSnapshot({ desired, environmentId, id: reconciler.id })

    const types = snapshot.map(({ type, '@class': kind }) => type ?? kind)
    expect(types[0]).toBe('DataStreamHeader')
    expect(types.at(-1)).toBe('DataStreamFooter')
    expect(types.filter((type) => type === 'Statement')).toHaveLength(
      desired.filter(({ kind }) => kind === 'statement').length,
    )
    const text = JSON.stringify(snapshot)
    expect(text).not.toContain('(the ')
    for (const { secret } of Object.values(pingOne.environment.secrets)) expect(text).not.toContain(secret)
    expect(await describeSnapshot({ desired, environmentId, id: reconciler.id })).toEqual(snapshot)

    // Whatever an entry refers to is in the file.
    const ids = new Set(snapshot.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])))
    const referred = [...text.matchAll(/"(?:reference|attribute)":\{"id":"([^"]+)"\}/g)].map(([, id]) => id)
    expect(referred.length).toBeGreaterThan(20)
    expect(referred.filter((id) => id !== undefined && !ids.has(id))).toEqual([])
    const children = snapshot.flatMap(({ children: below }) => (below as { id: string }[] | undefined) ?? [])
    expect(children.filter(({ id }) => !ids.has(id))).toEqual([])
  })

  test('is cleaned up like any other', async () => {
    const pingOne = createTestPingOne({ authorizeAdminApi: 'forbidden' })
    const before = pingOne.image()
    const { send } = createCustomResource(pingOne)
    const { PhysicalResourceId } = await send('Create')
    await send('Delete', {}, PhysicalResourceId)
    expect(pingOne.image()).toEqual(before)
  })
})

describe('a tenant without AI agents', () => {
  test('gets a web application instead, and keeps it', async () => {
    const pingOne = createTestPingOne({ aiAgent: false })
    const { told } = await pingOne.apply()
    expect(level(told, 'AI agents')).toBe('limited')
    const connector = () =>
      pingOne.environment.list('applications').find(({ name }) => name === 'MyHotels ChatGPT')
    expect(connector()?.type).toBe('WEB_APP')
    pingOne.resetCounters()
    await pingOne.apply()
    expect(pingOne.counters.writes).toBe(0)
  })

  test('keeps no probe that PingOne made while its answer was lost', async () => {
    const pingOne = createTestPingOne()
    let isLost = false
    pingOne.intervene(async (request, proceed) => {
      if (isLost || request.method !== 'POST' || !request.url.endsWith('/applications')) return proceed()
      isLost = true
      // More lenient than expected, and then silent.
      const { responseTypes: _, ...probe } = await request.json()
      await pingOne.byHand('POST', 'applications', probe)
      throw new TypeError('fetch failed')
    })
    await pingOne.apply()
    const names = pingOne.environment.list('applications').map(({ name }) => name)
    expect(names).not.toContain('MyHotels probe for AI agents')
  })

  test('is recognised without leaving anything behind', async () => {
    const pingOne = createTestPingOne({ aiAgent: false })
    const before = pingOne.image()
    await pingOne.verify()
    expect(pingOne.image()).toEqual(before)
  })
})

describe('an environment that lacks a product', () => {
  test.each([
    ['PING_ONE_DAVINCI', ['PING_ONE_DAVINCI']],
    ['PING_ONE_MFA', ['PING_ONE_MFA']],
    ['both', ['PING_ONE_MFA', 'PING_ONE_DAVINCI']],
  ])('is set up without approvals: %s', async (_case, products) => {
    const pingOne = createTestPingOne()
    removeProducts(pingOne, ...products)
    const { told, steps } = await pingOne.apply()
    expect(told.find(({ subject }) => subject === 'Products')).toMatchObject({
      level: 'limited',
      sentence: expect.stringContaining(products[0] ?? ''),
      stillWorks: expect.stringContaining('Search'),
      toDo: expect.stringContaining('Add a service'),
    })
    expect(steps.filter(({ action }) => action === 'skip').map(({ key }) => key)).toContain('flow.approval')
    expect(pingOne.environment.list('decisionEndpoints')).toHaveLength(2)
    expect((await pingOne.verify()).needsChange).toBe(false)
  })

  test.each(['PING_ONE_AUTHORIZE', 'PING_ONE_BASE'])(
    'is refused before anything is changed: %s',
    async (product) => {
      const pingOne = createTestPingOne()
      removeProducts(pingOne, product)
      const before = pingOne.image()
      await expect(pingOne.apply()).rejects.toThrow(
        new RegExp(`Nothing was changed.*${product}.*Add a service`),
      )
      expect(pingOne.image()).toEqual(before)
    },
  )
})

describe('a worker', () => {
  test('without any role is refused in a sentence', async () => {
    const pingOne = createTestPingOne()
    removeRole(pingOne, 0, 1, 2, 3, 4)
    await expect(pingOne.apply()).rejects.toThrow(/may not read the environment .* Environment Admin/)
    expect(pingOne.counters.writes).toBe(0)
  })

  test.each([
    [1, 'Identity Data Admin'],
    [2, 'Client Application Developer'],
  ])('without role %i is told which one', async (index, role) => {
    const pingOne = createTestPingOne()
    removeRole(pingOne, index)
    const before = pingOne.image()
    await expect(pingOne.apply()).rejects.toThrow(new RegExp(`The worker lacks ${role}.*Grant Roles`))
    expect(pingOne.image()).toEqual(before)
  })

  test('without DaVinci Admin sets up all but approvals', async () => {
    const pingOne = createTestPingOne()
    removeRole(pingOne, 3)
    const { told } = await pingOne.apply()
    expect(level(told, 'Roles of the worker')).toBe('limited')
    expect(level(told, 'DaVinci')).toBe('limited')
    expect(pingOne.environment.list('decisionEndpoints')).toHaveLength(2)
  })

  test.each([
    [401, { error: 'invalid_client' }, /does not know the worker/],
    [400, { error: 'unauthorized_client' }, /grant type Client Credentials/],
    [400, { error: 'invalid_scope' }, /issues no token to the worker/],
    [200, { access_token: '' }, /issues no token to the worker/],
  ])('whose token request ends in %i %j is told why', async (status, body, sentence) => {
    const pingOne = createTestPingOne()
    pingOne.intervene(async (request, proceed) =>
      request.url.endsWith('/as/token') ? Response.json(body, { status }) : proceed(),
    )
    await expect(pingOne.apply()).rejects.toThrow(sentence)
    expect(pingOne.counters.calls).toBe(0)
  })
})

describe('a custom role for decisions', () => {
  test('replaces the documented ones', async () => {
    const pingOne = createTestPingOne()
    const role = { id: '5d3f4c0a-6666-4666-8666-000000000006', name: 'MyHotels Decision Caller' }
    const asked: unknown[] = []
    pingOne.intervene(async (request, proceed) => {
      if (request.url.endsWith(`/environments/${environmentId}/roles`)) {
        return Response.json({ _embedded: { roles: [role] } })
      }
      if (request.method === 'POST' && request.url.endsWith('/roleAssignments')) {
        asked.push(await request.json())
        return Response.json(
          { id: '5d3f4c0a-7777-4777-8777-000000000007', role: { id: role.id } },
          { status: 201 },
        )
      }
      return proceed()
    })
    await pingOne.apply()
    const granted = { role: { id: role.id }, scope: { id: environmentId, type: 'ENVIRONMENT' } }
    expect(asked).toEqual([granted, granted])
  })
})

describe('a worker that may make roles', () => {
  const narrow = 'MyHotels Decision Caller'
  const roles = [...Object.keys(workerRoles), 'Custom Roles Admin']
  const granted = ({ environment }: TestPingOne) =>
    environment
      .list('applications')
      .filter(({ name }) => /Decision Caller$/.test(String(name)))
      .map(({ id }) =>
        environment.children('roleAssignments', id).map(({ role }) => (role as { id: string }).id),
      )

  test('makes one for the decision callers that evaluates decisions and nothing else', async () => {
    const pingOne = createTestPingOne({ roles })

    await pingOne.apply()

    const [made, ...others] = pingOne.environment.list('customRoles')
    expect(others).toEqual([])
    expect(made).toMatchObject({ name: narrow, permissions: [{ id: 'authz:evaluate:decisionEndpoint' }] })
    expect(granted(pingOne)).toEqual([[made?.id], [made?.id]])
    expect((await pingOne.verify()).needsChange).toBe(false)
  })

  test('replaces the broad roles when it gets the right later', async () => {
    const pingOne = createTestPingOne({ roles: Object.keys(workerRoles) })
    await pingOne.apply()
    const before = granted(pingOne).map((held) => held.length)
    const admin = builtInRoles.find(({ name }) => name === 'Custom Roles Admin')
    pingOne.environment.putChild('roleAssignments', worker.clientId, {
      id: '5d3f4c0a-8888-4888-8888-000000000008',
      role: { id: admin?.id },
      scope: { id: environmentId, type: 'ENVIRONMENT' },
    } as never)

    await pingOne.apply()

    const [made] = pingOne.environment.list('customRoles')
    expect(before).toEqual([2, 2])
    expect(granted(pingOne)).toEqual([[made?.id], [made?.id]])
  })

  test('uses a role of the name that somebody else made, and leaves it when all is destroyed', async () => {
    const pingOne = createTestPingOne({ roles })
    const theirs = await pingOne.byHand('POST', 'roles', {
      name: narrow,
      applicableTo: ['ENVIRONMENT'],
      canBeAssignedBy: [{ id: builtInRoles.find(({ name }) => name === 'Environment Admin')?.id }],
      permissions: [{ id: 'authz:evaluate:decisionEndpoint' }],
    })
    const before = pingOne.image()

    await pingOne.apply()
    const held = granted(pingOne)
    await destroy({ client: pingOne.createClient(), clock: pingOne.clock })

    expect(held).toEqual([[theirs?.id], [theirs?.id]])
    expect(pingOne.image()).toEqual(before)
  })

  test('has its role deleted with everything else', async () => {
    const pingOne = createTestPingOne({ roles })
    const before = pingOne.image()
    await pingOne.apply()

    await destroy({ client: pingOne.createClient(), clock: pingOne.clock })

    expect(pingOne.image()).toEqual(before)
  })

  test('but lacks one of the others is told so before anything is changed', async () => {
    const pingOne = createTestPingOne({ roles: roles.filter((name) => name !== 'Identity Data Admin') })

    await expect(pingOne.apply()).rejects.toThrow(/Nothing was changed.*Identity Data Admin/)
    expect(pingOne.counters.writes).toBe(0)
  })
})
