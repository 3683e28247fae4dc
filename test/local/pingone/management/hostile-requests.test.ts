import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { startManagementApi, webApplication, workerId } from './start-management-api.ts'

const hexId = '0123456789abcdef0123456789abcdef'
const json = 'application/json'
const targets: [string, string, string][] = [
  ['POST', '/applications', json],
  ['PUT', `/applications/${workerId}`, json],
  ['POST', `/applications/${workerId}/grants`, json],
  ['POST', `/applications/${workerId}/roleAssignments`, json],
  ['POST', `/applications/${workerId}/secret`, json],
  ['POST', '/resources', json],
  ['POST', '/groups', json],
  ['POST', '/users', json],
  ['POST', '/users', 'application/vnd.pingidentity.user.import+json'],
  ['POST', '/populations', json],
  ['PUT', '/billOfMaterials', json],
  ['POST', '/signOnPolicies', json],
  ['POST', '/templates/general/contents', json],
  ['POST', '/notificationsPolicies', json],
  ['POST', '/connectorInstances', json],
  ['POST', '/flows', json],
  ['POST', `/flows/${hexId}`, 'application/vnd.pingidentity.flow.deploy+json'],
  ['POST', '/davinciApplications', json],
  ['POST', '/forms', json],
  ['POST', '/decisionEndpoints', json],
  ['POST', '/authorizationAttributes', json],
  ['POST', '/authorizationServices', json],
  ['POST', '/authorizationConditions', json],
  ['POST', '/authorizationProcessors', json],
  ['POST', '/authorizationPolicies', json],
  ['POST', '/authorizationRules', json],
  ['POST', '/authorizationStatements', json],
]

/** Values that look right often enough to get past the first check. */
const plausible = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'WEB_APP',
      'POLICY',
      'RULE',
      'COMPARISON',
      'AND',
      'HTTP',
      'REQUEST',
      'Email',
      'LOGIN',
      'en',
      'EQUALS',
      workerId,
      '{{x}}',
      '__proto__',
      '',
      'CUSTOM',
      'AUTHENTICATION',
    ),
    fc.jsonValue({ maxDepth: 2 }),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.constantFrom(
      'id',
      'name',
      'type',
      'value',
      'valueType',
      'resolvers',
      'children',
      'condition',
      'conditions',
      'left',
      'right',
      'comparator',
      'statements',
      'attributes',
      'effectSettings',
      'combiningAlgorithm',
      'algorithm',
      'serviceType',
      'serviceSettings',
      'authentication',
      'url',
      'verb',
      'graphData',
      'elements',
      'nodes',
      'data',
      'trigger',
      'role',
      'scope',
      'scopes',
      'resource',
      'grantTypes',
      'redirectUris',
      'products',
      'quotas',
      'email',
      'username',
      'population',
      'enabled',
      'parent',
      'payload',
      'code',
      'previous',
      '__proto__',
      'constructor',
    ),
    tie('value'),
    { maxKeys: 8 },
  ),
}))

const isEnvelope = (body: unknown) =>
  expect(body).toEqual(
    expect.objectContaining({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.stringMatching(/./),
    }),
  )

describe('hostile requests', () => {
  test.each(targets)(
    '%s %s (%s) answers success or a well-formed refusal',
    async (method, path, mediaType) => {
      const { call } = startManagementApi()

      await fc.assert(
        fc.asyncProperty(fc.oneof(plausible.object, fc.jsonValue()), async (body) => {
          const reply = await call(method, path, body, { mediaType })

          expect(reply.status).toBeLessThan(500)
          if (reply.status >= 400) isEnvelope(reply.body)
        }),
        { numRuns: 60 },
      )
    },
  )

  test('members of a good body changed at random never break the API', async () => {
    const { call } = startManagementApi()

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(webApplication())),
        fc.jsonValue(),
        async (member, value) => {
          const reply = await call('POST', '/applications', webApplication({ [member]: value }))

          expect([201, 400]).toContain(reply.status)
          if (reply.status === 400) isEnvelope(reply.body)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('ids and words in paths lead nowhere but to objects', async () => {
    const { call } = startManagementApi()
    const part = fc.oneof(
      fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        '..',
        '.',
        '%2e%2e',
        '%00',
        workerId,
        hexId,
        'general',
      ),
      fc.string({ maxLength: 20 }).map(encodeURIComponent),
    )
    const collection = fc.constantFrom(
      'applications',
      'users',
      'groups',
      'flows',
      'connectors',
      'templates',
      'authorizationPolicies',
      'flowPolicies',
    )
    await fc.assert(
      fc.asyncProperty(collection, part, fc.option(part), async (name, first, second) => {
        const reply = await call('GET', `/${name}/${first}${second === null ? '' : `/${second}`}`)

        expect([200, 403, 404]).toContain(reply.status)
        if (reply.status === 404) isEnvelope(reply.body)
      }),
      { numRuns: 300 },
    )
  })

  test('decision parameters of any name and value are decided or refused', async () => {
    const { call, create } = startManagementApi()
    const endpoint = await create('/decisionEndpoints', {
      name: 'MCP',
      description: '',
      recordRecentRequests: true,
    })

    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })), async (parameters) => {
        const reply = await call('POST', `/decisionEndpoints/${endpoint.id}`, { parameters })

        const scalar = Object.values(parameters).every((value) => value !== null && typeof value !== 'object')
        expect(reply.status).toBe(scalar ? 200 : 400)
        if (!scalar) isEnvelope(reply.body)
      }),
    )
  })

  test('nothing that was sent changes what objects are made of', async () => {
    const { call } = startManagementApi()

    await call('POST', '/groups', undefined, { text: '{"name":"a","__proto__":{"polluted":true}}' })
    await call('POST', '/connectorInstances', undefined, {
      text: '{"name":"a","connector":{"id":"httpConnector"},"properties":{"__proto__":{"polluted":true}}}',
    })

    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
