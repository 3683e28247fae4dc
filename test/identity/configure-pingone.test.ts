import { describe, expect, test } from '@jest/globals'
import { publicKeyOf } from './client-keys.ts'
import { createCustomResource, logPlace, redirectUri } from './custom-resource.ts'
import { apiUrl, createTestPingOne, environmentId, issuer, worker } from './pingone-environment.ts'
import { throughFramework } from './provider-framework.ts'

const physicalId = `${environmentId}/myhotels`

describe('Create', () => {
  test('answers with what the other stacks need', async () => {
    const pingOne = createTestPingOne()
    const { send } = createCustomResource(pingOne)

    const answer = await send('Create')

    expect(answer.PhysicalResourceId).toBe(physicalId)
    const id = (name: string) => pingOne.environment.list('applications').find((app) => app.name === name)?.id
    const [endpoint, hotelApi] = pingOne.environment
      .list('decisionEndpoints')
      .map((made) => `${apiUrl}/environments/${environmentId}/decisionEndpoints/${made.id}`)
    expect(answer.Data).toEqual({
      ConnectorClientId: id('MyHotels ChatGPT'),
      ExchangeClientId: id('MyHotels Token Exchange'),
      ApprovalClientId: id('MyHotels Booking Approval'),
      WorkflowClientId: id('MyHotels Approval Workflow'),
      DecisionClientId: id('MyHotels Decision Caller'),
      DecisionEndpointUrl: endpoint,
      HotelApiDecisionClientId: id('MyHotels Hotel API Decision Caller'),
      HotelApiDecisionEndpointUrl: hotelApi,
      Issuer: issuer,
      LeftBehind: 'nothing',
    })
  })

  test('puts the secret of the connector into Secrets Manager, and no other', async () => {
    const pingOne = createTestPingOne()
    const { send, secrets } = createCustomResource(pingOne)

    const { Data } = await send('Create')

    expect([...secrets.keys()]).toEqual(['arn:connector'])
    const clientId = Data?.ConnectorClientId ?? ''
    expect(JSON.parse(secrets.get('arn:connector') ?? '')).toEqual({
      clientId,
      clientSecret: pingOne.environment.secrets[clientId]?.secret,
    })
  })

  test.each([
    ['MyHotels Token Exchange', ['mcp-server']],
    ['MyHotels Booking Approval', ['mcp-server', 'approval-task']],
    ['MyHotels Approval Workflow', ['approval-task']],
    ['MyHotels Decision Caller', ['mcp-server']],
    ['MyHotels Hotel API Decision Caller', ['hotel-api']],
  ])('has PingOne take for %s the signatures of %p, and no secret', async (name, signers) => {
    const pingOne = createTestPingOne()
    await createCustomResource(pingOne).send('Create')

    const client = pingOne.environment.list('applications').find((app) => app.name === name)
    expect(client?.tokenEndpointAuthMethod).toBe('PRIVATE_KEY_JWT')
    expect(JSON.parse(String(client?.jwks))).toEqual({
      keys: signers.map((signer) => publicKeyOf(`arn:key/${signer}`)),
    })
  })

  test('says what to look at when a public key cannot be read', async () => {
    const pingOne = createTestPingOne()
    const before = pingOne.image()
    const { send } = createCustomResource(pingOne, {
      readPublicKey: () => Promise.reject(new Error('AccessDeniedException')),
    })

    await expect(send('Create')).rejects.toThrow(/public key of our clients cannot be read/)
    expect(pingOne.image()).toEqual(before)
  })

  test('lets no secret into its answer or its log', async () => {
    const pingOne = createTestPingOne()
    const { send, log } = createCustomResource(pingOne)
    const answer = await send('Create')
    await send('Update', {}, physicalId)
    const shown = JSON.stringify([answer, log])
    const secrets = [
      worker.clientSecret,
      'worker-token',
      ...Object.values(pingOne.environment.secrets).map(({ secret }) => secret),
    ]
    expect(secrets.length).toBeGreaterThan(7)
    for (const secret of secrets) expect(shown).not.toContain(secret)
  })

  test('logs one line for each object', async () => {
    const pingOne = createTestPingOne()
    const { send, log } = createCustomResource(pingOne)
    await send('Create')
    const lines = log.filter(({ event }) => event === 'pingone.object')
    expect(lines.length).toBeGreaterThan(70)
    expect(lines.find(({ name }) => name === 'MyHotels ChatGPT')).toEqual({
      level: 'info',
      message: 'object',
      event: 'pingone.object',
      kind: 'application',
      name: 'MyHotels ChatGPT',
      action: 'create',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      milliseconds: expect.any(Number),
    })
  })

  test('takes the redirect URIs from the settings', async () => {
    const pingOne = createTestPingOne()
    await createCustomResource(pingOne).send('Create')
    const connector = pingOne.environment.list('applications').find(({ name }) => name === 'MyHotels ChatGPT')
    expect(connector?.redirectUris).toEqual([redirectUri])
  })

  test.each([
    ['Settings', '{', /Settings: is not the JSON/],
    ['Settings', '{"audiences":{}}', /Settings: is not the JSON/],
    ['EnvironmentId', 'x', /EnvironmentId/],
    ['ApiUrl', 'api.pingone.eu', /ApiUrl/],
    ['KeepOnDelete', 'yes', /KeepOnDelete/],
    ['ClientKeys', '{"mcpServer":[]}', /ClientKeys: is not the JSON/],
  ])('names the property %s when it is %s', async (name, value, sentence) => {
    const { send } = createCustomResource(createTestPingOne())
    await expect(send('Create', { [name]: value })).rejects.toThrow(sentence)
  })

  test('that PingOne refuses leaves nothing behind and tells no more than a sentence', async () => {
    const pingOne = createTestPingOne()
    const before = pingOne.image()
    const { send, log } = createCustomResource(pingOne)
    pingOne.intervene(async (request, proceed) =>
      request.method === 'POST' && request.url.endsWith('/decisionEndpoints')
        ? Response.json(
            {
              code: 'INVALID_DATA',
              message: 'private words',
              details: [{ code: 'SIZE_LIMIT_EXCEEDED', target: 'name' }],
            },
            { status: 400 },
          )
        : proceed(),
    )

    const failure = await send('Create').catch((error: Error) => error)

    expect(failure).toBeInstanceOf(Error)
    expect((failure as Error).message).toBe(
      `PingOne refused POST /decisionEndpoints: 400 INVALID_DATA (name SIZE_LIMIT_EXCEEDED). Correct what it names and run again. The log has all of it: group ${logPlace.group}, stream ${logPlace.stream}.`,
    )
    expect(pingOne.image()).toEqual(before)
    expect(log.some(({ action }) => action === 'take back by delete')).toBe(true)
  })
})

describe('Update', () => {
  test('with nothing changed writes nothing, secrets included', async () => {
    const pingOne = createTestPingOne()
    const { send, secretWrites } = createCustomResource(pingOne)
    const created = await send('Create')
    expect(secretWrites).toEqual(['arn:connector'])
    pingOne.resetCounters()

    const updated = await send('Update', { ConfigurationHash: 'two' }, physicalId)

    expect(updated).toEqual(created)
    expect(pingOne.counters.writes).toBe(0)
    expect(secretWrites).toHaveLength(1)
  })

  test('changes what the settings change, and nothing else', async () => {
    const pingOne = createTestPingOne()
    const { send, properties } = createCustomResource(pingOne)
    const created = await send('Create')
    pingOne.resetCounters()
    const settings = JSON.parse(properties().Settings)
    settings.connector.redirectUris = ['https://chatgpt.com/connector/oauth/another']

    const updated = await send('Update', { Settings: JSON.stringify(settings) }, physicalId)

    expect(updated).toEqual(created)
    expect(pingOne.counters.writes).toBe(1)
  })

  test('with another audience re-tags the policies and keeps every id', async () => {
    const pingOne = createTestPingOne()
    const { send, properties } = createCustomResource(pingOne)
    const created = await send('Create')
    const settings = JSON.parse(properties().Settings)
    settings.audiences.mcp = 'https://hotels.example.com/mcp'

    const updated = await send('Update', { Settings: JSON.stringify(settings) }, physicalId)

    expect(updated).toEqual(created)
    const tagged = pingOne.environment.list('authorizationVersions').filter(({ tag }) => tag !== undefined)
    expect(tagged).toHaveLength(1)
    expect(pingOne.environment.list('decisionEndpoints')[0]?.authorizationVersion).toMatchObject({
      id: tagged[0]?.id,
    })
  })

  test('that moves to this environment and fails leaves nothing behind', async () => {
    const pingOne = createTestPingOne()
    const before = pingOne.image()
    const { send } = createCustomResource(pingOne)
    pingOne.intervene(async (request, proceed) =>
      request.method === 'POST' && request.url.endsWith('/flows')
        ? Response.json({ code: 'INVALID_DATA' }, { status: 400 })
        : proceed(),
    )
    const old = '5d3f4c0a-9999-4999-8999-000000000009/myhotels'
    await expect(send('Update', {}, old)).rejects.toThrow(/POST \/flows/)
    expect(pingOne.image()).toEqual(before)
    pingOne.intervene(undefined)
    // Another physical id makes CloudFormation delete the old environment's.
    expect((await send('Update', {}, old)).PhysicalResourceId).toBe(physicalId)
  })

  test('that fails leaves what it did, for the next one', async () => {
    const pingOne = createTestPingOne()
    const { send, properties } = createCustomResource(pingOne)
    await send('Create')
    const settings = JSON.parse(properties().Settings)
    settings.audiences.mcp = 'https://hotels.example.com/mcp'
    const changes = { Settings: JSON.stringify(settings) }
    pingOne.intervene(async (request, proceed) =>
      request.method === 'PUT' && request.url.includes('/decisionEndpoints/')
        ? Response.json({ code: 'INVALID_DATA' }, { status: 400 })
        : proceed(),
    )
    await expect(send('Update', changes, physicalId)).rejects.toThrow(/decisionEndpoints/)
    pingOne.intervene(undefined)
    await send('Update', changes, physicalId)
    pingOne.resetCounters()
    await send('Update', changes, physicalId)
    expect(pingOne.counters.writes).toBe(0)
  })
})

describe('Delete', () => {
  test('leaves the environment as it was found', async () => {
    const pingOne = createTestPingOne()
    const before = pingOne.image()
    const { send } = createCustomResource(pingOne)
    const { PhysicalResourceId } = await send('Create')
    await expect(send('Delete', {}, PhysicalResourceId)).resolves.toEqual({ PhysicalResourceId })
    expect(pingOne.image()).toEqual(before)
    // Once more, as CloudFormation may.
    await expect(send('Delete', {}, PhysicalResourceId)).resolves.toEqual({ PhysicalResourceId })
  })

  test.each([
    ['an id that nobody made', 'AWSCDK::CustomResourceProviderFramework::MISSING_PHYSICAL_ID'],
    ['the id of another environment', '5d3f4c0a-9999-4999-8999-000000000009/myhotels'],
    ['no id', undefined],
  ])('of %s succeeds and touches nothing', async (_case, id) => {
    const pingOne = createTestPingOne()
    const { send } = createCustomResource(pingOne)
    await send('Create')
    pingOne.resetCounters()
    await expect(send('Delete', {}, id)).resolves.toEqual({ PhysicalResourceId: id ?? '' })
    expect(pingOne.counters.calls).toBe(0)
  })

  test('with properties of nonsense succeeds', async () => {
    const { configure } = createCustomResource(createTestPingOne())
    await expect(
      configure({
        RequestType: 'Delete',
        PhysicalResourceId: physicalId,
        ResourceProperties: { EnvironmentId: 7 },
      }),
    ).resolves.toEqual({ PhysicalResourceId: physicalId })
  })

  test.each([
    ['an older shape', '{"audiences":{"mcp":"a","hotelApi":"b"}}'],
    ['nonsense', '{'],
  ])('cleans up with settings of %s, which it does not need', async (_case, older) => {
    const pingOne = createTestPingOne()
    const before = pingOne.image()
    const { send } = createCustomResource(pingOne)
    await send('Create')
    await send('Delete', { Settings: older, Issuer: '' }, physicalId)
    expect(pingOne.image()).toEqual(before)
  })

  test('fails when the worker may not see what there is to delete', async () => {
    const pingOne = createTestPingOne()
    const { send } = createCustomResource(pingOne)
    await send('Create')
    const before = pingOne.image()
    pingOne.intervene(async (request, proceed) =>
      request.url.endsWith('/as/token')
        ? proceed()
        : Response.json({ code: 'ACCESS_FAILED' }, { status: 403 }),
    )
    await expect(send('Delete', {}, physicalId)).rejects.toThrow(/worker may not read .* roles/)
    expect(pingOne.image()).toEqual(before)
  })

  test('leaves PingOne alone when it is to be kept', async () => {
    const pingOne = createTestPingOne()
    const { send } = createCustomResource(pingOne)
    await send('Create')
    pingOne.resetCounters()
    await send('Delete', { KeepOnDelete: 'true' }, physicalId)
    expect(pingOne.counters.calls).toBe(0)
  })
})

describe('a stage that moves to another environment', () => {
  const oldId = '5d3f4c0a-9999-4999-8999-000000000009'

  /** The old environment and the new one, behind one set of hosts. */
  function twoEnvironments() {
    const [left, entered] = [createTestPingOne(), createTestPingOne()]
    const resource = createCustomResource({
      ...entered,
      fetch: async (request) =>
        request.url.includes(oldId)
          ? left.fetch(new Request(request.url.replace(oldId, environmentId), request))
          : entered.fetch(request),
    })
    const move = () =>
      resource.configure({
        RequestType: 'Update',
        PhysicalResourceId: `${oldId}/myhotels`,
        ResourceProperties: resource.properties(),
        OldResourceProperties: resource.properties({ EnvironmentId: oldId }),
      })
    return { left, entered, resource, move }
  }

  test('is told how many objects stay in the old one, and the command that removes them', async () => {
    const { left, move } = twoEnvironments()
    const { steps } = await left.apply()

    const { PhysicalResourceId, Data } = await move()

    expect(PhysicalResourceId).toBe(physicalId)
    const [, count] = /still holds (\d+) objects of MyHotels/.exec(Data?.LeftBehind ?? '') ?? []
    expect(Number(count)).toBeGreaterThan(30)
    expect(Number(count)).toBeLessThanOrEqual(steps.length)
    expect(Data?.LeftBehind).toContain(`The PingOne environment ${oldId}, which the stage dev has left`)
    expect(Data?.LeftBehind).toContain(`PINGONE_ENVIRONMENT_ID=${oldId} `)
    expect(Data?.LeftBehind).toContain('npm run pingone -- destroy --stage dev')
  })

  test('is told nothing when nothing is there', async () => {
    const { Data } = await twoEnvironments().move()
    expect(Data?.LeftBehind).toBe('nothing')
  })

  test('is told so too when the worker of the new one may not look into the old one', async () => {
    const { left, move } = twoEnvironments()
    await left.apply()
    left.intervene(async () => Response.json({ error: 'invalid_client' }, { status: 401 }))

    const { Data } = await move()

    expect(Data?.LeftBehind).toContain('still holds what MyHotels made there')
    expect(Data?.LeftBehind).toContain(`PINGONE_ENVIRONMENT_ID=${oldId} `)
  })

  test('touches the old one in no event, also not in the Delete that follows: what runs still needs it', async () => {
    const { left, resource, move } = twoEnvironments()
    await left.apply()
    const before = left.image()
    left.resetCounters()

    await move()
    const id = `${oldId}/myhotels`
    await expect(resource.send('Delete', { EnvironmentId: oldId }, id)).resolves.toEqual({
      PhysicalResourceId: id,
    })

    expect(left.image()).toEqual(before)
    expect(left.counters.writes).toBe(0)
    expect(resource.log).toContainEqual(
      expect.objectContaining({ level: 'warn', reason: 'another environment', environmentId: oldId }),
    )
  })
})

describe('the answer that CloudFormation gets through the provider framework', () => {
  const longest = 4_096

  /** Somebody else's objects under our names, each other than it should be. */
  async function foreignObjects() {
    const pingOne = createTestPingOne()
    const resource = createCustomResource(pingOne)
    await resource.send('Create')
    for (const collection of ['authorizationAttributes', 'applications', 'resources', 'groups']) {
      for (const item of pingOne.environment.list(collection)) {
        pingOne.environment.put(collection, { ...item, description: 'ours', enabled: false, defaultValue: 7 })
      }
    }
    resource.log.splice(0)
    return resource
  }

  test('fits and points to the log, where all of it is, however many foreign objects there are', async () => {
    const { configure, properties, log } = await foreignObjects()

    const { status, reason, bytes } = await throughFramework(configure, {
      RequestType: 'Update',
      PhysicalResourceId: physicalId,
      ResourceProperties: properties(),
    })

    expect(status).toBe('FAILED')
    const whole = String(log.find(({ level }) => level === 'error')?.reason)
    expect(whole.length).toBeGreaterThan(longest)
    expect(bytes).toBeLessThanOrEqual(longest)
    expect(reason).toContain(whole.slice(0, 2_000))
    expect(reason).toContain(`group ${logPlace.group}, stream ${logPlace.stream}.`)
  })

  type Failure = {
    what: string
    sentence: RegExp
    change?: object
    readWorker?: () => Promise<typeof worker>
  }
  const failures: Failure[] = [
    {
      what: 'properties that are none',
      sentence: /Correct these/,
      change: { ResourceProperties: { Settings: 'x'.repeat(9_000) } },
    },
    {
      what: 'a worker that cannot be read',
      sentence: /secret of the worker cannot be read/,
      readWorker: () => Promise.reject(new Error('y'.repeat(9_000))),
    },
    {
      what: 'an error of which nobody thought',
      sentence: /unexpected/,
      readWorker: async () => JSON.parse('null'),
    },
  ]
  const cases = failures.flatMap((failure) =>
    (['Create', 'Update', 'Delete'] as const)
      // Of properties that are none, there is nothing to delete.
      .filter((type) => type !== 'Delete' || failure.change === undefined)
      .map((RequestType) => ({ ...failure, RequestType })),
  )

  test.each(cases)('fits and holds no stack trace when a $RequestType meets $what', async (failure) => {
    const { RequestType, sentence, change, readWorker } = failure
    const { configure, properties } = createCustomResource(createTestPingOne(), {
      ...(readWorker ? { readWorker } : {}),
    })

    const { status, reason, bytes } = await throughFramework(configure, {
      RequestType,
      ...(RequestType === 'Create' ? {} : { PhysicalResourceId: physicalId }),
      ResourceProperties: properties(),
      ...change,
    })

    expect(status).toBe('FAILED')
    expect(reason).toMatch(sentence)
    expect(reason).not.toMatch(/^\s*at /m)
    expect(bytes).toBeLessThanOrEqual(longest)
  })

  test('fits when all is well', async () => {
    const { configure, properties } = createCustomResource(createTestPingOne())

    const { status, data, bytes } = await throughFramework(configure, {
      RequestType: 'Create',
      ResourceProperties: properties(),
    })

    expect(status).toBe('SUCCESS')
    expect(data).toMatchObject({ LeftBehind: 'nothing' })
    expect(bytes).toBeLessThanOrEqual(longest)
  })
})
