import { describe, expect, test } from '@jest/globals'
import { destroy } from '../../../lambdas/identity/reconcile/destroy.ts'
import { createCustomResource } from '../custom-resource.ts'
import { createTestPingOne, environmentId, type TestPingOne } from '../pingone-environment.ts'

type Foreign = { what: string; make: (pingOne: TestPingOne) => Promise<unknown> }

const webApplication = {
  enabled: true,
  protocol: 'OPENID_CONNECT',
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  grantTypes: ['CLIENT_CREDENTIALS'],
}

/** Same names as ours, made by someone else for something else. */
const incompatible: (Foreign & { sentence: RegExp })[] = [
  {
    what: 'a resource of our audience',
    make: (pingOne) =>
      pingOne.byHand('POST', 'resources', {
        name: 'Their API',
        audience: 'myhotels-hotelapi',
        accessTokenValiditySeconds: 600,
      }),
    sentence:
      /The resource "MyHotels Hotel API Resource" was made by someone else and differs in name, accessTokenValiditySeconds\./,
  },
  {
    what: 'a resource of our name',
    make: (pingOne) =>
      pingOne.byHand('POST', 'resources', { name: 'MyHotels MCP Resource', audience: 'something-else' }),
    sentence: /The resource "MyHotels MCP Resource" was made by someone else and differs in audience\./,
  },
  {
    what: 'a resource that is ours but for the scopes below it',
    make: (pingOne) =>
      pingOne.byHand('POST', 'resources', { name: 'MyHotels MCP Resource', audience: 'myhotels-hotelmcp' }),
    sentence:
      /The scope "my-hotels:mcp:member_rates" is missing under an object that was made by someone else/,
  },
  {
    what: 'two resources, one of our name and one of our audience',
    async make(pingOne) {
      await pingOne.byHand('POST', 'resources', { name: 'MyHotels MCP Resource', audience: 'one' })
      await pingOne.byHand('POST', 'resources', { name: 'Another', audience: 'myhotels-hotelmcp' })
    },
    sentence: /several objects that could be the resource "MyHotels MCP Resource"/,
  },
  {
    what: 'an application',
    make: (pingOne) =>
      pingOne.byHand('POST', 'applications', {
        ...webApplication,
        name: 'MyHotels ChatGPT',
        type: 'WEB_APP',
      }),
    sentence: /The application "MyHotels ChatGPT" was made by someone else and differs in grantTypes/,
  },
  {
    what: 'a sign-on policy with nothing in it',
    make: (pingOne) => pingOne.byHand('POST', 'signOnPolicies', { name: 'MyHotels_Login' }),
    sentence: /The sign-on action "LOGIN" is missing under an object/,
  },
  {
    what: 'a Trust Framework attribute',
    make: (pingOne) =>
      pingOne.byHand('POST', 'authorizationAttributes', {
        name: 'MyHotels',
        valueType: { type: 'STRING' },
        resolvers: [{ type: 'CONSTANT', value: 'x', valueType: { type: 'STRING' } }],
      }),
    sentence: /The Trust Framework attribute "MyHotels" was made by someone else and differs in resolvers\./,
  },
  {
    what: 'a service',
    make: (pingOne) =>
      pingOne.byHand('POST', 'authorizationServices', {
        name: 'MyHotels Token Introspection',
        serviceType: 'NONE',
      }),
    sentence: /service "MyHotels Token Introspection" was made by someone else/,
  },
  {
    what: 'a statement',
    make: (pingOne) =>
      pingOne.byHand('POST', 'authorizationStatements', {
        name: 'MyHotels Approval',
        code: 'THEIRS',
        appliesTo: 'ANYTHING',
        appliesIf: 'ANYTHING',
        payload: 'x',
        attributes: [],
      }),
    sentence: /The policy statement "MyHotels Approval" was made by someone else/,
  },
  {
    what: 'a policy',
    make: (pingOne) =>
      pingOne.byHand('POST', 'authorizationPolicies', {
        type: 'POLICY',
        name: 'MyHotels',
        enabled: true,
        combiningAlgorithm: { algorithm: 'PERMIT_OVERRIDES' },
        children: [],
      }),
    sentence: /The policy "MyHotels" was made by someone else and differs in/,
  },
  {
    what: 'a decision endpoint',
    make: (pingOne) =>
      pingOne.byHand('POST', 'decisionEndpoints', {
        name: 'MyHotels MCP',
        description: '',
        recordRecentRequests: true,
      }),
    sentence: /The decision endpoint "MyHotels MCP" was made by someone else/,
  },
  {
    what: 'a notification template',
    make: (pingOne) =>
      pingOne.byHand('POST', 'templates/general/contents', {
        deliveryMethod: 'Email',
        locale: 'en',
        variant: 'MyHotels booking approval',
        subject: 'Theirs',
        body: '<p>Theirs</p>',
      }),
    sentence: /The notification template "MyHotels booking approval" was made by someone else/,
  },
  {
    what: 'a form',
    make: (pingOne) =>
      pingOne.byHand('POST', 'forms', {
        name: 'MyHotels Booking Approval',
        category: 'CUSTOM',
        markOptional: true,
        markRequired: false,
        components: { fields: [{ type: 'ERROR_DISPLAY', position: { row: 0, col: 0 } }] },
      }),
    sentence: /The form "MyHotels Booking Approval" was made by someone else and differs in .*components/,
  },
  {
    what: 'a flow',
    make: (pingOne) => pingOne.byHand('POST', 'flows', { name: 'MyHotels Booking Approval' }),
    sentence: /The DaVinci flow "MyHotels Booking Approval" was made by someone else/,
  },
]

describe('an environment that holds something else of the same name', () => {
  test.each(incompatible)(
    'is refused in a sentence before anything is changed: $what',
    async ({ make, sentence }) => {
      const pingOne = createTestPingOne()
      await make(pingOne)
      const before = pingOne.image()
      pingOne.resetCounters()

      const failure = await pingOne.apply().catch((error: Error) => error)

      expect(failure).toMatchObject({
        name: 'ForeignObjectError',
        message: expect.stringMatching(/^Nothing was changed\./),
      })
      expect((failure as Error).message).toMatch(sentence)
      expect(pingOne.image()).toEqual(before)
    },
  )

  test('is told about every one of them at once, and by the custom resource too', async () => {
    const pingOne = createTestPingOne()
    for (const { what, make } of incompatible) {
      if (what === 'a flow' || what === 'a service' || what === 'an application') await make(pingOne)
    }
    const before = pingOne.image()
    const failure = (await createCustomResource(pingOne)
      .send('Create')
      .catch((error: Error) => error)) as Error
    for (const name of ['MyHotels ChatGPT', 'MyHotels Token Introspection', 'MyHotels Booking Approval']) {
      expect(failure.message).toContain(`"${name}"`)
    }
    expect(pingOne.image()).toEqual(before)
  })

  test('is drift to a verification', async () => {
    const pingOne = createTestPingOne()
    await pingOne.byHand('POST', 'flows', { name: 'MyHotels Booking Approval' })
    const { steps } = await pingOne.verify()
    expect(steps.filter(({ action }) => action === 'refuse').map(({ name }) => name)).toEqual([
      'MyHotels Booking Approval',
    ])
  })

  test('is handed over by writing the mark into its description', async () => {
    const pingOne = createTestPingOne()
    await pingOne.byHand('POST', 'resources', {
      name: 'MyHotels MCP Resource',
      description: 'Managed by MyHotels',
      audience: 'something-else',
    })
    await pingOne.apply()
    expect((await pingOne.verify()).needsChange).toBe(false)
    expect(
      pingOne.environment.list('resources').filter(({ name }) => name === 'MyHotels MCP Resource'),
    ).toEqual([expect.objectContaining({ audience: 'myhotels-hotelmcp' })])
  })
})

describe('an application of ours that has become of another type', () => {
  test('is refused before anything is changed, because PingOne cannot change a type', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    const exchange = pingOne.environment
      .list('applications')
      .find(({ name }) => name === 'MyHotels Token Exchange')
    if (exchange === undefined) throw new Error('there is no application')
    pingOne.environment.put('applications', { ...exchange, type: 'SERVICE' })
    pingOne.resetCounters()
    await expect(pingOne.apply()).rejects.toThrow(
      /cannot change the type of the application "MyHotels Token Exchange"/,
    )
    expect(pingOne.counters.writes).toBe(0)
  })
})

describe('a change that PingOne accepts and does not keep', () => {
  test('is told, because the endpoint would go on with the old policies', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    const endpoint = pingOne.environment.list('decisionEndpoints')[0]
    if (endpoint === undefined) throw new Error('there is no endpoint')
    pingOne.environment.put('decisionEndpoints', {
      ...endpoint,
      policyId: '5d3f4c0a-8888-4888-8888-000000000008',
    })
    pingOne.intervene(async (request, proceed) =>
      request.method === 'PUT' && request.url.includes('/decisionEndpoints/')
        ? Response.json(endpoint)
        : proceed(),
    )
    await expect(pingOne.apply()).rejects.toThrow(/accepted the change of policyId of the decision endpoint/)
  })
})

describe('an object of someone else that is as wanted', () => {
  test('is adopted: used, never written, and given back', async () => {
    const pingOne = createTestPingOne()
    const group = await pingOne.byHand('POST', 'groups', { name: 'ChatGPT User', description: 'Our testers' })
    const before = pingOne.image()
    const resource = createCustomResource(pingOne)

    const { PhysicalResourceId } = await resource.send('Create')
    expect(resource.log.find(({ name }) => name === 'ChatGPT User')).toMatchObject({
      action: 'adopt',
      id: group?.id,
    })
    expect(pingOne.environment.get('groups', group?.id ?? '')).toMatchObject({ description: 'Our testers' })

    await resource.send('Delete', {}, PhysicalResourceId)
    expect(pingOne.image()).toEqual(before)
  })

  test('stays when a Create fails', async () => {
    const pingOne = createTestPingOne()
    await pingOne.byHand('POST', 'groups', { name: 'ChatGPT User' })
    const before = pingOne.image()
    pingOne.intervene(async (request, proceed) =>
      request.method === 'POST' && request.url.endsWith('/flows')
        ? Response.json({ code: 'INVALID_DATA' }, { status: 400 })
        : proceed(),
    )
    await expect(createCustomResource(pingOne).send('Create')).rejects.toThrow(/POST \/flows/)
    expect(pingOne.image()).toEqual(before)
  })

  test('may hold a whole resource: it is adopted with all that it has', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    const mcp = pingOne.environment.list('resources').find(({ audience }) => audience === 'myhotels-hotelmcp')
    if (mcp === undefined) throw new Error('there is no resource')
    pingOne.environment.put('resources', { ...mcp, description: 'Ours since 2024' })
    pingOne.resetCounters()

    const again = await pingOne.apply()

    expect(again.steps.filter(({ action }) => action === 'adopt').map(({ key }) => key)).toEqual([
      'resource.mcp',
      'scope.mcp.memberRates',
      'scope.mcp.book',
      'claim.mcp.sub',
      'claim.mcp.given_name',
      'claim.mcp.groups',
      'claim.mcp.act',
    ])
    expect(pingOne.counters.writes).toBe(0)
    await destroy({ client: pingOne.createClient(), clock: pingOne.clock })
    expect(pingOne.environment.get('resources', mcp.id)).toBeDefined()
  })
})

describe('what MyHotels made in an earlier version', () => {
  test('is deleted when it is not wanted any more', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    await pingOne.byHand('POST', 'groups', {
      name: 'Old group',
      description: 'From before. Managed by MyHotels.',
    })
    const { steps } = await pingOne.apply()
    expect(steps.filter(({ action }) => action === 'delete').map(({ name }) => name)).toEqual(['Old group'])
    expect(environmentId).toBe(pingOne.environment.id)
    expect(pingOne.environment.list('groups').map(({ name }) => name)).toEqual(['ChatGPT User'])
  })
})
