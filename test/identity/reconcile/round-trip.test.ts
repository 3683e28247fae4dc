import { describe, expect, test } from '@jest/globals'
import { destroy } from '../../../lambdas/identity/reconcile/destroy.ts'
import type { Step } from '../../../lambdas/identity/reconcile/reconcile.ts'
import { createTestPingOne, type TestPingOne } from '../pingone-environment.ts'

const changed = (steps: readonly Step[]) =>
  steps
    .filter(({ action }) => action !== 'keep' && action !== 'adopt')
    .map(({ action, kind, name }) => `${action} ${kind.name} ${name}`)

const find = (pingOne: TestPingOne, collection: string, name: string) => {
  const found = pingOne.environment.list(collection).find((item) => item.name === name)
  if (found === undefined) throw new Error(`there is no ${collection} ${name}`)
  return found
}

describe('applying to an empty environment', () => {
  test('leaves nothing to do: no drift, and not one write the second time', async () => {
    const pingOne = createTestPingOne()

    const first = await pingOne.apply()
    expect(first.steps.every(({ action }) => ['create', 'update', 'keep'].includes(action))).toBe(true)

    pingOne.resetCounters()
    const second = await pingOne.apply()
    expect(changed(second.steps)).toEqual([])
    expect(second.needsChange).toBe(false)
    expect(pingOne.counters.writes).toBe(0)

    const verified = await pingOne.verify()
    expect(verified.needsChange).toBe(false)
    expect(verified.steps).toHaveLength(first.steps.length)
  })

  test('reports every object once, in the order of the desired state', async () => {
    const pingOne = createTestPingOne()
    const { reported, desired } = await pingOne.apply()
    expect(reported.map(({ key }) => key)).toEqual(desired.map(({ key }) => key))
  })

  test('is planned without a write', async () => {
    const pingOne = createTestPingOne()
    const before = pingOne.image()
    const planned = await pingOne.verify()
    expect(planned.needsChange).toBe(true)
    expect(pingOne.image()).toEqual(before)
  })

  test('points the decision endpoint at a tagged version that holds every policy', async () => {
    const pingOne = createTestPingOne()
    const { reconciler } = await pingOne.apply()
    const endpoint = find(pingOne, 'decisionEndpoints', 'MyHotels MCP')
    expect(endpoint.authorizationVersion).toMatchObject({ id: reconciler.id('taggedVersion') })
    expect(endpoint.policyId).toBe(reconciler.id('authorize.policy'))
  })

  test('makes a worker that inherits no roles', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    const caller = find(pingOne, 'applications', 'MyHotels Decision Caller')
    expect(pingOne.environment.children('roleAssignments', caller.id)).toHaveLength(1)
  })

  test('fetches a new token after it has given roles away', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    expect(pingOne.counters.tokens).toBeGreaterThanOrEqual(2)
  })

  test('follows pages, however short they are', async () => {
    const pingOne = createTestPingOne({ largestPage: 2 })
    await pingOne.apply()
    pingOne.resetCounters()
    const second = await pingOne.apply()
    expect(changed(second.steps)).toEqual([])
    expect(pingOne.counters.writes).toBe(0)
  })

  test('waits for what PingOne does not know of everywhere yet', async () => {
    const pingOne = createTestPingOne({ callsUntilConsistent: 4 })
    const { needsChange } = await pingOne.apply()
    expect(needsChange).toBe(true)
    expect((await pingOne.verify()).needsChange).toBe(false)
  })
})

describe('destroying', () => {
  test('leaves the environment as it was found', async () => {
    const pingOne = createTestPingOne()
    const before = pingOne.image()
    await pingOne.apply()
    expect(pingOne.image()).not.toEqual(before)

    await destroy({ client: pingOne.createClient(), clock: pingOne.clock })

    expect(pingOne.image()).toEqual(before)
  })

  test('deletes nothing in a rehearsal', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    const before = pingOne.image()
    const steps = await destroy({ client: pingOne.createClient(), clock: pingOne.clock, isRehearsal: true })
    expect(steps.length).toBeGreaterThan(40)
    expect(pingOne.image()).toEqual(before)
  })

  test('of an environment without MyHotels does nothing', async () => {
    const pingOne = createTestPingOne()
    expect(await destroy({ client: pingOne.createClient(), clock: pingOne.clock })).toEqual([])
    expect(pingOne.counters.writes).toBe(0)
  })
})

type Tampering = {
  kind: string
  expected: string
  /** How many writes the repair takes. */
  writes: number
  tamper: (pingOne: TestPingOne) => Promise<unknown>
}

const put = async (pingOne: TestPingOne, path: string, changes: object) => {
  const { _links, environment, createdAt, updatedAt, ...live } = (await pingOne.byHand('GET', path)) ?? {
    id: '',
  }
  return pingOne.byHand('PUT', path, { ...live, ...changes })
}
const child = (pingOne: TestPingOne, collection: string, parentId: string, name?: string) => {
  const found = pingOne.environment
    .children(collection, parentId)
    .find((item) => name === undefined || item.name === name)
  if (found === undefined) throw new Error(`there is no ${collection} ${name}`)
  return found
}
const idOf = (pingOne: TestPingOne, collection: string, name: string) => find(pingOne, collection, name).id
const application = (pingOne: TestPingOne, name: string) =>
  `applications/${idOf(pingOne, 'applications', name)}`
const resource = (pingOne: TestPingOne, name: string) => idOf(pingOne, 'resources', name)

const tamperings: Tampering[] = [
  {
    kind: 'a group that was renamed in its description',
    expected: 'update group ChatGPT User',
    writes: 1,
    tamper: (pingOne) =>
      put(pingOne, `groups/${idOf(pingOne, 'groups', 'ChatGPT User')}`, {
        description: 'Something else. Managed by MyHotels.',
      }),
  },
  {
    kind: 'a resource with longer tokens',
    expected: 'update resource MyHotels MCP Resource',
    writes: 1,
    tamper: (pingOne) =>
      put(pingOne, `resources/${resource(pingOne, 'MyHotels MCP Resource')}`, {
        accessTokenValiditySeconds: 86_400,
      }),
  },
  {
    kind: 'a scope that was deleted',
    expected: 'create scope my-hotels:api:close',
    // The grant that lost it is repaired too.
    writes: 2,
    async tamper(pingOne) {
      const parent = resource(pingOne, 'MyHotels Hotel API Resource')
      const scope = child(pingOne, 'scopes', parent, 'my-hotels:api:close')
      await pingOne.byHand('DELETE', `resources/${parent}/scopes/${scope.id}`)
    },
  },
  {
    kind: 'a scope that was added',
    expected: 'delete scope my-hotels:mcp:everything',
    writes: 1,
    tamper: (pingOne) =>
      pingOne.byHand('POST', `resources/${resource(pingOne, 'MyHotels MCP Resource')}/scopes`, {
        name: 'my-hotels:mcp:everything',
      }),
  },
  {
    kind: 'a claim that forges the actor',
    expected: 'update claim act',
    writes: 1,
    async tamper(pingOne) {
      const parent = resource(pingOne, 'MyHotels Hotel API Resource')
      const claim = child(pingOne, 'attributes', parent, 'act')
      await pingOne.byHand('PUT', `resources/${parent}/attributes/${claim.id}`, {
        name: 'act',
        value: 'someone',
        type: 'CUSTOM',
      })
    },
  },
  {
    kind: 'a client without PKCE',
    expected: 'update application MyHotels ChatGPT',
    writes: 1,
    async tamper(pingOne) {
      const path = application(pingOne, 'MyHotels ChatGPT')
      const live = await pingOne.byHand('GET', path)
      const { _links, environment, createdAt, updatedAt, clientId, signing, id, ...members } = live as Record<
        string,
        unknown
      >
      await pingOne.byHand('PUT', path, { ...members, pkceEnforcement: 'OPTIONAL' })
    },
  },
  {
    kind: 'a grant with one scope less',
    expected: 'update grant hotelApi.memberRates, hotelApi.book',
    writes: 1,
    async tamper(pingOne) {
      const path = application(pingOne, 'MyHotels Token Exchange')
      const grant = child(pingOne, 'grants', path.split('/')[1] ?? '')
      const { resource: granted, scopes } = grant as unknown as { resource: object; scopes: object[] }
      await pingOne.byHand('PUT', `${path}/grants/${grant.id}`, {
        resource: granted,
        scopes: scopes.slice(1),
      })
    },
  },
  {
    kind: 'a grant that somebody added',
    expected: 'delete grant',
    writes: 1,
    async tamper(pingOne) {
      const parent = resource(pingOne, 'MyHotels MCP Resource')
      const scope = child(pingOne, 'scopes', parent, 'my-hotels:mcp:book')
      await pingOne.byHand('POST', `${application(pingOne, 'MyHotels Approval Workflow')}/grants`, {
        resource: { id: parent },
        scopes: [{ id: scope.id }],
      })
    },
  },
  {
    kind: 'a role that somebody gave the decision caller',
    expected: 'delete roleAssignment',
    writes: 1,
    async tamper(pingOne) {
      const path = application(pingOne, 'MyHotels Decision Caller')
      const roles = (await (
        await pingOne.api(
          new Request('http://127.0.0.1:1/v1/roles', { headers: { authorization: 'Bearer worker-token' } }),
        )
      ).json()) as { _embedded: { roles: { id: string; name: string }[] } }
      const role = roles._embedded.roles.find(({ name }) => name === 'DaVinci Admin')
      await pingOne.byHand('POST', `${path}/roleAssignments`, {
        role: { id: role?.id },
        scope: { id: pingOne.environment.id, type: 'ENVIRONMENT' },
      })
    },
  },
  {
    kind: 'a sign-on policy that is no longer assigned',
    expected: 'create signOnPolicyAssignment MyHotels_Login for MyHotels ChatGPT',
    writes: 1,
    async tamper(pingOne) {
      const path = application(pingOne, 'MyHotels ChatGPT')
      const assignment = child(pingOne, 'signOnPolicyAssignments', path.split('/')[1] ?? '')
      await pingOne.byHand('DELETE', `${path}/signOnPolicyAssignments/${assignment.id}`)
    },
  },
  {
    kind: 'sign-on with registration',
    expected: 'update signOnAction LOGIN',
    writes: 1,
    async tamper(pingOne) {
      const policy = idOf(pingOne, 'signOnPolicies', 'MyHotels_Login')
      const action = child(pingOne, 'actions', policy)
      await put(pingOne, `signOnPolicies/${policy}/actions/${action.id}`, {
        id: undefined,
        signOnPolicy: undefined,
        registration: { enabled: true },
      })
    },
  },
  {
    kind: 'an attribute with another default',
    expected: 'update attribute MyHotels.token.groups',
    writes: 1,
    tamper: (pingOne) =>
      put(pingOne, `authorizationAttributes/${idOf(pingOne, 'authorizationAttributes', 'groups')}`, {
        defaultValue: '["ChatGPT User"]',
      }),
  },
  {
    kind: 'introspection elsewhere',
    expected: 'update service MyHotels Token Introspection',
    writes: 1,
    async tamper(pingOne) {
      const path = `authorizationServices/${idOf(pingOne, 'authorizationServices', 'MyHotels Token Introspection')}`
      const live = (await pingOne.byHand('GET', path)) as { serviceSettings?: object } | undefined
      await put(pingOne, path, {
        serviceSettings: { ...live?.serviceSettings, url: 'https://attacker.example/introspect' },
      })
    },
  },
  {
    kind: 'a statement with other words',
    expected: 'update statement MyHotels Amount Refused',
    writes: 1,
    tamper: (pingOne) =>
      put(
        pingOne,
        `authorizationStatements/${idOf(pingOne, 'authorizationStatements', 'MyHotels Amount Refused')}`,
        { payload: 'No.' },
      ),
  },
  {
    kind: 'a policy that is switched off',
    expected: 'update policy MyHotels',
    writes: 1,
    tamper: (pingOne) =>
      put(pingOne, `authorizationPolicies/${idOf(pingOne, 'authorizationPolicies', 'MyHotels')}`, {
        type: 'POLICY',
        enabled: false,
      }),
  },
  {
    kind: 'a rule that a condition keeps from applying',
    expected: 'update policy MyHotels',
    writes: 1,
    tamper(pingOne) {
      const policy = find(pingOne, 'authorizationPolicies', 'MyHotels')
      const never = {
        type: 'COMPARISON',
        left: { type: 'ATTRIBUTE', id: idOf(pingOne, 'authorizationAttributes', 'service') },
        comparator: 'EQUALS',
        right: { type: 'CONSTANT', value: 'never' },
      }
      const text = JSON.stringify(policy.children)
      const name = '"name":"The token has the scope"'
      expect(text).toContain(name)
      const children = JSON.parse(text.replace(name, `${name},"condition":${JSON.stringify(never)}`))
      return put(pingOne, `authorizationPolicies/${policy.id}`, { type: 'POLICY', children })
    },
  },
  {
    kind: 'a parameter with a default',
    expected: 'update attribute MyHotels.parameters.totalPrice',
    writes: 1,
    tamper: (pingOne) =>
      put(pingOne, `authorizationAttributes/${idOf(pingOne, 'authorizationAttributes', 'totalPrice')}`, {
        defaultValue: '1',
      }),
  },
  {
    kind: 'a decision endpoint that follows the draft',
    expected: 'update decisionEndpoint MyHotels MCP',
    writes: 1,
    async tamper(pingOne) {
      const { id, name, description, policyId } = find(pingOne, 'decisionEndpoints', 'MyHotels MCP')
      await pingOne.byHand('PUT', `decisionEndpoints/${id}`, {
        name,
        description,
        policyId,
        recordRecentRequests: false,
      })
    },
  },
  {
    kind: 'an email with another text',
    expected: 'update notificationTemplate MyHotels booking approval',
    writes: 1,
    async tamper(pingOne) {
      const template = pingOne.environment
        .list('templateContents')
        .find(({ variant }) => variant === 'MyHotels booking approval')
      await put(pingOne, `templates/general/contents/${template?.id}`, {
        id: undefined,
        default: undefined,
        subject: 'You won',
      })
    },
  },
  {
    kind: 'a notification policy without a bound',
    expected: 'update notificationPolicy MyHotels - managed by MyHotels',
    writes: 1,
    async tamper(pingOne) {
      const name = 'MyHotels - managed by MyHotels'
      const path = `notificationsPolicies/${idOf(pingOne, 'notificationsPolicies', name)}`
      await pingOne.byHand('PUT', path, {
        name,
        quotas: [{ type: 'USER', deliveryMethods: ['Email'], total: 5000 }],
      })
    },
  },
  {
    kind: 'a flow that was edited and not deployed',
    expected: 'update flow MyHotels Booking Approval',
    // Saved, then deployed.
    writes: 2,
    async tamper(pingOne) {
      const flow = find(pingOne, 'flows', 'MyHotels Booking Approval')
      await pingOne.byHand('PUT', `flows/${flow.id}`, {
        name: flow.name,
        description: flow.description,
        trigger: flow.trigger,
        graphData: { elements: { nodes: [], edges: [] } },
      })
    },
  },
  {
    kind: 'a flow policy that is switched off',
    expected: 'update flowPolicy MyHotels Booking Approval',
    writes: 1,
    async tamper(pingOne) {
      const parent = idOf(pingOne, 'davinciApplications', 'MyHotels - managed by MyHotels')
      const policy = find(pingOne, 'flowPolicies', 'MyHotels Booking Approval')
      await pingOne.byHand('PUT', `davinciApplications/${parent}/flowPolicies/${policy.id}`, {
        name: policy.name,
        status: 'disabled',
        flowDistributions: policy.flowDistributions,
        trigger: policy.trigger,
      })
    },
  },
  {
    kind: 'an approval client without its flow',
    expected: 'create flowPolicyAssignment MyHotels Booking Approval for the approval client',
    writes: 1,
    async tamper(pingOne) {
      const path = application(pingOne, 'MyHotels Booking Approval')
      const assignment = child(pingOne, 'flowPolicyAssignments', path.split('/')[1] ?? '')
      await pingOne.byHand('DELETE', `${path}/flowPolicyAssignments/${assignment.id}`)
    },
  },
]

describe('a change by hand', () => {
  test.each(tamperings)('is named and repaired: $kind', async ({ tamper, expected, writes }) => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    await tamper(pingOne)

    const drift = await pingOne.verify()
    expect(changed(drift.steps).some((line) => line.startsWith(expected))).toBe(true)

    pingOne.resetCounters()
    await pingOne.apply()
    expect(pingOne.counters.writes).toBe(writes)
    expect(changed((await pingOne.verify()).steps)).toEqual([])
  })

  test('to what others own is not drift', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    await pingOne.byHand('POST', 'groups', { name: 'Night shift' })
    await pingOne.byHand('POST', 'resources', { name: 'Another API', audience: 'another' })
    expect((await pingOne.verify()).needsChange).toBe(false)
  })
})
