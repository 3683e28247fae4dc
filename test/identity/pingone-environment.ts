// A local PingOne in this process, time that only passes when someone sleeps, and ways to break calls.
import { randomUUID } from 'node:crypto'
import type { Journal } from '../../lambdas/identity/reconcile/journal.ts'
import {
  createManagementClient,
  type ManagementClient,
} from '../../lambdas/identity/reconcile/management-client.ts'
import type { Finding } from '../../lambdas/identity/reconcile/preflight/check.ts'
import { type Prepared, prepare } from '../../lambdas/identity/reconcile/prepare.ts'
import type { Plan, Step } from '../../lambdas/identity/reconcile/reconcile.ts'
import { defaultSettings, type Settings } from '../../lambdas/identity/settings.ts'
import { PingOneEnvironment } from '../../local/pingone/environment.ts'
import { createManagementApi, type Observation } from '../../local/pingone/management/api.ts'
import type { ManagementOptions } from '../../local/pingone/management/operation.ts'
import { seedEnvironment } from '../../local/pingone/management/seed.ts'

export const environmentId = '5d3f4c0a-1111-4111-8111-000000000001'
const organizationId = '5d3f4c0a-2222-4222-8222-000000000002'
export const worker = { clientId: '5d3f4c0a-3333-4333-8333-000000000003', clientSecret: 'a worker secret' }
export const apiUrl = 'http://127.0.0.1:1/v1'
export const authUrl = 'http://127.0.0.1:2'
export const issuer = `${authUrl}/${environmentId}/as`

/** Answers in place of a call, or lets it pass; `proceed` carries it out. */
export type Intervention = (request: Request, proceed: () => Promise<Response>) => Promise<Response>

export type TestPingOne = ReturnType<typeof createTestPingOne>

export function createTestPingOne(
  options: ManagementOptions & {
    observe?: (observation: Observation) => void
    /** How the Trust Framework's service reaches introspection. */
    introspect?: (request: Request) => Promise<Response>
    /** The roles of the worker by name. */
    roles?: readonly string[]
  } = {},
) {
  const { observe, introspect, roles, ...managementOptions } = options
  const environment = new PingOneEnvironment({ environmentId, organizationId })
  seedEnvironment(environment, { worker, ...(roles ? { roles } : {}) })
  let now = Date.parse('2026-11-23T09:00:00Z')
  const clock = () => now
  const api = createManagementApi({
    environment,
    baseUrl: apiUrl,
    authUrl,
    clock,
    verifyWorkerToken: async (token) =>
      token === 'worker-token' ? { clientId: worker.clientId } : undefined,
    options: managementOptions,
    ...(observe ? { observe } : {}),
    ...(introspect ? { fetch: (input, init) => introspect(new Request(input, init)) } : {}),
  })
  const counters = { calls: 0, writes: 0, tokens: 0 }
  let intervene: Intervention | undefined

  async function answer(request: Request): Promise<Response> {
    if (new URL(request.url).origin === authUrl) {
      counters.tokens += 1
      return Response.json({ access_token: 'worker-token', token_type: 'Bearer', expires_in: 3600 })
    }
    return api(request)
  }

  async function fetchPingOne(request: Request): Promise<Response> {
    const isManagement = new URL(request.url).origin !== authUrl
    if (isManagement) {
      counters.calls += 1
      if (request.method !== 'GET') counters.writes += 1
    }
    return intervene ? intervene(request, () => answer(request)) : answer(request)
  }

  const sleep = async (milliseconds: number) => {
    now += milliseconds
  }

  function createClient(deadline: () => number = () => Number.POSITIVE_INFINITY): ManagementClient {
    return createManagementClient({
      apiUrl,
      authUrl,
      environmentId,
      worker: { ...worker, environmentId },
      fetch: fetchPingOne,
      clock,
      sleep,
      random: () => 0.5,
      requestTimeout: 10_000,
      deadline,
    })
  }

  function resetCounters() {
    counters.calls = 0
    counters.writes = 0
    counters.tokens = 0
  }

  async function prepareRun(
    run: { settings?: Settings; journal?: Journal; client?: ManagementClient } = {},
  ): Promise<Prepared & { reported: Step[]; told: Finding[] }> {
    const reported: Step[] = []
    const told: Finding[] = []
    const prepared = await prepare({
      client: run.client ?? createClient(),
      settings: run.settings ?? defaultSettings,
      issuer,
      workerClientId: worker.clientId,
      clock,
      report: (step) => reported.push(step),
      reportFindings: (findings) => told.push(...findings),
      ...(run.journal ? { journal: run.journal } : {}),
    })
    return { ...prepared, reported, told }
  }

  return {
    environment,
    api,
    fetch: fetchPingOne,
    clock,
    sleep,
    counters,
    resetCounters,
    createClient,
    prepareRun,
    async apply(
      run: Parameters<typeof prepareRun>[0] = {},
    ): Promise<Plan & Awaited<ReturnType<typeof prepareRun>>> {
      const prepared = await prepareRun(run)
      return { ...prepared, ...(await prepared.reconciler.apply()) }
    },
    async verify(
      run: Parameters<typeof prepareRun>[0] = {},
    ): Promise<Plan & Awaited<ReturnType<typeof prepareRun>>> {
      const prepared = await prepareRun(run)
      return { ...prepared, ...(await prepared.reconciler.plan()) }
    },
    intervene(how: Intervention | undefined) {
      intervene = how
    },
    passTime(milliseconds: number) {
      now += milliseconds
    },
    /** Someone works in the console, with all rights. */
    async byHand(method: string, path: string, body?: unknown, mediaType = 'application/json') {
      const response = await api(
        new Request(`${apiUrl}/environments/${environmentId}/${path}`, {
          method,
          headers: { authorization: 'Bearer worker-token', 'content-type': mediaType },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      )
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return text === '' ? undefined : (JSON.parse(text) as { id: string; [member: string]: unknown })
    },
    image: () => imageOf(environment),
  }
}

/** What someone who looks at the environment sees; the policy editor's history is not part of it. */
export function imageOf(environment: PingOneEnvironment): unknown {
  const collections = [
    'applications',
    'resources',
    'groups',
    'users',
    'populations',
    'signOnPolicies',
    'decisionEndpoints',
    'authorizationAttributes',
    'authorizationServices',
    'authorizationConditions',
    'authorizationProcessors',
    'authorizationPolicies',
    'authorizationRules',
    'authorizationStatements',
    'connectorInstances',
    'flows',
    'davinciApplications',
    'flowPolicies',
    'templateContents',
    'notificationsPolicies',
  ]
  const children = [
    'scopes',
    'attributes',
    'grants',
    'roleAssignments',
    'signOnPolicyAssignments',
    'flowPolicyAssignments',
    'actions',
  ]
  const seen: Record<string, unknown> = {}
  for (const collection of collections) {
    for (const item of environment.list(collection)) {
      // A change and its undoing leave a trace in the history of what holds the changed.
      const { version, updatedAt, ...members } = item
      seen[`${collection} ${item.id}`] = structuredClone(members)
      for (const child of children) {
        const below = environment.children(child, item.id)
        if (below.length > 0) seen[`${collection} ${item.id} ${child}`] = structuredClone(below)
      }
    }
  }
  const tags = environment.list('authorizationVersions').filter(({ tag }) => tag !== undefined)
  return { ...seen, tags: structuredClone(tags) }
}

export const newId = randomUUID
