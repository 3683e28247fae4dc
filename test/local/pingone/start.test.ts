import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { PortInUseError } from '../../../local/http/listen-loopback.ts'
import { type PingOne, startPingOne } from '../../../local/pingone/start.ts'

type Started = Pick<PingOne, 'apiUrl' | 'issuer' | 'environmentId' | 'worker' | 'phoneUrl' | 'authUrl'>

async function token(pingOne: Started, client: PingOne['worker'], form: Record<string, string>) {
  const response = await fetch(`${pingOne.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams(form),
  })
  return (await response.json()) as { access_token: string; error?: string }
}

/** The Management API as the set-up worker uses it. */
async function administrator(pingOne: Started) {
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
    const answer = await response.json()
    expect({ path, status: response.status, answer: response.ok ? 'ok' : answer }).toMatchObject({
      answer: 'ok',
    })
    return answer
  }
}

/** Configures one CIBA application and one person, everything through the Management API. */
async function configure(pingOne: Started): Promise<PingOne['worker']> {
  const call = await administrator(pingOne)
  const named = async (collection: string, name: string, of = collection) =>
    (await call('GET', `/${of}`))._embedded[collection].find((each: { name: string }) => each.name === name)
  const [population] = (await call('GET', '/populations'))._embedded.populations
  const user = {
    username: 'anna',
    email: 'anna@example.com',
    name: { given: 'Anna' },
    population: { id: population.id },
  }
  await call('POST', '/users', user)
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
  const trigger = { type: 'AUTHENTICATION', subtype: 'CIBA' }
  const flow = await call('POST', '/flows', {
    name: 'CIBA',
    trigger,
    graphData: { elements: { nodes: [], edges: [] } },
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
  return { clientId: application.id, clientSecret: secret }
}

async function startApproval(pingOne: Started, client: PingOne['worker']) {
  const response = await fetch(`${pingOne.issuer}/cibaAuthorization`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams({
      scope: 'openid my-hotels:api:book',
      login_hint: 'anna',
      binding_message: 'ABCD2345',
    }),
  })
  const body = (await response.json()) as { auth_req_id: string; error_description?: string }
  expect(body.error_description).toBeUndefined()
  return body.auth_req_id
}

const poll = (pingOne: Started, client: PingOne['worker'], authReqId: string) =>
  token(pingOne, client, { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: authReqId })

async function approve(pingOne: Started) {
  const { approvals } = await (await fetch(`${pingOne.phoneUrl}/approvals?user=anna`)).json()
  const [{ id }] = approvals
  expect((await fetch(`${pingOne.phoneUrl}/approvals/${id}/approve`, { method: 'POST' })).status).toBe(200)
}

// A test that fails half-way must leave nothing running behind.
const leftovers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of leftovers.splice(0)) await stop()
})

async function start(options: Parameters<typeof startPingOne>[0] = {}): Promise<PingOne> {
  const pingOne = await startPingOne(options)
  leftovers.push(() => pingOne.stop())
  return pingOne
}

describe('The local PingOne', () => {
  test('works as the Management API configured it', async () => {
    const pingOne = await start()
    const client = await configure(pingOne)

    const authReqId = await startApproval(pingOne, client)
    const pending = await poll(pingOne, client, authReqId)
    await approve(pingOne)
    const approved = await poll(pingOne, client, authReqId)

    expect(pending.error).toBe('authorization_pending')
    expect(decodeJwt(approved.access_token)).toMatchObject({
      aud: ['myhotels-hotelapi'],
      client_id: client.clientId,
    })
  })

  test('goes on with a pending approval after it was killed', async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'pingone-')), 'pingone.json')
    const first = await startProcess(stateFile)
    const client = await configure(first.pingOne)
    const authReqId = await startApproval(first.pingOne, client)
    await first.kill()

    const second = await start({
      stateFile,
      ports: { auth: Number(new URL(first.pingOne.authUrl).port) },
    })
    const pending = await poll(second, client, authReqId)
    await approve(second)
    const approved = await poll(second, client, authReqId)

    expect(second.worker).toEqual(first.pingOne.worker)
    expect(pending.error).toBe('authorization_pending')
    expect(approved.access_token).toEqual(expect.any(String))
  })

  test('lets a test expire an approval', async () => {
    const pingOne = await start({ cibaExpiresIn: 30 })
    const client = await configure(pingOne)
    const authReqId = await startApproval(pingOne, client)
    const { approvals } = await (await fetch(`${pingOne.phoneUrl}/approvals?user=anna`)).json()

    pingOne.expireApproval(approvals[0].id)

    const { error } = await poll(pingOne, client, authReqId)
    expect(error).toBe('expired_token')
  })

  test('says in one sentence which port is taken, and leaves nothing open', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
    )

    const starting = startPingOne({ ports: { phone: port } })

    await expect(starting).rejects.toThrow(PortInUseError)
    await expect(starting).rejects.toThrow(
      `Port ${port}, which the local PingOne's phone needs, is in use: stop the program that listens there, or choose another port.`,
    )
    taken.close()
  })

  test('keeps its files to their owner', async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'pingone-')), 'pingone.json')
    const pingOne = await start({ stateFile })
    await pingOne.stop()

    const { statSync } = await import('node:fs')
    expect(statSync(stateFile).mode & 0o077).toBe(0)
    expect(readFileSync(stateFile, 'utf8')).toContain(pingOne.worker.clientId)
  })
})

/** The local PingOne in a process of its own, which can be killed as a power cut would. */
async function startProcess(stateFile: string): Promise<{ pingOne: Started; kill(): Promise<void> }> {
  const module = fileURLToPath(new URL('../../../local/pingone/start.ts', import.meta.url))
  const program = `
    import { startPingOne } from ${JSON.stringify(module)}
    const { apiUrl, issuer, environmentId, worker, phoneUrl, authUrl } = await startPingOne({ stateFile: ${JSON.stringify(stateFile)} })
    console.log(JSON.stringify({ apiUrl, issuer, environmentId, worker, phoneUrl, authUrl }))
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.removeAllListeners('exit')
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  leftovers.push(kill)
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)))
    child.once('exit', (code) => reject(new Error(`The process ended with ${code}`)))
  })
  return { pingOne: JSON.parse(line), kill }
}
