// The authorization server as a listener for HTTP: PingOne's paths, error envelope and correlation ids around
// oidc-provider, and the endpoints that oidc-provider cannot serve in PingOne's way.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Context } from 'oidc-provider'
import type { Clock } from '../../../lambdas/clock.ts'
import { readBody } from '../../http/read-body.ts'
import { safeListener, sendResponse, urlOf, webHeaders } from '../../http/web-listener.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { flowPage } from '../pages/flow-page.ts'
import { messagePage } from '../pages/message-page.ts'
import { addIdTokenClaims } from './add-id-token-claims.ts'
import { type Approvals, createApprovals } from './approvals.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { authenticateApplication, readCredentials, takes } from './authenticate-caller.ts'
import { cibaGrant, findApplication, verifiedAssertion } from './client-metadata.ts'
import { createProvider } from './create-provider.ts'
import { describeServer } from './describe-server.ts'
import { adaptParameters, type Incoming, parseForm, replay } from './incoming-request.ts'
import { introspect } from './introspect.ts'
import { oauthError, oauthErrorResponse, translateError } from './oauth-error.ts'
import { createIssuedTokenReader } from './read-issued-token.ts'
import { refuseCredentials } from './refuse-token-request.ts'
import { revoke } from './revoke.ts'
import { signIn } from './sign-in.ts'
import { signOff } from './sign-off.ts'
import { checkPassword, passwordCheck, readFlow, resumeFlow } from './sign-on-flow.ts'
import { readSigningKeys } from './signing-keys.ts'
import { userInfo } from './user-info.ts'

/** Seconds that PingOne asks CIBA clients to wait between two polls. */
export const pollInterval = 2

/** PingOne takes pushed requests of up to 1 MB; nothing here is larger. */
const largestBody = 1024 * 1024

const withClientAuthentication = new Set(['token', 'cibaAuthorization', 'par'])
const providerRoutes = new Set(['authorize', 'token', 'jwks', 'par', 'cibaAuthorization'])

export type AuthorizationServer = {
  issuer: string
  approvals: Approvals
  listener: RequestListener
  /** The application that a token for the Management API was given to. */
  verifyWorkerToken(token: string): Promise<{ clientId: string } | undefined>
}

export function createAuthorizationServer(options: {
  environment: PingOneEnvironment
  store: ArtifactStore
  clock: Clock
  /** `http://127.0.0.1:<port>` */
  authUrl: string
  managementAudience: string
  /** Seconds. @default 120 */
  cibaExpiresIn?: number
  log?: (line: string) => void
}): AuthorizationServer {
  const { environment, store, clock, managementAudience } = options
  const issuer = `${options.authUrl}/${environment.id}/as`
  const log = options.log ?? (() => {})
  const keys = readSigningKeys(environment)
  const readIssuedToken = createIssuedTokenReader({ issuer, keys, store, clock })
  const linkPath = `/${environment.id}/davinci/continue`
  const approvals = createApprovals({
    environment,
    store,
    clock,
    provider: () => provider,
    linkTo: (challenge) => `${options.authUrl}${linkPath}?challenge=${encodeURIComponent(challenge)}`,
    log,
  })
  const arrived = new WeakMap<IncomingMessage, Incoming>()
  const provider: Provider = createProvider(issuer, {
    environment,
    store,
    clock,
    keys,
    approvals,
    readIssuedToken,
    managementAudience,
    cibaExpiresIn: options.cibaExpiresIn ?? 120,
    signInUrl: `${options.authUrl}/${environment.id}/signon/`,
    requestedResources: (ctx) => arrived.get(ctx.req)?.resources ?? [],
    async renderError(ctx, error) {
      const page = messagePage({
        title: 'This sign-in cannot start',
        message: `The app asked for it in a way that PingOne refuses: ${error.error_description ?? error.error}. Go back to the app; if it happens again, its settings are wrong.`,
        correlationId: arrived.get(ctx.req)?.correlationId ?? '',
      })
      for (const [name, value] of page.headers) ctx.set(name, value)
      ctx.body = await page.text()
    },
  })
  provider.on('server_error', (...[, error]: unknown[]) => log(`authorization server: ${String(error)}`))
  provider.use(speakPingOne)
  const callback = provider.callback()

  return {
    issuer,
    approvals,
    listener: safeListener(answer, (line) => log(`authorization server: ${line}`)),
    async verifyWorkerToken(token) {
      const claims = await readIssuedToken(token)
      const audiences = [claims?.aud ?? []].flat()
      if (typeof claims?.client_id !== 'string' || !audiences.includes(managementAudience)) return undefined
      return findApplication(environment, claims.client_id) && { clientId: claims.client_id }
    },
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const correlationId = randomUUID()
    response.setHeader('correlation-id', correlationId)
    const url = urlOf(message, options.authUrl)
    const body = await readBody(message, largestBody)
    if (body === undefined) return sendResponse(response, new Response(null, { status: 413 }))
    const headers = webHeaders(message)
    const form = parseForm(headers, body)
    const incoming: Incoming = {
      message,
      method: message.method ?? 'GET',
      url,
      headers,
      form,
      text: body.toString('utf8'),
      correlationId,
      resources: [...url.searchParams.getAll('resource'), ...form.getAll('resource')],
    }
    const prefix = `/${environment.id}`
    const path = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : ''
    const result = await route(path, incoming, response)
    if (result === undefined) return
    keep()
    await sendResponse(response, result)
  }

  /** A response to send, or `undefined` when it has been sent. */
  async function route(
    path: string,
    incoming: Incoming,
    response: ServerResponse,
  ): Promise<Response | undefined> {
    const audiences = assertionAudiences(path)
    const services = { environment, clock, store, provider, readIssuedToken, managementAudience, audiences }
    const { method } = incoming
    switch (`${method === 'HEAD' ? 'GET' : method} ${path}`) {
      case 'GET /as/.well-known/openid-configuration':
        return Response.json(describeServer(issuer), { headers: { 'access-control-allow-origin': '*' } })
      case 'POST /as/introspect':
        return introspect(incoming, services)
      case 'POST /as/revoke':
        return revoke(incoming, services)
      case 'GET /as/userinfo':
      case 'POST /as/userinfo':
        return userInfo(incoming, services)
      case 'GET /as/signoff':
        return signOff(
          { message: incoming.message, response, parameters: incoming.url.searchParams },
          services,
        )
      case 'GET /davinci/continue':
        return flowPage(await approvals.open(incoming.url.searchParams.get('challenge') ?? ''))
      case 'POST /davinci/continue': {
        const { form } = incoming
        const step = Number(form.get('step') ?? Number.NaN)
        return flowPage(await approvals.submit(form.get('interaction') ?? '', step, form))
      }
      case 'GET /signon/':
      case 'POST /signon/': {
        const isForm = method === 'POST'
        const result = await signIn(
          {
            request: incoming.message,
            response: flushingBeforeEnd(response),
            flowId: isForm ? incoming.form.get('flowId') : incoming.url.searchParams.get('flowId'),
            ...(isForm ? { form: incoming.form } : {}),
          },
          services,
        )
        return result
      }
    }
    const [, root, endpoint = ''] = path.split('/')
    if (root === 'flows' || path === '/as/resume') return answerFlow(endpoint, incoming, response)
    if (root === 'as' && providerRoutes.has(endpoint)) return handOn(path, endpoint, incoming, response)
    return unknownPath()
  }

  /** The hosted sign-on, for programs. */
  function answerFlow(
    endpoint: string,
    { message, method, headers, url, text }: Incoming,
    response: ServerResponse,
  ): Promise<Response> | Response {
    const services = { environment, provider, clock, authUrl: options.authUrl }
    const flowId = endpoint === 'resume' ? (url.searchParams.get('flowId') ?? '') : endpoint
    const request = { message, response, flowId }
    if (method === 'GET') return (endpoint === 'resume' ? resumeFlow : readFlow)(request, services)
    if (method === 'POST' && headers.get('content-type') === passwordCheck)
      return checkPassword({ ...request, body: text }, services)
    return unknownPath()
  }

  async function handOn(
    path: string,
    endpoint: string,
    incoming: Incoming,
    response: ServerResponse,
  ): Promise<Response | undefined> {
    if (incoming.method === 'POST' && withClientAuthentication.has(endpoint)) {
      const refusal = refuseWrongAuthentication(incoming) ?? (await takeAssertion(incoming, path))
      if (refusal !== undefined) return refusal
    }
    // A posted authorization request is the same request as one in the query.
    const isPostedAuthorize = incoming.method === 'POST' && endpoint === 'authorize'
    const query = isPostedAuthorize ? incoming.form : incoming.url.searchParams
    const form = isPostedAuthorize ? new URLSearchParams() : incoming.form
    const clientId = query.get('client_id') ?? readCredentials(incoming.headers, form).id
    const enforcement = findApplication(environment, clientId ?? '')?.pkceEnforcement
    for (const parameters of [query, form])
      adaptParameters(parameters, endpoint, enforcement !== 'S256_REQUIRED')
    const target = `${path.slice('/as'.length)}${query.size === 0 ? '' : `?${query}`}`
    const message = replay(incoming.message, {
      method: isPostedAuthorize ? 'GET' : incoming.method,
      url: target,
      originalUrl: `/${environment.id}/as${target}`,
      body: Buffer.from(form.toString()),
    })
    arrived.set(message, incoming)
    await callback(message, response)
    return undefined
  }

  /** PingOne knows one way of authentication per application. */
  function refuseWrongAuthentication(incoming: Incoming): Response | undefined {
    const credentials = readCredentials(incoming.headers, incoming.form)
    const application = findApplication(environment, credentials.id ?? '')
    if (application === undefined || takes(application, credentials)) return undefined
    return oauthErrorResponse(
      401,
      'invalid_client',
      'Request denied: Unsupported authentication method',
      incoming.correlationId,
    )
  }

  /** The issuer, the token endpoint, or the endpoint that is called. */
  function assertionAudiences(path: string): string[] {
    return [...new Set([issuer, `${issuer}/token`, `${options.authUrl}/${environment.id}${path}`])]
  }

  /** Verifies an assertion, and hands the client on as one that has been authenticated. */
  async function takeAssertion(incoming: Incoming, path: string): Promise<Response | undefined> {
    const { form, correlationId } = incoming
    const credentials = readCredentials(incoming.headers, form)
    if (credentials.assertion === undefined) return undefined
    const application = await authenticateApplication(
      environment,
      credentials,
      clock,
      assertionAudiences(path),
    )
    if (application === undefined) return refuseCredentials(correlationId)
    form.delete('client_assertion')
    form.delete('client_assertion_type')
    form.set('client_id', application.id)
    form.set('client_secret', verifiedAssertion)
    return undefined
  }

  /** Runs around every action of oidc-provider: errors, and what PingOne's answers have or have not. */
  async function speakPingOne(ctx: Context, next: () => Promise<void>): Promise<void> {
    await next()
    const correlationId = arrived.get(ctx.req)?.correlationId ?? randomUUID()
    const params = ctx.oidc?.params ?? {}
    const body = ctx.body as Record<string, unknown> | undefined
    if (typeof body?.error === 'string') {
      const isCiba = ctx.oidc?.route === 'backchannel_authentication'
      const grantType = isCiba ? cibaGrant : params.grant_type
      const { error, message, status } = translateError(
        { error: body.error, error_description: body.error_description },
        { grantType: typeof grantType === 'string' ? grantType : undefined },
      )
      const early =
        error === 'authorization_pending' &&
        approvals.polledTooEarly(String(params.auth_req_id), pollInterval)
      if (status !== undefined) ctx.status = status
      ctx.body = oauthError(early ? 'slow_down' : error, message, correlationId)
    } else if (typeof body?.auth_req_id === 'string') {
      ctx.body = { auth_req_id: body.auth_req_id, expires_in: body.expires_in, interval: pollInterval }
    }
    const approved = ctx.oidc?.entities.BackchannelAuthenticationRequest
    if (typeof body?.id_token === 'string' && approved !== undefined) {
      const claims = approvals.findByRequest(approved.jti)?.idTokenClaims ?? {}
      body.id_token = await addIdTokenClaims(body.id_token, claims, keys)
    }
    const location = ctx.response.get('location')
    if (location) ctx.set('location', adaptRedirect(location, correlationId))
    keep()
  }

  /** What was promised must outlive this process before the promise is given. */
  function keep(): void {
    store.flush()
    environment.save()
  }

  /** Authorization responses: PingOne sends no `iss` (RFC 9207), and its errors carry the correlation id. */
  function adaptRedirect(location: string, correlationId: string): string {
    const target = new URL(location, options.authUrl)
    if (target.origin === options.authUrl && target.pathname.startsWith(`/${environment.id}/`))
      return location
    const inFragment = target.hash.length > 1
    const parameters = inFragment ? new URLSearchParams(target.hash.slice(1)) : target.searchParams
    parameters.delete('iss')
    const error = parameters.get('error')
    if (error !== null) {
      const message = parameters.get('error_description') ?? error
      parameters.set('error_description', `${message} (Correlation ID: ${correlationId})`)
    }
    if (inFragment) target.hash = parameters.toString()
    return target.href
  }

  /** oidc-provider ends this response itself; what it stored must be written first. */
  function flushingBeforeEnd(response: ServerResponse): ServerResponse {
    const end = response.end.bind(response)
    response.end = ((...values: Parameters<typeof end>) => {
      keep()
      return end(...values)
    }) as typeof response.end
    return response
  }
}

/** A path or method that PingOne does not know is refused by the gateway in front of it, in the gateway's words. */
function unknownPath(): Response {
  return Response.json(
    {
      message: 'Invalid key=value pair (missing equal-sign) in Authorization header: there is no such path.',
    },
    { status: 403, headers: { 'x-amzn-errortype': 'IncompleteSignatureException' } },
  )
}
