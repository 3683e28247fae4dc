// A Management API over a fresh environment, and a caller that speaks to it as the set-up worker.
import { expect } from '@jest/globals'
import type { Clock } from '../../../../lambdas/clock.ts'
import { PingOneEnvironment } from '../../../../local/pingone/environment.ts'
import {
  createManagementApi,
  type ManagementOptions,
  type Observation,
} from '../../../../local/pingone/management/api.ts'
import { seedEnvironment } from '../../../../local/pingone/management/seed.ts'

export const environmentId = '11111111-1111-4111-8111-111111111111'
export const organizationId = '22222222-2222-4222-8222-222222222222'
export const workerId = '33333333-3333-4333-8333-333333333333'
export const baseUrl = 'http://127.0.0.1:4121/v1'

// biome-ignore lint/suspicious/noExplicitAny: the answers are JSON of many shapes, and each test asserts its own
export type Json = any

export type Reply = { status: number; body: Json; headers: Headers }

export type Caller = {
  environment: PingOneEnvironment
  observations: Observation[]
  /** Calls a path below the environment, or below `/v1` when it starts with `//`. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Reply>
  /** Creates and gives back the body; fails on any other status than success. */
  create(path: string, body: unknown, mediaType?: string): Promise<Json>
  /** The members of a list. */
  list(path: string): Promise<Json[]>
}

type CallOptions = { mediaType?: string; token?: string; text?: string; headers?: Record<string, string> }

export function startManagementApi(
  options: ManagementOptions & {
    clock?: Clock
    roles?: readonly string[]
    fetch?: typeof fetch
    file?: string
  } = {},
): Caller {
  const { clock = () => 1_795_435_200_000, roles, fetch: fetchService, file, ...rest } = options
  const environment = new PingOneEnvironment({
    environmentId,
    organizationId,
    ...(file === undefined ? {} : { file }),
  })
  seedEnvironment(environment, {
    worker: { clientId: workerId, clientSecret: 'worker secret' },
    clock,
    ...(roles ? { roles } : {}),
  })
  const observations: Observation[] = []
  const api = createManagementApi({
    environment,
    baseUrl,
    authUrl: 'http://127.0.0.1:4120',
    clock,
    // In tests a token is the id of the application that it belongs to.
    verifyWorkerToken: (token) => (environment.get('applications', token) ? { clientId: token } : undefined),
    observe: (observation) => observations.push(observation),
    ...(fetchService ? { fetch: fetchService } : {}),
    // Most tests are not about eventual consistency.
    options: { callsUntilConsistent: 0, ...rest },
  })

  async function call(method: string, path: string, body?: unknown, each: CallOptions = {}): Promise<Reply> {
    const text = each.text ?? (body === undefined ? undefined : JSON.stringify(body))
    const url = path.startsWith('//')
      ? `${baseUrl}${path.slice(1)}`
      : `${baseUrl}/environments/${environmentId}${path}`
    const response = await api(
      new Request(url, {
        method,
        headers: {
          authorization: `Bearer ${each.token ?? workerId}`,
          ...(text === undefined && each.mediaType === undefined
            ? {}
            : { 'content-type': each.mediaType ?? 'application/json' }),
          ...each.headers,
        },
        ...(text === undefined ? {} : { body: text }),
      }),
    )
    const answer = await response.text()
    return {
      status: response.status,
      body: answer === '' ? undefined : JSON.parse(answer),
      headers: response.headers,
    }
  }

  return {
    environment,
    observations,
    call,
    async create(path, body, mediaType) {
      const reply = await call('POST', path, body, mediaType ? { mediaType } : {})
      if (reply.status >= 300)
        throw new Error(`${reply.status} to POST ${path}: ${JSON.stringify(reply.body)}`)
      return reply.body
    },
    async list(path) {
      const { status, body } = await call('GET', path)
      if (status !== 200) throw new Error(`${status} to GET ${path}: ${JSON.stringify(body)}`)
      return Object.values(body._embedded)[0] as Json[]
    },
  }
}

/** An application that every rule accepts, with changes. */
export const webApplication = (changes: object = {}) => ({
  name: 'MyHotels Web',
  enabled: true,
  type: 'WEB_APP',
  protocol: 'OPENID_CONNECT',
  grantTypes: ['AUTHORIZATION_CODE'],
  responseTypes: ['CODE'],
  redirectUris: ['https://chatgpt.com/connector/oauth/example'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  ...changes,
})

export const workerApplication = (changes: object = {}) => ({
  name: 'MyHotels Worker',
  enabled: true,
  type: 'WORKER',
  protocol: 'OPENID_CONNECT',
  grantTypes: ['CLIENT_CREDENTIALS'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  assignActorRoles: false,
  ...changes,
})

export const envelope = (status: number, code: string, ...details: object[]) => ({
  status,
  body: expect.objectContaining({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    code,
    message: expect.stringMatching(/./),
    ...(details.length > 0 ? { details: details.map((detail) => expect.objectContaining(detail)) } : {}),
  }),
  headers: expect.anything(),
})
