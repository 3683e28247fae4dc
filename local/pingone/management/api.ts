// The Management API and the decision endpoint of the local PingOne, everything under `/v1`.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { ApiError, toErrorResponse, unsupportedMediaType } from './api-error.ts'
import { applications } from './applications/applications.ts'
import { authorizeAdmin } from './authorize/admin.ts'
import { decisionEndpoints } from './authorize/decision-endpoints.ts'
import { latestVersion } from './authorize/framework.ts'
import { readJson } from './body.ts'
import { requireAuthorizeAdminApi } from './checks/require-authorize-admin-api.ts'
import { createConsistencyCheck } from './checks/require-consistency.ts'
import { requireEnvironment } from './checks/require-environment.ts'
import { requireProduct } from './checks/require-product.ts'
import { requireRight } from './checks/require-right.ts'
import { requireWorkerToken, type VerifyWorkerToken } from './checks/require-worker-token.ts'
import { davinci } from './davinci/davinci.ts'
import { forms } from './davinci/forms.ts'
import { variables } from './davinci/variables.ts'
import { groups } from './directory/groups.ts'
import { populations } from './directory/populations.ts'
import { users } from './directory/users.ts'
import { environments } from './environments.ts'
import { deviceAuthenticationPolicies } from './mfa/device-authentication-policies.ts'
import { devices } from './mfa/devices.ts'
import { notifications } from './notifications/notifications.ts'
import type { Call, ManagementContext, ManagementOptions, Operation } from './operation.ts'
import { createRateLimit } from './rate-limit.ts'
import { resources } from './resources/resources.ts'
import { customRoles } from './roles.ts'
import { createRouter } from './router.ts'
import { signOnPolicies } from './sign-on/sign-on-policies.ts'

/** One request and its answer, for tests that compare them with the published specifications. */
export type Observation = {
  method: string
  /** Below `/v1`. */
  path: string
  /** Names and values of the query. */
  query: [string, string][]
  /** The operation's path with variables, such as `/environments/{environmentID}/groups`; none at the gateway. */
  operation: string | undefined
  mediaType: string | undefined
  requestBody: unknown
  status: number
  responseBody: unknown
  clientId: string | undefined
}

export type { ManagementOptions, VerifyWorkerToken }

export type ManagementApiDependencies = {
  environment: PingOneEnvironment
  /** The URL that this API is reached at, with `/v1`. */
  baseUrl: string
  /** The URL of the authorization server, without the environment. */
  authUrl: string
  clock: Clock
  /** Who a bearer token of this environment belongs to; undefined refuses it. */
  verifyWorkerToken: VerifyWorkerToken
  observe?: (observation: Observation) => void
  /** How HTTP services of the Trust Framework are called. */
  fetch?: typeof fetch
  options?: ManagementOptions
}

/** All that the API offers. */
export function managementOperations(context: ManagementContext): Operation[] {
  return [
    ...environments(context),
    ...customRoles(context),
    ...applications(context),
    ...resources(context),
    ...groups(context),
    ...populations(context),
    ...users(context),
    ...signOnPolicies(context),
    ...notifications(context),
    ...davinci(context),
    ...variables(context),
    ...forms(context),
    ...deviceAuthenticationPolicies(context),
    ...devices(context),
    ...decisionEndpoints(context),
    ...authorizeAdmin(context),
  ]
}

/** Builds the API as a function from request to response. It never throws, except what `intercept` throws. */
export function createManagementApi(
  dependencies: ManagementApiDependencies,
): (request: Request) => Promise<Response> {
  const { environment, clock, options = {}, observe } = dependencies
  const consistency = createConsistencyCheck(options.callsUntilConsistent ?? 1)
  const base = new URL(dependencies.baseUrl)
  const basePath = base.pathname.replace(/\/$/, '')
  // Goes on from what is stored, also when the clock went back or stands still.
  let latest = Date.parse(String(latestVersion(environment)?.createdAt)) || 0
  const context: ManagementContext = {
    environment,
    baseUrl: `${base.origin}${basePath}`,
    authUrl: dependencies.authUrl,
    clock,
    fetch: dependencies.fetch ?? fetch,
    options,
    newId: randomUUID,
    timestamp() {
      latest = Math.max(latest + 1, clock())
      return new Date(latest).toISOString()
    },
    created: consistency.created,
  }
  const route = createRouter(managementOperations(context))
  const limit = createRateLimit(clock, options.requestsPerMinute)
  const checks = [
    requireEnvironment,
    requireProduct,
    requireAuthorizeAdminApi,
    requireRight,
    consistency.requireConsistency,
  ]

  return async function handle(request) {
    const intercepted = await options.intercept?.(request.clone())
    if (intercepted) return intercepted
    const url = new URL(request.url)
    const observed: Partial<Observation> = {}
    const response = await answer(request, url, observed)
    if (observe) {
      const text = await response.clone().text()
      observe({
        method: request.method,
        path: url.pathname.slice(basePath.length),
        query: [...url.searchParams],
        operation: observed.operation,
        mediaType: mediaTypeOf(request),
        requestBody: observed.requestBody,
        status: response.status,
        responseBody: text === '' ? undefined : JSON.parse(text),
        clientId: observed.clientId,
      })
    }
    return response
  }

  async function answer(request: Request, url: URL, observed: Partial<Observation>): Promise<Response> {
    try {
      const path = url.pathname.startsWith(`${basePath}/`) ? url.pathname.slice(basePath.length) : undefined
      const mediaType = mediaTypeOf(request)
      const found = path === undefined ? undefined : route(request.method, path, mediaType)
      if (path === undefined || found === undefined) return refuseAtGateway()
      observed.operation = found.operation.path
      limit()
      const { clientId } = await requireWorkerToken(request, dependencies.verifyWorkerToken)
      observed.clientId = clientId
      const body =
        request.method === 'GET' || request.method === 'DELETE' ? undefined : await readJson(request)
      observed.requestBody = body
      if (body !== undefined && mediaType === undefined)
        throw unsupportedMediaType(undefined, ['application/json'])
      const call: Call = {
        method: request.method,
        path,
        variables: found.variables,
        query: url.searchParams,
        mediaType,
        body,
        clientId,
      }
      for (const check of checks) check(context, found.operation, call)
      const result = await found.operation.handle(call)
      // What is answered must outlive this process.
      environment.save()
      const headers = { 'correlation-id': randomUUID(), ...result.headers }
      return result.body === undefined
        ? new Response(null, { status: result.status, headers })
        : Response.json(result.body, {
            status: result.status,
            headers: { ...headers, 'content-type': answerMediaType(request) },
          })
    } catch (error) {
      if (error instanceof ApiError) return toErrorResponse(error)
      console.error(error)
      return toErrorResponse(new ApiError(500, 'UNEXPECTED_ERROR', 'An unexpected error occurred.'))
    }
  }
}

/** HAL unless the caller asks for plain JSON. */
function answerMediaType(request: Request): string {
  const accept = request.headers.get('accept') ?? ''
  return accept.includes('application/json') && !accept.includes('hal')
    ? 'application/json'
    : 'application/hal+json'
}

function mediaTypeOf(request: Request): string | undefined {
  const value = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  return value === '' ? undefined : value
}

/**
 * What the cloud gateway in front of PingOne says to a path or method that does not exist: a complaint about the
 * Authorization header, in a shape of its own and without a correlation id.
 */
function refuseAtGateway(): Response {
  return Response.json(
    { message: 'Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256).' },
    { status: 403, headers: { 'x-amzn-errortype': 'IncompleteSignatureException' } },
  )
}
