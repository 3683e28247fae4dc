// Every request that the reconciler sends and every answer of the local PingOne, held against what PingOne's published
// OpenAPI documents say.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { destroy } from '../../../lambdas/identity/reconcile/destroy.ts'
import type { Observation } from '../../../local/pingone/management/api.ts'
import { createCustomResource, settings } from '../custom-resource.ts'
import { createTestPingOne } from '../pingone-environment.ts'
import { contractFile, readContractFile, writeContract } from './contract-file.ts'
import { deriveContract } from './derive-contract.ts'
import { actionSuffix, offeredOperations, shapeOf } from './offered-operations.ts'
import { type Exchange, readContract } from './read-contract.ts'

/** Where the documents are known to lag behind the service. Nothing else may differ. */
const knownGaps: { reason: string; operation: RegExp; problem: RegExp }[] = [
  {
    reason: 'a write of a policy demands the type, which the document has in the creation alone',
    operation: /^PUT .*authorizationPolicies/,
    problem: /request \/ must NOT have unevaluated properties {"unevaluatedProperty":"type"}/,
  },
]

/** The document does not know agents; all else about one is as with a web application. */
function withoutAgents<T>(body: T): T {
  const application = body as { type?: unknown } | undefined
  return application?.type === 'AI_AGENT' ? { ...body, type: 'WEB_APP' } : body
}

const isKnown = (name: string, problem: string) =>
  knownGaps.some((gap) => gap.operation.test(name) && gap.problem.test(problem))

async function observeEverything(): Promise<Observation[]> {
  const observations: Observation[] = []
  const pingOne = createTestPingOne({
    observe: (observation) => observations.push(observation),
    largestPage: 20,
  })
  const { send } = createCustomResource(pingOne)
  const { PhysicalResourceId } = await send('Create')
  await pingOne.verify()
  // Something of each kind to change and to delete.
  const other = {
    ...settings,
    audiences: { mcp: 'another-mcp', hotelApi: 'another-api' },
    connector: { redirectUris: ['https://chatgpt.com/connector/oauth/another'] },
  }
  await send('Update', { Settings: JSON.stringify(other) }, PhysicalResourceId)
  const { environment } = pingOne
  const tamper = (collection: string, change: object) => {
    for (const item of environment.list(collection)) {
      if (JSON.stringify(item).includes('MyHotels')) environment.put(collection, { ...item, ...change })
    }
  }
  tamper('groups', { description: 'Managed by MyHotels, but otherwise' })
  tamper('signOnPolicies', { description: 'Managed by MyHotels, but otherwise' })
  tamper('authorizationServices', { description: 'Managed by MyHotels, but otherwise' })
  tamper('authorizationStatements', { payload: 'x' })
  tamper('authorizationAttributes', { description: 'Managed by MyHotels, but otherwise' })
  tamper('templateContents', { subject: 'x' })
  tamper('notificationsPolicies', { quotas: [] })
  tamper('connectorInstances', { properties: {} })
  tamper('flows', { settings: {} })
  tamper('flowPolicies', { status: 'disabled' })
  for (const application of environment.list('applications')) {
    for (const grant of environment.children('grants', application.id)) {
      environment.putChild('grants', application.id, { ...grant, scopes: [] })
    }
    for (const collection of ['signOnPolicyAssignments', 'flowPolicyAssignments']) {
      for (const assignment of environment.children(collection, application.id)) {
        environment.putChild(collection, application.id, { ...assignment, priority: 7 })
      }
    }
  }
  for (const policy of environment.list('signOnPolicies')) {
    if (policy.name !== 'MyHotels_Login') continue
    for (const action of environment.children('actions', policy.id)) {
      environment.putChild('actions', policy.id, { ...action, registration: { enabled: true } })
    }
  }
  await send('Update', {}, PhysicalResourceId)
  await destroy({ client: pingOne.createClient(), clock: pingOne.clock })
  return observations
}

describe('the exchanges with PingOne', () => {
  test('are as the OpenAPI documents describe them', async () => {
    const contract = readContract()
    const observations = await observeEverything()
    const unanswered = observations.filter(({ operation }) => operation === undefined)
    expect(unanswered.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    const exchanges = observations.flatMap((observation): Exchange[] =>
      observation.operation === undefined ? [] : [{ ...observation, operation: observation.operation }],
    )
    const problems = exchanges.flatMap((exchange) =>
      contract
        .check({
          ...exchange,
          requestBody: withoutAgents(exchange.requestBody),
          responseBody: withoutAgents(exchange.responseBody),
        })
        .filter((problem) => !isKnown(`${exchange.method} ${exchange.operation}`, problem))
        .map((problem) => `${exchange.method} ${exchange.operation} ${exchange.status}: ${problem}`),
    )
    expect([...new Set(problems)]).toEqual([])

    const described = (exchange: Exchange) => contract.describes(exchange) !== undefined
    const namesOf = (some: Exchange[]) =>
      new Set(
        some.map(
          ({ method, operation, mediaType }) => `${method} ${shapeOf(operation)}${actionSuffix(mediaType)}`,
        ),
      )
    // Nothing hides behind a path that no document describes, beyond what is known to be undescribed.
    const undescribed = readContractFile().undescribed.map(shapeOf)
    const unexpected = [...namesOf(exchanges.filter((exchange) => !described(exchange)))].filter(
      (name) => !undescribed.includes(name),
    )
    expect(unexpected).toEqual([])
    expect(namesOf(exchanges.filter(described)).size).toBeGreaterThan(70)
  })
})

describe('the committed contract', () => {
  test('is about every operation that the local PingOne offers', () => {
    const { documents, undescribed } = readContractFile()
    const known = new Set([
      ...documents.flatMap(({ paths }) =>
        Object.entries(paths).flatMap(([path, operations]) =>
          Object.keys(operations).map((method) => `${method.toUpperCase()} ${shapeOf(path)}`),
        ),
      ),
      ...undescribed.map(shapeOf),
    ])

    const unknown = offeredOperations()
      .map(({ method, path }) => `${method} ${shapeOf(path)}`)
      .filter((name) => !known.has(name) && !known.has(name.split('#')[0] ?? ''))

    // `npm run contract` takes them up.
    expect(unknown).toEqual([])
  })

  test('names the document, version, licence and digest of all that it took over', () => {
    for (const { provenance } of readContractFile().documents) {
      expect(provenance).toEqual({
        name: expect.stringMatching(/^[a-z-]+$/),
        source: expect.stringMatching(/^github\.com\/.+openapi\.yaml/),
        commit: expect.stringMatching(/^[0-9a-f]{40}$/),
        version: expect.stringMatching(/^\d{4}/),
        licence: expect.stringMatching(/^(BSD-3-Clause|Apache-2\.0)$/),
        copyright: expect.stringMatching(/\w/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
    }
  })

  test('holds facts and no sentences', () => {
    const text = readFileSync(contractFile, 'utf8')

    expect(text).not.toMatch(/"(description|summary|title|example|x-[a-z-]+)":"/)
    expect(text.length).toBeLessThan(600_000)
  })

  const documents = process.env.PINGONE_OPENAPI
  if (documents !== undefined) {
    test('is what the documents in PINGONE_OPENAPI give', () => {
      expect(writeContract(deriveContract(documents))).toBe(readFileSync(contractFile, 'utf8'))
    })
  }
})
