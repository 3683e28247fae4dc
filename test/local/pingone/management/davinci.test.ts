import { describe, expect, test } from '@jest/globals'
import { deployedFlow } from '../../../../local/pingone/management/davinci/deployed-flow.ts'
import {
  type Caller,
  envelope,
  type Json,
  startManagementApi,
  webApplication,
} from './start-management-api.ts'

const deploy = { mediaType: 'application/vnd.pingidentity.flow.deploy+json' }

const graph = (connectionId?: string, capabilityName = 'returnCibaSuccess') => ({
  elements: {
    nodes: [
      {
        data: {
          id: 'success',
          nodeType: 'CONNECTION',
          connectorId: 'pingOneAuthenticationConnector',
          capabilityName,
          ...(connectionId ? { connectionId } : {}),
        },
      },
    ],
  },
})

async function withFlow(api: Caller = startManagementApi()) {
  const instance = await api.create('/connectorInstances', {
    name: 'PingOne Authentication',
    connector: { id: 'pingOneAuthenticationConnector' },
  })
  const trigger = { type: 'AUTHENTICATION', subtype: 'CIBA' }
  const flow = await api.create('/flows', { name: 'MyHotels - CIBA', graphData: graph(instance.id), trigger })
  const application = await api.create('/davinciApplications', { name: 'MyHotels' })
  const path = `/davinciApplications/${application.id}/flowPolicies`
  const policyBody = {
    name: 'MyHotels CIBA',
    status: 'enabled',
    flowDistributions: [{ id: flow.id, version: -1, weight: 100 }],
    trigger,
  }
  return { ...api, instance, flow, application, path, policyBody, trigger }
}

describe('flows', () => {
  test('ids are 32 hexadecimal characters', async () => {
    const { instance, flow, application, create, path, policyBody } = await withFlow()
    const policy = await create(path, policyBody)

    for (const { id } of [instance, flow, application, policy]) expect(id).toMatch(/^[0-9a-f]{32}$/)
  })

  test('each save is a version; only deployed ones run', async () => {
    const { call, create, flow, path, policyBody, trigger, environment, instance } = await withFlow()
    const policy = await create(path, policyBody)
    const before = deployedFlow(environment, policy.id)

    const deployed = await call('POST', `/flows/${flow.id}`, {}, deploy)
    const saved = await call('PUT', `/flows/${flow.id}`, {
      name: flow.name,
      graphData: graph(instance.id, 'returnCibaError'),
      trigger,
    })
    const versions = await call('GET', `/flows/${flow.id}/versions`)

    expect(before).toBeUndefined()
    expect(deployed).toMatchObject({ status: 201, body: { currentVersion: 1, publishedVersion: 1 } })
    expect(saved.body).toMatchObject({ currentVersion: 2, publishedVersion: 1 })
    expect(versions.body._embedded.versions.map(({ version }: Json) => version)).toEqual([1, 2])
    expect(deployedFlow(environment, policy.id)?.graphData.elements.nodes[0]?.data.capabilityName).toBe(
      'returnCibaSuccess',
    )
  })

  test('a disabled flow and a disabled policy run nothing', async () => {
    const { call, create, flow, path, policyBody, environment } = await withFlow()
    const policy = await create(path, policyBody)
    await call('POST', `/flows/${flow.id}`, {}, deploy)

    await call('PUT', `/flows/${flow.id}/enabled`, { enabled: false })
    const flowOff = deployedFlow(environment, policy.id)
    await call('PUT', `/flows/${flow.id}/enabled`, { enabled: true })
    const on = deployedFlow(environment, policy.id)
    await call('PUT', `${path}/${policy.id}`, { ...policyBody, status: 'disabled' })
    const policyOff = deployedFlow(environment, policy.id)

    expect([flowOff, on?.id, policyOff]).toEqual([undefined, flow.id, undefined])
  })

  test.each([
    [
      'a connection that does not exist',
      graph('0123456789abcdef0123456789abcdef'),
      'graphData.elements.nodes[0].data.connectionId',
    ],
    [
      'a connector that does not exist',
      { elements: { nodes: [{ data: { id: 'a', nodeType: 'CONNECTION', connectorId: 'magicConnector' } }] } },
      'graphData.elements.nodes[0].data.connectorId',
    ],
    ['a node without data', { elements: { nodes: [{}] } }, 'graphData.elements.nodes[0].data'],
  ])('a node with %s is refused', async (_, graphData, target) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/flows', { name: 'Flow', graphData })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target }))
  })

  test('what the schema does not know is stored without a word: settings, properties, capabilities', async () => {
    const { create, call } = startManagementApi()
    const data = {
      id: 'a',
      nodeType: 'CONNECTION',
      connectorId: 'httpConnector',
      capabilityName: 'makeCoffee',
      properties: { sugar: { value: 2 } },
    }
    const evaluator = { id: 'b', nodeType: 'EVAL', connectionId: '', properties: { a: { value: 'approve' } } }

    const flow = await create('/flows', {
      name: 'Flow',
      settings: { cibaFlow: true },
      graphData: { elements: { nodes: [{ data }, { data: evaluator }] } },
    })
    const deployed = await call('POST', `/flows/${flow.id}`, {}, deploy)
    const { body } = await call('GET', `/flows/${flow.id}`)

    expect(deployed.status).toBe(201)
    expect(body.settings).toEqual({ cibaFlow: true })
    expect(body.graphData.elements.nodes.map((node: Json) => node.data)).toEqual([data, evaluator])
  })

  test('a flow without nodes cannot be deployed', async () => {
    const { call, create } = startManagementApi()
    const flow = await create('/flows', { name: 'Flow' })

    const reply = await call('POST', `/flows/${flow.id}`, {}, deploy)

    expect(reply).toEqual(envelope(400, 'REQUEST_FAILED'))
  })
})

describe('flow policies', () => {
  test('PingOne shows and assigns policies with a trigger only', async () => {
    const { call, create, list, path, policyBody } = await withFlow()
    const policy = await create(path, policyBody)
    const hidden = await create(path, { ...policyBody, name: 'No PingOne flow', trigger: undefined })
    const { id } = await create('/applications', webApplication())
    const assign = (flowPolicyId: string) =>
      call('POST', `/applications/${id}/flowPolicyAssignments`, {
        flowPolicy: { id: flowPolicyId },
        priority: 1,
      })

    const visible = await list('/flowPolicies')
    const refused = await assign(hidden.id)
    const assigned = await assign(policy.id)

    expect(visible).toEqual([
      expect.objectContaining({
        id: policy.id,
        enabled: true,
        application: expect.objectContaining({ name: 'MyHotels' }),
        trigger: { type: 'AUTHENTICATION', subtype: 'CIBA' },
      }),
    ])
    expect(refused).toEqual(envelope(400, 'INVALID_DATA', { target: 'flowPolicy.id' }))
    expect(assigned.status).toBe(201)
  })

  test.each([
    ['an unknown flow', { flowDistributions: [{ id: 'none', version: -1 }] }, 'flowDistributions[0].id'],
    ['the trigger of a login', { trigger: { type: 'AUTHENTICATION' } }, 'flowDistributions[0].id'],
    ['no distribution', { flowDistributions: [] }, 'flowDistributions'],
  ])('%s is refused', async (_, changes, target) => {
    const { call, path, policyBody } = await withFlow()

    const reply = await call('POST', path, { ...policyBody, ...changes })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target }))
  })

  test('a version that does not exist is refused', async () => {
    const { call, path, policyBody, flow } = await withFlow()

    const reply = await call('POST', path, {
      ...policyBody,
      flowDistributions: [{ id: flow.id, version: 7 }],
    })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: 'flowDistributions[0].version' }))
  })

  test('what is in use cannot be deleted: instance by flow, flow by policy, policy by application', async () => {
    const { call, create, path, policyBody, instance, flow, application } = await withFlow()
    const policy = await create(path, policyBody)
    const { id } = await create('/applications', webApplication())
    await create(`/applications/${id}/flowPolicyAssignments`, { flowPolicy: { id: policy.id }, priority: 1 })
    const steps = [
      `/connectorInstances/${instance.id}`,
      `/flows/${flow.id}`,
      `${path}/${policy.id}`,
      `/davinciApplications/${application.id}`,
    ]

    const early = await Promise.all(steps.map((step) => call('DELETE', step)))
    const inOrder: number[] = []
    for (const step of [
      `/applications/${id}`,
      `/davinciApplications/${application.id}`,
      ...steps.slice(0, 2).toReversed(),
    ]) {
      inOrder.push((await call('DELETE', step)).status)
    }
    const gone = await call('GET', `/flowPolicies/${policy.id}`)

    expect(early.map(({ status, body }) => [status, body.code])).toEqual(
      steps.map(() => [400, 'REQUEST_FAILED']),
    )
    expect(inOrder).toEqual([204, 204, 204, 204])
    expect(gone.status).toBe(404)
  })
})

describe('connectors and DaVinci applications', () => {
  test('the catalogue has the connectors that PingOne flows need', async () => {
    const { call, list } = startManagementApi()

    const connectors = await list('/connectors')
    const one = await call('GET', '/connectors/pingOneSSOConnector')

    expect(connectors.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['httpConnector', 'pingOneSSOConnector']),
    )
    expect(one.body.name).toBe('PingOne')
  })

  test('an instance of an unknown connector is refused', async () => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/connectorInstances', {
      name: 'Magic',
      connector: { id: 'magicConnector' },
    })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: 'connector.id' }))
  })

  test('an instance of PingOne’s own has a worker’s credentials, whose secret is not shown', async () => {
    const { call, environment } = startManagementApi()

    const own = await call('GET', '/connectorInstances/94141bf2f1b9b59a5f5365ff135e02bb')
    const stored = environment.get('connectorInstances', own.body.id)?.properties as Json
    const worker = environment.get('applications', stored.clientId)

    expect(own.body).toMatchObject({ name: 'PingOne', connector: { id: 'pingOneSSOConnector' } })
    expect(own.body.properties).toEqual({ ...stored, clientSecret: '******' })
    expect(environment.secrets[worker?.id ?? '']?.secret).toBe(stored.clientSecret)
    expect(worker?.name).toBe('PingOne DaVinci Connection')
  })

  test('an instance is replaced with an empty connector id, and shares its name with another', async () => {
    const { call, create } = startManagementApi()
    const body = { name: 'Http', connector: { id: 'httpConnector' } }
    const first = await create('/connectorInstances', body)
    const second = await create('/connectorInstances', body)

    const replaced = await call('PUT', `/connectorInstances/${second.id}`, {
      name: 'Pages',
      connector: { id: '' },
    })

    expect(first.id).not.toBe(second.id)
    expect(replaced.body).toMatchObject({ name: 'Pages', connector: { id: 'httpConnector' } })
  })

  test('key and secret are made here, kept by PUT, and rotated by their own paths', async () => {
    const { call, application } = await withFlow()
    const path = `/davinciApplications/${application.id}`
    const rotation = (name: string) => ({
      mediaType: `application/vnd.pingidentity.davinciApplication.rotate${name}+json`,
    })

    const put = await call('PUT', path, {
      name: 'MyHotels',
      oauth: { redirectUris: ['https://example.com'] },
    })
    const key = await call('POST', `${path}/key`, {}, rotation('Key'))
    const secret = await call('POST', `${path}/secret`, {}, rotation('Secret'))

    expect(put.body.apiKey).toEqual(application.apiKey)
    expect(put.body.oauth.clientSecret).toBe(application.oauth.clientSecret)
    expect(key.body.apiKey.value).not.toBe(application.apiKey.value)
    expect(secret.body.oauth.clientSecret).not.toBe(application.oauth.clientSecret)
  })
})
