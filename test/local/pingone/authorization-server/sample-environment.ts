// An environment as the custom resource leaves it, put together by hand, and an authorization server over it.
import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '../../../../lambdas/clock.ts'
import { listenLoopback } from '../../../../local/http/listen-loopback.ts'
import { webListener } from '../../../../local/http/web-listener.ts'
import { ArtifactStore } from '../../../../local/pingone/authorization-server/artifact-store.ts'
import { createAuthorizationServer } from '../../../../local/pingone/authorization-server/create-authorization-server.ts'
import { PingOneEnvironment } from '../../../../local/pingone/environment.ts'
import { readyInstances } from '../../../../local/pingone/management/davinci/connectors.ts'
import { createPhone } from '../../../../local/pingone/pages/serve-phone.ts'
import { exportedFlow } from '../flows/exported-flow.ts'

export const redirectUri = 'https://chat.example.com/oauth/callback'

export const ids = {
  openid: 'resource-openid',
  mcp: 'resource-mcp',
  api: 'resource-api',
  connector: 'app-connector',
  exchange: 'app-exchange',
  approval: 'app-approval',
  workflow: 'app-workflow',
  worker: 'app-worker',
  other: 'app-other',
  anna: 'user-anna',
  ben: 'user-ben',
  group: 'group-chatgpt',
  policy: 'flow-policy',
  flow: 'flow',
}

export const secretOf = (id: string) => `secret of ${id}: +/%`

export const scopes = {
  rates: 'my-hotels:mcp:member_rates',
  book: 'my-hotels:mcp:book',
  apiRates: 'my-hotels:api:member_rates',
  apiBook: 'my-hotels:api:book',
  apiClose: 'my-hotels:api:close',
}

const nestedActor =
  '${(#root.context.requestData.subjectToken != null) ? {"sub": #root.context.appConfig.clientId, "act": {"sub": #root.context.requestData.subjectToken.client_id}} : {"sub": #root.context.appConfig.clientId}}'

export function sampleEnvironment(file?: string): PingOneEnvironment {
  const environment = new PingOneEnvironment({
    environmentId: '11111111-2222-4333-8444-555555555555',
    organizationId: '99999999-2222-4333-8444-555555555555',
    ...(file === undefined ? {} : { file }),
  })
  if (!environment.isNew) return environment
  resource(
    ids.openid,
    'openid',
    undefined,
    ['openid', 'profile', 'email', 'offline_access'],
    {},
    'OPENID_CONNECT',
  )
  resource(ids.mcp, 'MyHotels MCP', 'myhotels-hotelmcp', [scopes.rates, scopes.book], {
    sub: '${user.username}',
    given_name: '${user.name.given}',
    groups: '${user.memberOfGroupNames}',
    act: '${({"sub": #root.context.appConfig.clientId})}',
  })
  resource(ids.api, 'MyHotels API', 'myhotels-hotelapi', [scopes.apiRates, scopes.apiBook, scopes.apiClose], {
    sub: '${user.username}',
    groups: '${user.memberOfGroupNames}',
    act: nestedActor,
    literal: '(#root.context.appConfig.clientId)',
  })
  application(ids.connector, {
    type: 'AI_AGENT',
    name: 'MyHotels ChatGPT',
    grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'],
    responseTypes: ['CODE'],
    redirectUris: [redirectUri],
    pkceEnforcement: 'S256_REQUIRED',
  })
  grant(ids.connector, ids.mcp, [scopes.rates, scopes.book])
  application(ids.exchange, { grantTypes: ['TOKEN_EXCHANGE'] })
  grant(ids.exchange, ids.api, [scopes.apiRates, scopes.apiBook])
  application(ids.approval, { grantTypes: ['CIBA'] })
  grant(ids.approval, ids.openid, ['openid'])
  grant(ids.approval, ids.api, [scopes.apiBook])
  application(ids.workflow, { grantTypes: ['CLIENT_CREDENTIALS'] })
  grant(ids.workflow, ids.api, [scopes.apiClose])
  application(ids.other, { grantTypes: ['CIBA'] })
  grant(ids.other, ids.openid, ['openid'])
  application(ids.worker, { type: 'WORKER', grantTypes: ['CLIENT_CREDENTIALS'] })
  environment.putChild('roleAssignments', ids.worker, { id: 'role-1', role: { id: 'admin' } })
  environment.put('groups', { id: ids.group, name: 'ChatGPT User' })
  user(ids.anna, 'anna', 'Anna')
  user(ids.ben, 'ben', 'Ben')
  environment.putChild('memberOfGroups', ids.anna, { id: ids.group })
  environment.put('signOnPolicies', { id: 'policy-1', name: 'Single_Factor', default: true })
  cibaFlow()
  environment.save()
  return environment

  function resource(
    id: string,
    name: string,
    audience: string | undefined,
    scopeNames: string[],
    attributes: Record<string, string>,
    type = 'CUSTOM',
  ) {
    environment.put('resources', {
      id,
      name,
      type,
      ...(audience ? { audience } : {}),
      accessTokenValiditySeconds: 3600,
    })
    environment.secrets[id] = { secret: secretOf(id) }
    for (const each of scopeNames)
      environment.putChild('scopes', id, {
        id: `scope ${each}`,
        name: each,
        description: `Words for ${each}`,
      })
    for (const [claim, value] of Object.entries(attributes))
      environment.putChild('attributes', id, { id: `${id} ${claim}`, name: claim, value })
  }

  function application(id: string, members: Record<string, unknown>) {
    environment.put('applications', {
      id,
      name: id,
      enabled: true,
      type: 'WEB_APP',
      protocol: 'OPENID_CONNECT',
      tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
      ...members,
    })
    environment.secrets[id] = { secret: secretOf(id) }
  }

  function grant(applicationId: string, resourceId: string, names: string[]) {
    environment.putChild('grants', applicationId, {
      id: `${applicationId} ${resourceId}`,
      resource: { id: resourceId },
      scopes: names.map((name) => ({ id: `scope ${name}` })),
    })
  }

  function user(id: string, username: string, given: string) {
    environment.put('users', {
      id,
      username,
      email: `${username}@example.com`,
      name: { given },
      enabled: true,
    })
    environment.passwords[id] = `${username}'s password`
  }

  /** The ready instances with the credentials of the worker, an email template, and somebody's flow with its form. */
  function cibaFlow() {
    const properties = {
      envId: environment.id,
      clientId: ids.worker,
      clientSecret: secretOf(ids.worker),
      region: 'EU',
    }
    for (const { connectorId, instanceId, name } of readyInstances)
      environment.put('connectorInstances', {
        id: instanceId,
        name,
        connector: { id: connectorId },
        properties,
      })
    environment.put('templateContents', {
      id: 'content-1',
      template: 'general',
      deliveryMethod: 'Email',
      locale: 'en',
      variant: 'CIBA',
      subject: 'Approve, ${appName} asks',
      body: '<p>${bindingMessage} <a href="${magicLink}">Review</a></p>',
    })
    const { forms, trigger, graphData } = exportedFlow()
    for (const [id, form] of Object.entries(forms)) environment.put('forms', { ...form, id })
    const flow = { name: 'CIBA', trigger, graphData }
    environment.put('flows', { id: ids.flow, ...flow, enabled: true, publishedVersion: 1 })
    environment.putChild('flowVersions', ids.flow, {
      id: '1',
      content: flow,
      deployedAt: '2026-01-01T00:00:00.000Z',
    })
    environment.put('flowPolicies', {
      id: ids.policy,
      status: 'enabled',
      trigger,
      flowDistributions: [{ id: ids.flow, version: -1 }],
    })
    environment.putChild('flowPolicyAssignments', ids.approval, {
      id: 'assignment-1',
      flowPolicy: { id: ids.policy },
      priority: 1,
    })
  }
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>

export async function startTestServer(
  options: { environment?: PingOneEnvironment; sessionsFile?: string; port?: number; clock?: Clock } = {},
) {
  const environment = options.environment ?? sampleEnvironment()
  const clock = options.clock ?? Date.now
  const auth = await listenLoopback({ port: options.port ?? 0, what: 'the test' })
  const phone = await listenLoopback({ port: 0, what: 'the test' })
  const store = new ArtifactStore({ clock, ...(options.sessionsFile ? { file: options.sessionsFile } : {}) })
  const problems: string[] = []
  const server = createAuthorizationServer({
    environment,
    store,
    clock,
    authUrl: auth.url,
    managementAudience: 'https://api.pingone.eu',
    log: (line) => problems.push(line),
  })
  auth.serve(server.listener)
  phone.serve(
    webListener(
      createPhone({
        environment,
        approvals: server.approvals,
        clock,
        phoneUrl: phone.url,
        authUrl: auth.url,
      }),
      {
        baseUrl: phone.url,
        largestBody: 65_536,
        log: (line) => problems.push(line),
      },
    ),
  )
  return {
    ...server,
    environment,
    authUrl: auth.url,
    phoneUrl: phone.url,
    /** Unexpected errors; a test that ends with some has found a defect. */
    problems,
    async stop() {
      await Promise.all([auth.stop(), phone.stop()])
    },
    /** Posts a form as a client with Basic authentication. */
    async post(
      path: string,
      clientId: string | undefined,
      form: Record<string, string> | [string, string][],
    ) {
      const response = await fetch(`${server.issuer}/${path}`, {
        method: 'POST',
        headers: clientId === undefined ? {} : { authorization: basic(clientId, secretOf(clientId)) },
        body: new URLSearchParams(form),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
    },
  }
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
}

/** A browser as far as a sign-in needs one: follows redirects within the server and keeps cookies. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>()

  async open(url: string | URL, form?: Record<string, string>): Promise<{ response: Response; url: URL }> {
    let target = new URL(url)
    let body = form
    for (let hops = 0; hops < 10; hops++) {
      const cookie = [...this.#cookies]
        .filter(([, { path }]) => target.pathname.startsWith(path))
        .map(([name, { value }]) => `${name}=${value}`)
        .join('; ')
      const response = await fetch(target, {
        redirect: 'manual',
        headers: { cookie },
        ...(body ? { method: 'POST', body: new URLSearchParams(body) } : {}),
      })
      for (const line of response.headers.getSetCookie()) this.#keep(line)
      const location = response.headers.get('location')
      if (location === null) return { response, url: target }
      const next = new URL(location, target)
      if (next.origin !== target.origin) return { response, url: next }
      target = next
      body = undefined
    }
    throw new Error('Too many redirects')
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/'
    const value = pair.slice(at + 1)
    if (value === '') this.#cookies.delete(pair.slice(0, at))
    else this.#cookies.set(pair.slice(0, at), { value, path })
  }
}

export const verifier = 'a-verifier-that-is-long-enough-for-the-specification'
export const challenge = createHash('sha256').update(verifier).digest('base64url')

export function authorizeUrl(server: { issuer: string }, parameters: Record<string, string> = {}): URL {
  const url = new URL(`${server.issuer}/authorize`)
  url.search = new URLSearchParams({
    client_id: ids.connector,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: `${scopes.rates} ${scopes.book}`,
    state: randomUUID(),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...parameters,
  }).toString()
  return url
}

/** Signs a person in on the page and returns where the browser ends. */
export async function signInWith(
  browser: Browser,
  url: URL,
  username = 'anna',
  password = `${username}'s password`,
): Promise<{ response: Response; url: URL }> {
  const page = await browser.open(url)
  const flowId = page.url.searchParams.get('flowId') ?? ''
  return browser.open(page.url, { flowId, username, password, action: 'sign-in' })
}

/** A whole code flow; returns the token response. */
export async function userTokens(server: TestServer, username = 'anna', browser = new Browser()) {
  const landed = await signInWith(browser, authorizeUrl(server), username)
  return server.post('token', ids.connector, {
    grant_type: 'authorization_code',
    code: landed.url.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
}
