// One hotel API on a real local table, with a clock, an issuer and clients that the test owns.
import { randomInt, randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { createDecide } from '../../lambdas/decision/decide.ts'
import type { EntryItem } from '../../lambdas/hotel-api/audit/entry.ts'
import { decisionService } from '../../lambdas/hotel-api/decision/decide-booking.ts'
import type { DocumentClient, HotelApiSettings } from '../../lambdas/hotel-api/dependencies.ts'
import { createHotelApi, type HotelApi } from '../../lambdas/hotel-api/hotel-api.ts'
import { personItemId } from '../../lambdas/hotel-api/person/person.ts'
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
} from '../../lambdas/oauth/verify-access-token.ts'
import { startDynamoDb } from '../../local/cloud/dynamodb/start.ts'
import { clientNamed } from '../oauth/clients.ts'
import { createConformanceCheck } from './openapi-conformance.ts'

export const issuer = 'https://auth.pingone.eu/11111111-2222-4333-8444-555555555555/as'
export const audience = 'myhotels-hotelapi'

export const auditKey = 'the key of the audit trail, for tests'

export const settings: HotelApiSettings = {
  scopes: {
    memberRates: 'my-hotels:api:member_rates',
    book: 'my-hotels:api:book',
    close: 'my-hotels:api:close',
  },
  hostScopes: { memberRates: 'my-hotels:mcp:member_rates', book: 'my-hotels:mcp:book' },
  clients: {
    connector: 'client-connector',
    exchange: 'client-exchange',
    approval: 'client-approval',
    workflow: 'client-workflow',
  },
  approvalAuthentication: 'password',
  bookingTable: 'bookings',
  auditTable: 'audit',
  auditRetentionDays: 730,
  quoteLifetimeSeconds: 600,
  intentLifetimeSeconds: 1800,
}

const { connector, exchange, approval, workflow } = settings.clients
const keys = await generateKeyPair('RS256')
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'key-1', alg: 'RS256' }
export const keySet = createLocalJWKSet({ keys: [jwk] })

/** Claims of the token that token exchange mints for a person; `undefined` removes a claim. */
export const exchangedClaims = (person: string, scope = settings.scopes.book): JWTPayload => ({
  sub: person,
  client_id: exchange,
  scope,
  act: { sub: exchange, act: { sub: connector } },
  subject_scope: Object.values(settings.hostScopes).join(' '),
})

/** Claims of the token that an approval returns: what the person was shown is `shown`. */
export const approvalClaims = (
  person: string,
  transactionId: string,
  shown: JWTPayload = shownStay(),
): JWTPayload => ({
  sub: person,
  client_id: approval,
  scope: `openid ${settings.scopes.book}`,
  act: { sub: approval },
  transaction_id: transactionId,
  approval_amr: 'pwd',
  ...shown,
})

/** What the phone shows of the stay that `quote` prices. */
export function shownStay(startDate = '2026-12-01', nights = 2): JWTPayload {
  const day = (offset: number) =>
    new Date(Date.parse(`${startDate}T00:00:00Z`) + offset * 86_400_000).toISOString().slice(0, 10)
  return {
    hotel_id: 'milan-corte-dei-gelsi',
    hotel_name: 'Corte dei Gelsi',
    city: 'Milan',
    check_in: startDate,
    check_out: day(nights),
    nights: String(nights),
    amount: (169 * nights).toFixed(2),
    currency: 'EUR',
  }
}

export const workflowClaims = (): JWTPayload => ({ client_id: workflow, scope: settings.scopes.close })

export type SentRequest = {
  method?: string
  token?: string
  body?: unknown
  headers?: Record<string, string>
}
export type Received = { status: number; headers: Headers; body: Json }
type Json = { [key: string]: unknown }

export const decisionEndpointUrl = 'https://api.pingone.eu/v1/environments/e/decisionEndpoints/hotel-api'

export const permitted = { id: 'decision-1', decision: 'PERMIT', statements: [] }
export const approvalNeeded = {
  id: 'decision-2',
  decision: 'PERMIT',
  statements: [{ code: 'USER-AZ-REQUIRED', payload: 'Approve it.', obligatory: true, fulfilled: false }],
}
export const refused = {
  id: 'decision-3',
  decision: 'DENY',
  statements: [{ code: 'DENIED-REASON', payload: 'Too expensive.', obligatory: false, fulfilled: false }],
}

/** PingOne's side of a decision: answers every question with `answer`, and keeps the questions. */
function createScriptedPolicy(decide?: (parameters: Json) => Promise<unknown>) {
  const policy = {
    answer: approvalNeeded as unknown,
    status: 200,
    asked: [] as { parameters: Json; correlationId: string | null }[],
    fetch: (async (url: string, init: RequestInit) => {
      if (url !== decisionEndpointUrl)
        return Response.json({ access_token: 'worker', token_type: 'Bearer', expires_in: 3600 })
      const { parameters } = JSON.parse(String(init.body)) as { parameters: Json }
      const correlationId = new Headers(init.headers).get('x-ping-external-transaction-id')
      policy.asked.push({ parameters, correlationId })
      return Response.json((await decide?.(parameters)) ?? policy.answer, { status: policy.status })
    }) as typeof fetch,
  }
  return policy
}

export type World = Awaited<ReturnType<typeof startWorld>>

function bodyOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array
    ? (body as string | Uint8Array<ArrayBuffer>)
    : JSON.stringify(body)
}

/** Starts an engine of its own; `stop` ends it. Policy is what a test says, or what `decide` does. */
export async function startWorld(options: { decide?: (parameters: Json) => Promise<unknown> } = {}) {
  const dynamoDb = await startDynamoDb({ sweepSeconds: 3600 })
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  await client.send(
    new CreateTableCommand({
      TableName: settings.bookingTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  await client.send(
    new CreateTableCommand({
      TableName: settings.auditTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'sequence', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'sequence', KeyType: 'RANGE' },
      ],
    }),
  )
  const real = DynamoDBDocumentClient.from(client)
  let writes = 0
  const documents = {
    send(command: { constructor: { name: string } }) {
      if (command.constructor.name !== 'GetCommand') writes++
      return real.send(command as never)
    },
  } as unknown as DocumentClient
  const clock = { now: Date.parse('2026-11-23T10:00:00Z') }
  const log: Json[] = []

  const policy = createScriptedPolicy(options.decide)

  function apiWith(over: { documents?: DocumentClient; verify?: AccessTokenVerifier } = {}): HotelApi {
    return createHotelApi({
      settings,
      documents: async () => over.documents ?? documents,
      auditKey: async () => auditKey,
      verify:
        over.verify ?? createAccessTokenVerifier({ issuer, audience, clock: () => clock.now, keys: keySet }),
      decide: createDecide({
        fetch: policy.fetch,
        clock: () => clock.now,
        wait: async () => {},
        issuer,
        endpointUrl: decisionEndpointUrl,
        service: decisionService,
        client: clientNamed('client-decision'),
      }),
      clock: () => clock.now,
      newId: randomUUID,
      randomInt: (limit) => randomInt(limit),
      log: {
        info: (message, fields) => log.push({ level: 'info', message, ...fields }),
        error: (message, fields) => log.push({ level: 'error', message, ...fields }),
      },
    })
  }
  const api: HotelApi = apiWith()
  const described = await api(new Request('https://hotels.example/openapi.json'))
  const conformance = createConformanceCheck((await described.json()) as Json)

  /** A signed access token; `over` and `header` replace members, and remove those that they set to undefined. */
  async function sign(claims: JWTPayload, over: JWTPayload = {}, header: object = {}): Promise<string> {
    const seconds = Math.floor(clock.now / 1000)
    const all = {
      iss: issuer,
      aud: [audience],
      iat: seconds,
      exp: seconds + 3600,
      jti: randomUUID(),
      ...claims,
      ...over,
    }
    return new SignJWT(JSON.parse(JSON.stringify(all)))
      .setProtectedHeader(JSON.parse(JSON.stringify({ alg: 'RS256', kid: 'key-1', ...header })))
      .sign(keys.privateKey)
  }

  async function send(path: string, sent: SentRequest = {}, through: HotelApi = api): Promise<Received> {
    const headers = new Headers(sent.headers)
    if (sent.token !== undefined) headers.set('authorization', `Bearer ${sent.token}`)
    if (sent.body !== undefined && !headers.has('content-type'))
      headers.set('content-type', 'application/json')
    const request = new Request(`https://hotels.example${path}`, {
      method: sent.method ?? (sent.body === undefined ? 'GET' : 'POST'),
      headers,
      ...(sent.body === undefined ? {} : { body: bodyOf(sent.body) }),
    })
    const response = await through(request)
    const body = JSON.parse(await response.text())
    // Whatever a test is about, every answer is what the OpenAPI document says.
    conformance.check(request, response, body)
    return { status: response.status, headers: response.headers, body }
  }

  // Signing is the slowest thing here; nothing depends on the id of these tokens, so a second's are shared.
  const signed = new Map<string, Promise<string>>()
  function signOnce(claims: JWTPayload): Promise<string> {
    const name = JSON.stringify([clock.now, claims])
    const known = signed.get(name) ?? sign(claims)
    signed.set(name, known)
    return known
  }

  const tokenOf = (person: string, scope?: string) => signOnce(exchangedClaims(person, scope))
  const workflowToken = () => signOnce(workflowClaims())

  async function quote(person: string, over: Json = {}): Promise<Json> {
    const answer = await send('/booking-quotes', {
      token: await tokenOf(person),
      body: { hotelId: 'milan-corte-dei-gelsi', startDate: '2026-12-01', nights: 2, ...over },
    })
    if (answer.status !== 201) throw new Error(`no quote: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  const forget = (id: string) =>
    real.send(new DeleteCommand({ TableName: settings.bookingTable, Key: { id } }))

  /** A booking of somebody who has no other: the policy lets it wait for its approval, or books it at once. */
  async function intend(
    person: string,
    approval: 'required' | 'not_required',
    key: string = randomUUID(),
  ): Promise<string> {
    await forget(personItemId(person))
    const { quoteId } = await quote(person)
    const before = policy.answer
    policy.answer = approval === 'required' ? approvalNeeded : permitted
    const answer = await send('/booking-intents', {
      token: await tokenOf(person),
      headers: { 'idempotency-key': key },
      body: { quoteId },
    })
    policy.answer = before
    if (answer.status !== 201) throw new Error(`no intent: ${JSON.stringify(answer.body)}`)
    return String(answer.body.transactionId)
  }

  const confirm = (transactionId: string, token: string) =>
    send(`/booking-intents/${transactionId}/confirm`, { method: 'POST', token })

  async function close(transactionId: string, outcome: string) {
    return send(`/booking-intents/${transactionId}/close`, {
      token: await workflowToken(),
      body: { outcome },
    })
  }

  const read = async (transactionId: string, person: string) =>
    send(`/booking-intents/${transactionId}`, { token: await tokenOf(person) })

  const approvalTokenFor = (person: string, transactionId: string, over: JWTPayload = {}) =>
    sign(approvalClaims(person, transactionId), over)

  /** Everything that the booking table holds. */
  const stored = async () =>
    (await scan(settings.bookingTable)).sort((a, b) => String(a.id).localeCompare(String(b.id)))

  /** Everything that the audit trail holds, chain by chain. */
  const trail = async () =>
    ((await scan(settings.auditTable)) as EntryItem[]).sort(
      (a, b) => a.id.localeCompare(b.id) || a.sequence - b.sequence,
    )

  async function scan(table: string): Promise<Json[]> {
    const items: Json[] = []
    let start: Json | undefined
    do {
      const page: { Items?: Json[]; LastEvaluatedKey?: Json } = await documents.send(
        new ScanCommand({
          TableName: table,
          ConsistentRead: true,
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      )
      items.push(...(page.Items ?? []))
      start = page.LastEvaluatedKey
    } while (start)
    return items
  }

  return {
    api,
    apiWith,
    policy,
    documents,
    clock,
    log,
    sign,
    send,
    tokenOf,
    quote,
    intend,
    confirm,
    close,
    read,
    approvalTokenFor,
    stored,
    trail,
    /** Deletes an item, as time to live does. */
    forget,
    /** Makes a new customer of everybody. */
    async forgetPeople() {
      for (const person of ['anna', 'ben']) await forget(personItemId(person))
    },
    item: async (id: string) =>
      (
        await real.send(
          new GetCommand({ TableName: settings.bookingTable, Key: { id }, ConsistentRead: true }),
        )
      ).Item,
    workflowToken,
    conformance,
    /** How many writes the API has asked for. */
    writes: () => writes,
    async stop() {
      client.destroy()
      await dynamoDb.stop()
    },
  }
}
