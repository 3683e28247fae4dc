// Every request that the reconciler sends and every answer of the local PingOne, held against PingOne's published
// OpenAPI documents.
import { describe, expect, test } from '@jest/globals'
import { destroy } from '../../lambdas/identity/reconcile/destroy.ts'
import type { Observation } from '../../local/pingone/management/api.ts'
import { createCustomResource, settings } from './custom-resource.ts'
import { type Contract, type Exchange, hasDocuments, readContract } from './openapi-documents.ts'
import { createTestPingOne } from './pingone-environment.ts'

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

function report(contract: Contract, exchanges: Exchange[]): { covered: string[]; uncovered: string[] } {
  const covered = new Set<string>()
  const uncovered = new Set<string>()
  for (const exchange of exchanges) {
    const action = exchange.mediaType?.includes('vnd.') ? ` (${exchange.mediaType})` : ''
    const name = `${exchange.method} ${exchange.operation.replace('/environments/{environmentID}', '')}${action}`
    const file = contract.describes(exchange)
    if (file === undefined) uncovered.add(name)
    else covered.add(`${name} [${file}]`)
  }
  return { covered: [...covered].sort(), uncovered: [...uncovered].sort() }
}

const when = hasDocuments ? test : test.skip

describe('the exchanges with PingOne', () => {
  if (!hasDocuments) {
    process.stdout.write(
      'Skipped: the OpenAPI documents are not beside this clone, so nothing is held against them.\n',
    )
  }

  when(
    'are as the OpenAPI documents describe them',
    async () => {
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
      const { covered, uncovered } = report(contract, exchanges)
      process.stdout.write(
        [
          `OpenAPI: ${exchanges.length} exchanges, ${covered.length} operations covered, ${uncovered.length} not.`,
          ...covered.map((name) => `  covered      ${name}`),
          ...uncovered.map((name) => `  not covered  ${name}`),
          '',
        ].join('\n'),
      )
      expect([...new Set(problems)]).toEqual([])
      expect(covered.length).toBeGreaterThan(70)
    },
    60_000,
  )
})
