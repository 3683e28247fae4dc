import { describe, expect, test } from '@jest/globals'
import { createCustomResource, redirectUri } from './custom-resource.ts'
import { apiUrl, createTestPingOne, environmentId, issuer, worker } from './pingone-environment.ts'

const physicalId = `${environmentId}/myhotels`

describe('Create', () => {
  test('answers with what the other stacks need', async () => {
    const pingOne = createTestPingOne()
    const { send } = createCustomResource(pingOne)

    const answer = await send('Create')

    expect(answer.PhysicalResourceId).toBe(physicalId)
    const id = (name: string) => pingOne.environment.list('applications').find((app) => app.name === name)?.id
    const endpoint = pingOne.environment.list('decisionEndpoints')[0]
    expect(answer.Data).toEqual({
      ConnectorClientId: id('MyHotels ChatGPT'),
      ExchangeClientId: id('MyHotels Token Exchange'),
      ApprovalClientId: id('MyHotels Booking Approval'),
      WorkflowClientId: id('MyHotels Approval Workflow'),
      DecisionClientId: id('MyHotels Decision Caller'),
      DecisionEndpointId: endpoint?.id,
      DecisionEndpointUrl: `${apiUrl}/environments/${environmentId}/decisionEndpoints/${endpoint?.id}`,
      Issuer: issuer,
    })
  })

  test('puts the secrets of the clients into Secrets Manager', async () => {
    const pingOne = createTestPingOne()
    const { send, secrets } = createCustomResource(pingOne)
    const { Data } = await send('Create')
    const clients = JSON.parse(secrets.get('arn:clients') ?? '')
    expect(Object.keys(clients)).toEqual(['exchange', 'approval', 'workflow', 'decision'])
    for (const { clientId, clientSecret } of Object.values<{ clientId: string; clientSecret: string }>(
      clients,
    )) {
      expect(clientSecret).toBe(pingOne.environment.secrets[clientId]?.secret)
    }
    expect(JSON.parse(secrets.get('arn:connector') ?? '').clientId).toBe(Data?.ConnectorClientId)
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
      'PingOne refused POST /decisionEndpoints: 400 INVALID_DATA (name SIZE_LIMIT_EXCEEDED). Correct what it names and run again.',
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
    expect(secretWrites).toEqual(['arn:clients', 'arn:connector'])
    pingOne.resetCounters()

    const updated = await send('Update', { ConfigurationHash: 'two' }, physicalId)

    expect(updated).toEqual(created)
    expect(pingOne.counters.writes).toBe(0)
    expect(secretWrites).toHaveLength(2)
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
