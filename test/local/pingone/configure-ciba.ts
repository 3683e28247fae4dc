// Brings an exported flow into an environment, everything through the Management API and as the original demo's guide
// and Ping's page on CIBA say it by hand: a person, an application with the CIBA grant, an email template, the forms,
// the flow with the ids of this environment, its policy, the assignment.
import { expect } from '@jest/globals'
import type { PingOne } from '../../../local/pingone/start.ts'
import type { ExportedFlow } from './flows/exported-flow.ts'

export type Running = Pick<PingOne, 'apiUrl' | 'issuer' | 'environmentId' | 'worker' | 'phoneUrl' | 'authUrl'>
export type Client = PingOne['worker']

export const anna = { username: 'anna', password: 'a password of Anna-7' }

/** Settings that the API's schema names; an export has more. */
const knownSettings = new Set([
  'csp',
  'css',
  'cssLinks',
  'logLevel',
  'useCustomCSS',
  'customTitle',
  'cibaFlow',
])

export async function token(pingOne: Running, client: Client, form: Record<string, string>) {
  const response = await fetch(`${pingOne.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams(form),
  })
  return (await response.json()) as { access_token: string; id_token?: string; error?: string }
}

/** The Management API as the set-up worker uses it. */
export async function administrator(pingOne: Running) {
  const { access_token } = await token(pingOne, pingOne.worker, { grant_type: 'client_credentials' })
  return async function call(method: string, path: string, body?: unknown, type = 'application/json') {
    const send = () =>
      fetch(`${pingOne.apiUrl}/environments/${pingOne.environmentId}${path}`, {
        method,
        headers: { authorization: `Bearer ${access_token}`, ...(body ? { 'content-type': type } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
    // A child path right after its parent was made answers 404 for a while, as PingOne does.
    let response = await send()
    for (let attempt = 0; response.status === 404 && attempt < 3; attempt++) response = await send()
    const text = await response.text()
    const answer = text === '' ? undefined : JSON.parse(text)
    expect({ path, status: response.status, answer: response.ok ? 'ok' : answer }).toMatchObject({
      answer: 'ok',
    })
    return answer
  }
}

/** The person whom the flows ask, with a password and an address. @returns the id of their account */
export async function addAnna(
  call: Awaited<ReturnType<typeof administrator>>,
  more: object = {},
): Promise<string> {
  const [population] = (await call('GET', '/populations'))._embedded.populations
  const user = await call('POST', '/users', {
    username: anna.username,
    email: 'anna@example.com',
    ...more,
    population: { id: population.id },
  })
  await call(
    'PUT',
    `/users/${user.id}/password`,
    { value: anna.password },
    'application/vnd.pingidentity.password.set+json',
  )
  return user.id
}

/** @returns the application that may start the flow, and the flow's id */
export async function configureCiba(
  pingOne: Running,
  exported: ExportedFlow,
): Promise<{ client: Client; flowId: string }> {
  const call = await administrator(pingOne)
  const named = async (collection: string, name: string, of = collection) =>
    (await call('GET', `/${of}`))._embedded[collection].find((each: { name: string }) => each.name === name)
  await addAnna(call, { name: { given: 'Anna' } })
  const api = await call('POST', '/resources', { name: 'Hotel API', audience: 'myhotels-hotelapi' })
  const book = await call('POST', `/resources/${api.id}/scopes`, { name: 'my-hotels:api:book' })
  const openid = await named('resources', 'openid')
  const openidScope = await named('scopes', 'openid', `resources/${openid.id}/scopes`)
  const application = await call('POST', '/applications', {
    name: 'Approval',
    enabled: true,
    type: 'WEB_APP',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['CIBA'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  })
  for (const [resource, scope] of [
    [api, book],
    [openid, openidScope],
  ])
    await call('POST', `/applications/${application.id}/grants`, {
      resource: { id: resource.id },
      scopes: [{ id: scope.id }],
    })
  await call('POST', '/templates/general/contents', {
    locale: 'en',
    deliveryMethod: 'Email',
    variant: 'CIBA',
    subject: `Authentication request from \${appName}`,
    // As Ping's page on CIBA has it, but for the link, which mail programs make of an address.
    body: `<p>\${appName} wants to access your account.<p>Open this link: <a href="\${magicLink}">\${magicLink}</a><p>The message for this request is \${bindingMessage}`,
  })
  const { trigger } = exported
  const flow = await call('POST', '/flows', {
    name: exported.name,
    trigger,
    settings: Object.fromEntries(
      Object.entries(exported.settings).filter(([name]) => knownSettings.has(name)),
    ),
    graphData: await withFormsOf(exported, call),
  })
  await call('POST', `/flows/${flow.id}`, {}, 'application/vnd.pingidentity.flow.deploy+json')
  const davinci = await call('POST', '/davinciApplications', { name: 'MyHotels' })
  const policy = await call('POST', `/davinciApplications/${davinci.id}/flowPolicies`, {
    name: 'CIBA',
    status: 'enabled',
    trigger,
    flowDistributions: [{ id: flow.id, version: -1, weight: 100 }],
  })
  await call('POST', `/applications/${application.id}/flowPolicyAssignments`, {
    flowPolicy: { id: policy.id },
    priority: 1,
  })
  const { secret } = await call('GET', `/applications/${application.id}/secret`)
  return { client: { clientId: application.id, clientSecret: secret }, flowId: flow.id }
}

/** Makes the forms that came along, and names them in the graph by their new ids. */
async function withFormsOf(
  exported: ExportedFlow,
  call: Awaited<ReturnType<typeof administrator>>,
): Promise<unknown> {
  let graph = JSON.stringify(exported.graphData)
  for (const [oldId, { id: _, environment: __, ...form }] of Object.entries(exported.forms)) {
    const made = await call('POST', '/forms', form)
    graph = graph.replaceAll(oldId, made.id)
  }
  return JSON.parse(graph)
}

/** Starts a request as the application. */
export async function startCiba(
  pingOne: Running,
  client: Client,
  parameters: Record<string, string>,
): Promise<{ status: number; body: { auth_req_id: string; error?: string; error_description?: string } }> {
  const response = await fetch(`${pingOne.issuer}/cibaAuthorization`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams({
      scope: 'openid my-hotels:api:book',
      login_hint: anna.username,
      ...parameters,
    }),
  })
  return { status: response.status, body: await response.json() }
}

export const pollCiba = (pingOne: Running, client: Client, authReqId: string) =>
  token(pingOne, client, { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: authReqId })
