// Whether something that must stay where it is has come out: the secrets of a run, and everywhere that it left traces.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from './answer.ts'
import type { World } from './world.ts'

/** Secrets by kind. Of a signed token the signature: it survives being cut out of the token. */
export function findSecrets(world: World): Map<string, Set<string>> {
  const { wire, ports, pingOne, myHotels, guests } = world
  const secrets = new Map<string, Set<string>>()
  const keep = (kind: string, value: unknown) => {
    if (typeof value !== 'string' || value.length < 12) return
    const known = secrets.get(kind) ?? new Set()
    secrets.set(kind, known.add(value.split('.').length === 3 ? (value.split('.')[2] ?? '') : value))
  }
  for (const { port, asked, answered, location, credential } of wire.exchanges) {
    if (port === ports.aws) keep('data keys of KMS', parse(answered).Plaintext)
    if (port !== ports.pingOneAuth) continue
    const { access_token, refresh_token, id_token, auth_req_id } = parse(answered)
    keep('access tokens', access_token)
    keep('refresh tokens', refresh_token)
    keep('ID tokens', id_token)
    keep('CIBA request ids', auth_req_id)
    const form = new URLSearchParams(asked)
    keep('client assertions', form.get('client_assertion'))
    keep('code verifiers', form.get('code_verifier'))
    keep('Basic credentials', /^Basic (.+)$/.exec(credential ?? '')?.[1])
    if (location !== undefined) keep('authorization codes', /[?&]code=([^&]+)/.exec(location)?.[1])
  }
  for (const { password } of [...guests, ...myHotels.endpoints.users]) keep('passwords', password)
  for (const { secret } of Object.values(pingOne.environment.secrets))
    keep('secrets of clients and resources', secret)
  keep('secrets of clients and resources', myHotels.connector.clientSecret)
  keep('the secret of the worker', pingOne.worker.clientSecret)
  for (const key of pingOne.environment.values.signingKeys as { d?: string }[]) keep('private keys', key.d)
  return secrets
}

/** A place where a run leaves something, and what it left there. */
export type Trace = { place: string; text: string }

export async function findTraces(world: World): Promise<Trace[]> {
  const { wire, ports, directory, output, bookingTable, approvalTable } = world
  const tables = [
    { place: 'the table of bookings', text: JSON.stringify(await world.scan(bookingTable)) },
    // While a request waits, its id is what the workflow asks PingOne with.
    {
      place: 'the table of approvals',
      text: JSON.stringify((await world.scan(approvalTable)).map(withoutWaiting)),
    },
  ]
  return [
    ...tables,
    ...filesBelow(directory, /\/(logs|executions|cdk\.out|stacks)\/|\/parameters\.json$/),
    ...wire.exchanges
      .filter(({ port }) => port === ports.mcp || port === ports.hotelApi)
      .map(({ port, path, answered, location = '' }) => ({
        place: `an answer of the ${port === ports.mcp ? 'MCP server' : 'hotel API'} to ${path}`,
        text: `${location}${answered}`,
      })),
    ...output.map((text) => ({ place: 'what the run printed', text })),
  ]
}

function withoutWaiting(approval: Record<string, unknown>): Record<string, unknown> {
  const { request, ...others } = approval
  return approval.status === 'pending' ? others : approval
}

/** Read in one turn: this process moves files of executions that end. */
function filesBelow(directory: string, wanted: RegExp): Trace[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => wanted.test(file))
    .map((file) => ({ place: file.slice(directory.length), text: readFileSync(file, 'latin1') }))
}
