// Everything a booking touches, wired as in AWS but on virtual time: the real tools, the real approval engine, the real
// hotel API and the synthesized workflow, on the local DynamoDB engine and a scripted PingOne. What happens is kept for
// the invariants to judge.
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { KMSClient } from '@aws-sdk/client-kms'
import type { SFNClient } from '@aws-sdk/client-sfn'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createDecide } from '../../lambdas/decision/decide.ts'
import { decisionService } from '../../lambdas/hotel-api/decision/decide-booking.ts'
import { createHotelApi as createHotelApiHandler, type HotelApi } from '../../lambdas/hotel-api/hotel-api.ts'
import { createAdvanceTask } from '../../lambdas/mcp/approval/advance-task.ts'
import type { Approval } from '../../lambdas/mcp/approval/approval.ts'
import { createApprovalTable } from '../../lambdas/mcp/approval/approval-table.ts'
import { createApprovals } from '../../lambdas/mcp/approval/approvals.ts'
import { createBindingMessage } from '../../lambdas/mcp/approval/binding-message.ts'
import { createCiba } from '../../lambdas/mcp/approval/ciba.ts'
import { createSeal } from '../../lambdas/mcp/approval/seal.ts'
import { createStartWorkflow } from '../../lambdas/mcp/approval/start-workflow.ts'
import { createWorkflowToken } from '../../lambdas/mcp/approval/workflow-token.ts'
import { createBookingIntents } from '../../lambdas/mcp/booking/booking-intents.ts'
import type { BookingOutput } from '../../lambdas/mcp/booking/booking-output.ts'
import { createBookingTools } from '../../lambdas/mcp/booking/tools.ts'
import { createExchange } from '../../lambdas/mcp/exchange/exchange.ts'
import { createHotelApi } from '../../lambdas/mcp/hotel-api/call-hotel-api.ts'
import type { Caller, Tool } from '../../lambdas/mcp/tool.ts'
import { InvalidTokenError } from '../../lambdas/oauth/invalid-token-error.ts'
import { type AccessToken, createAccessTokenVerifier } from '../../lambdas/oauth/verify-access-token.ts'
import { type Command, type LocalTables, openLocalTables } from './local-tables.ts'
import { names, type PingOneScript, ScriptedPingOne } from './scripted-pingone.ts'
import { type Fault, type Invocation, Simulation } from './simulation.ts'
import { synthesizeWorkflow } from './synthesize-workflow.ts'
import { type Definition, type Execution, VirtualWorkflow } from './virtual-workflow.ts'

type Json = Record<string, unknown>

/** What outlives a schedule: keys, tables, the definition. */
export type Ground = {
  privateKey: KeyObject
  publicKey: KeyObject
  tables: LocalTables
  definition: Definition
}

/** With new tables; keys and the definition may be those of another one. */
export async function prepareGround(other?: Ground): Promise<Ground> {
  const { privateKey, publicKey } = other ?? generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    ...{ privateKey, publicKey },
    tables: await openLocalTables({
      approvals: ['transactionId'],
      bookings: ['id'],
      audit: ['id', 'sequence'],
    }),
    definition: other?.definition ?? synthesizeWorkflow(),
  }
}

export type IntentItem = {
  transactionId: string
  owner: string
  approval: 'required' | 'not_required'
  replaces?: readonly string[]
  status: string
  createdAt: number
  expiresAt: number
  closedAt?: number
  confirmedAt?: number
  quote: {
    quoteId: string
    hotelId: string
    hotelName: string
    city: string
    startDate: string
    endDate: string
    nights: number
    nightlyRateCents: number
    totalPriceCents: number
  }
}

/** One write that made an intent confirmed, and with what. */
export type Confirmation = { intent: IntentItem; token: string; correlationId: string; at: number }

export type ToolResult = {
  tool: 'prepare_booking' | 'finalize_booking'
  user: string
  input: Json
  at: number
} & (
  | { booking: BookingOutput['booking'] }
  | { error: { name: string; message: string; code?: string; crashed: boolean } }
)

type Context = { world: World; invocation: Invocation; token?: string; correlationId?: string }
const context = new AsyncLocalStorage<Context>()

const current = (): Context => {
  const found = context.getStore()
  if (found === undefined) throw new Error('An outside action outside of every invocation')
  return found
}

const hotelApiUrl = 'https://hotels.example'
/** The key of the audit trail's hashes. */
export const auditKey = 'the key of the audit trail, in the model'
const quiet = { info() {}, warn() {}, error() {} }

type TableRequest = { TableName: string; Item?: Json; Key?: Json }

export class World {
  readonly simulation: Simulation
  readonly pingOne: ScriptedPingOne
  readonly workflow: VirtualWorkflow
  /** The state of every intent as its last write left it. */
  readonly intents = new Map<string, IntentItem>()
  /** What was written together, in the order in which it was written. */
  readonly history: { at: number; intents: IntentItem[] }[] = []
  /** What the calls of tools asked for, by their correlation ids. */
  readonly asked = new Map<string, { user: string; input: Json }>()
  /** Confirmations that the hotel API has refused because policy denies them. */
  readonly denials: { transactionId: string; at: number }[] = []
  /** The call that made each intent. */
  readonly creators = new Map<string, string>()
  readonly approvals = new Map<string, Approval>()
  readonly confirmations: Confirmation[] = []
  readonly results: ToolResult[] = []
  readonly quoteOwners = new Map<string, string>()
  /** Which outside actions of an invocation were hit, by invocation name. */
  readonly hits = new Map<string, string[]>()
  /** Who collected the answer of which CIBA request. */
  readonly collectors = new Map<string, string>()
  readonly violations: string[] = []
  lambdaInvocations = 0
  /** By how much clocks may be ahead or behind. */
  readonly clocks: number
  /** Time leapt in this run, which can kill any invocation at any point. */
  leapt = false
  readonly #ground: Ground
  /** Keeps the ids of runs that share the tables apart. */
  readonly #run: number
  readonly #verified = new Map<string, AccessToken>()
  #idle: McpContainer[] = []
  #idleHotelApis: HotelApi[] = []
  #sequence = 0

  constructor(
    ground: Ground,
    options: {
      run: number
      seed: number
      faults: readonly Fault[]
      pingOne: Omit<PingOneScript, 'clocks'>
      clocks?: number
      trace?: boolean
    },
  ) {
    this.#ground = ground
    this.#run = options.run
    this.clocks = options.clocks ?? 0
    this.simulation = new Simulation({ now: Date.UTC(2026, 10, 23, 8), ...options })
    this.pingOne = new ScriptedPingOne(
      this.simulation,
      { ...options.pingOne, clocks: options.clocks ?? 0 },
      ground.privateKey,
      () => this.newId(),
    )
    this.workflow = new VirtualWorkflow(this.simulation, ground.definition, (payload, execution) =>
      this.#advance(payload, execution),
    )
  }

  /** A host's call of a tool. Resolves when the call ended one way or the other. */
  call(tool: ToolResult['tool'], user: string, input: Json): Promise<ToolResult> {
    const correlationId = `call-${this.#sequence++}`
    this.asked.set(correlationId, { user, input })
    return new Promise((resolve) => {
      const container = this.#takeContainer()
      this.#start(
        `${tool}-${correlationId}`,
        29_000,
        async () => {
          const found = container.tools.find(({ name }) => name === tool) as Tool
          const parsed = found.inputSchema.parse(input)
          const trace = { time: <T>(_hop: string, work: () => Promise<T>) => work() }
          return found.answer({
            input: parsed,
            caller: callerFor(user, this.pingOne.inboundToken(user)),
            correlationId,
            trace,
          })
        },
        (end) => {
          const about = { tool, user, input, at: this.simulation.now }
          if (end.ok || !end.crashed) this.#idle.push(container)
          const result: ToolResult = end.ok
            ? {
                ...about,
                booking: (end.value as { structuredContent: BookingOutput }).structuredContent.booking,
              }
            : { ...about, error: describe(end.error, end.crashed) }
          this.results.push(result)
          this.simulation.note(
            `${tool} for ${user}: ${'booking' in result ? `${result.booking.status} ${result.booking.transactionId}` : JSON.stringify(result.error)}`,
          )
          resolve(result)
        },
      )
    })
  }

  /** A request straight to the hotel API, as an attacker with a token would send it. */
  attack(path: string, token: string, body: Json, headers: Record<string, string> = {}): Promise<Json> {
    return new Promise((resolve) => {
      this.#start(
        `attack-${this.#sequence++}`,
        29_000,
        async () => {
          const response = await this.#fetch(`${hotelApiUrl}${path}`, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${token}`,
              'content-type': 'application/json',
              'x-correlation-id': `attack-${this.#sequence++}`,
              ...headers,
            },
            body: JSON.stringify(body),
          })
          return response.json()
        },
        (end) => resolve(end.ok ? (end.value as Json) : {}),
      )
    })
  }

  #start(
    name: string,
    limit: number,
    work: () => Promise<unknown>,
    onEnd: Parameters<Simulation['start']>[3],
    extra: Pick<Context, 'token' | 'correlationId'> = {},
  ): void {
    this.lambdaInvocations++
    this.simulation.start(
      name,
      limit,
      (invocation) => context.run({ world: this, invocation, ...extra }, work),
      onEnd,
    )
  }

  #takeContainer(): McpContainer {
    return this.#idle.pop() ?? createMcpContainer(this)
  }

  /** The workflow's Task state: Step Functions' own call may fail before or after the function ran. */
  #advance(payload: Json, execution: Execution): Promise<unknown> {
    const service = (message: string) =>
      Object.assign(new Error(message), { name: 'Lambda.ServiceException' })
    return new Promise((resolve, reject) => {
      const run = () => {
        const container = this.#takeContainer()
        this.#start(
          `advance-${this.#sequence++}`,
          30_000,
          () => container.task(payload),
          (end) => {
            if (end.ok || !end.crashed) this.#idle.push(container)
            if (end.ok) resolve(end.value)
            else
              reject(
                end.crashed ? Object.assign(new Error('crashed'), { name: 'Lambda.Unknown' }) : end.error,
              )
          },
        )
      }
      this.simulation.start(
        `states-${execution.name.slice(0, 8)}`,
        60_000,
        (invocation) => this.simulation.act(invocation, 'invoke', run),
        (end) => {
          if (!end.ok) reject(service('Lambda could not be reached'))
        },
      )
    })
  }

  act<T>(
    what: string,
    effect: () => T | Promise<T>,
    garble?: (value: T) => T,
    patience?: number,
  ): Promise<T> {
    const { invocation } = current()
    const before = this.simulation.injected
    const { actions } = this.simulation
    const acted = this.simulation.act(invocation, what, effect, garble, patience)
    if (this.simulation.injected > before && actions < this.simulation.actions) {
      this.hits.set(invocation.name, [...(this.hits.get(invocation.name) ?? []), what])
    }
    return acted
  }

  // The tables --------------------------------------------------------------------------------------------------

  async sendToTables(command: Command): Promise<Json> {
    const { TransactItems: together, ...single } = command.input as TableRequest & {
      TransactItems?: { Put: TableRequest }[]
    }
    const requests = together?.map(({ Put }) => Put) ?? [single]
    const kind = command.constructor.name.replace('Command', '')
    const { token = '', correlationId = '' } = current()
    const about = requests.map(
      ({ Item: item, Key: key }) => (item ?? key)?.status ?? (item ?? key)?.kind ?? '',
    )
    return this.act(`${requests[0]?.TableName} ${kind} ${about.join(' ')}`, async () => {
      const answer = await this.#ground.tables.send(command)
      for (const { TableName: table, Item: item } of requests) {
        if (item !== undefined) this.#remember(table, item, token, correlationId)
      }
      const intents = requests.flatMap(({ Item: item }) =>
        item?.kind === 'intent' ? [item as unknown as IntentItem] : [],
      )
      if (intents.length > 0) this.history.push({ at: this.simulation.now, intents })
      return answer
    })
  }

  #remember(table: string, item: Json, token: string, correlationId: string): void {
    if (table === 'approvals') {
      const approval = item as Approval
      this.approvals.set(approval.transactionId, approval)
      this.#searchForTokens('the approvals table', JSON.stringify(item))
      return
    }
    if (item.kind === 'quote' && item.consumedBy === undefined) {
      const { quoteId } = item.terms as { quoteId: string }
      this.quoteOwners.set(quoteId, String(item.owner))
    }
    if (item.kind !== 'intent') return
    const intent = item as unknown as IntentItem
    if (!this.intents.has(intent.transactionId)) this.creators.set(intent.transactionId, correlationId)
    this.intents.set(intent.transactionId, intent)
    if (intent.status === 'confirmed') {
      this.confirmations.push({ intent, token, correlationId, at: this.simulation.now })
    }
  }

  #searchForTokens(where: string, text: string): void {
    for (const token of this.pingOne.minted.keys()) {
      if (text.includes(token)) this.violations.push(`a token lies in clear in ${where}`)
    }
  }

  // HTTP --------------------------------------------------------------------------------------------------------

  readonly fetch = ((input: string, init: RequestInit) => current().world.#fetch(input, init)) as typeof fetch

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    const body = init.body === undefined || init.body === null ? '' : String(init.body)
    if (!url.startsWith(hotelApiUrl)) return this.#fetchPingOne(url, headers, body)
    const path = url.slice(hotelApiUrl.length)
    const { method = 'GET' } = init
    await this.act(`hotel API ${method} ${path} sent`, () => {})
    const container = this.#idleHotelApis.pop() ?? createHotelApiContainer(this)
    const response = await new Promise<Response>((resolve) => {
      this.#start(
        `hotel-api-${this.#sequence++}`,
        15_000,
        () => container(new Request(url, { method, headers, ...(body === '' ? {} : { body }) })),
        (end) => {
          if (end.ok || !end.crashed) this.#idleHotelApis.push(container)
          resolve(end.ok ? (end.value as Response) : Response.json({ message: 'Internal' }, { status: 502 }))
        },
        {
          token: (headers.get('authorization') ?? '').replace(/^Bearer /, ''),
          correlationId: headers.get('x-correlation-id') ?? '',
        },
      )
    })
    const [, confirmed] = /^\/booking-intents\/(.+)\/confirm$/.exec(path) ?? []
    if (confirmed !== undefined && response.status === 403) {
      const { code } = (await response.clone().json()) as { code?: string }
      if (code === 'denied_by_policy')
        this.denials.push({ transactionId: confirmed, at: this.simulation.now })
    }
    return this.act(
      `hotel API ${method} ${path} answered ${response.status}`,
      () => response,
      () => hostileAnswer(this.simulation.random()),
    )
  }

  async #fetchPingOne(url: string, headers: Headers, body: string): Promise<Response> {
    const what = url.includes('/decisionEndpoints/') ? 'decision' : (url.split('/').at(-1) ?? '')
    const grant = new URLSearchParams(body).get('grant_type')?.split(':').at(-1) ?? ''
    const { invocation } = current()
    return this.act(
      `PingOne ${what} ${grant}`,
      () => {
        const requestId = new URLSearchParams(body).get('auth_req_id')
        const consumedBefore = this.pingOne.requests.find(({ id }) => id === requestId)?.consumed
        const answer = this.pingOne.answer({ url, headers, body })
        const request = this.pingOne.requests.find(({ id }) => id === requestId)
        if (request?.consumed && !consumedBefore) this.collectors.set(request.id, invocation.name)
        return answer
      },
      () => hostileAnswer(this.simulation.random()),
      // The client of PingOne gives a request up after six seconds.
      6000,
    )
  }

  /** The clock of one machine. */
  newClock(): () => number {
    if (this.clocks === 0) return this.simulation.clock
    const ahead = Math.round((this.simulation.random() * 2 - 1) * this.clocks)
    return () => this.simulation.now + ahead
  }

  async verify(token: string): Promise<AccessToken> {
    const known = this.#verified.get(token)
    if (known !== undefined) {
      if (known.expiresAt * 1000 > this.simulation.now) return known
      throw new InvalidTokenError('expired')
    }
    const verified = await this.simulation.track(
      createAccessTokenVerifier({
        issuer: names.issuer,
        audience: names.audience,
        clock: this.simulation.clock,
        keys: async () => this.#ground.publicKey,
      })(token),
    )
    this.#verified.set(token, verified)
    return verified
  }

  newId(): string {
    const part = () =>
      Math.floor(this.simulation.random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0')
    const hex = `${this.#run.toString(16).padStart(8, '0')}${part()}${part()}${part()}`
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }
}

function describe(error: unknown, crashed: boolean) {
  const { name, message, code } = error as { name: string; message: string; code?: string }
  return { name, message, crashed, ...(code === undefined ? {} : { code }) }
}

/** Answers that nobody sane gives. */
function hostileAnswer(choice: number): Response {
  const bodies = [
    () => new Response('<html>', { status: 200 }),
    () => Response.json({ access_token: '', token_type: 'mac' }),
    () => Response.json({ auth_req_id: 'x'.repeat(5000), expires_in: -1, interval: 0 }),
    () => Response.json({ error: 'server_error' }, { status: 400 }),
    () => Response.json({ transactionId: '00000000-0000-4000-8000-000000000000', status: 'confirmed' }),
    () => new Response(null, { status: 503, headers: { 'retry-after': '1' } }),
    () => Response.json({ decision: 'PERMIT', statements: 'none' }),
  ]
  return (bodies[Math.floor(choice * bodies.length)] ?? (() => new Response()))()
}

function callerFor(user: string, value: string): Caller {
  return {
    subject: user,
    displayName: user,
    token: {
      value,
      subject: user,
      clientId: names.connector,
      scopes: new Set(),
      actor: undefined,
      id: undefined,
      expiresAt: Number.MAX_SAFE_INTEGER / 1000,
      claims: {},
    },
  }
}

/** What one warm hotel API function keeps in memory. */
function createHotelApiContainer(world: World): HotelApi {
  const { simulation } = world
  const { random } = simulation
  const clock = world.newClock()
  const wait = (milliseconds: number) => simulation.sleep(current().invocation, milliseconds)
  return createHotelApiHandler({
    settings: {
      scopes: { memberRates: 'my-hotels:api:member_rates', book: names.bookScope, close: names.closeScope },
      hostScopes: { memberRates: 'my-hotels:mcp:member_rates', book: names.hostBookScope },
      clients: {
        connector: names.connector,
        exchange: names.clients.exchange.clientId,
        approval: names.clients.approval.clientId,
        workflow: names.clients.workflow.clientId,
      },
      approvalAuthentication: 'password',
      bookingTable: 'bookings',
      auditTable: 'audit',
      auditRetentionDays: 730,
      quoteLifetimeSeconds: 600,
      intentLifetimeSeconds: 1800,
    },
    documents: async () =>
      ({ send: (command: Command) => world.sendToTables(command) }) as unknown as DynamoDBDocumentClient,
    auditKey: async () => auditKey,
    verify: (token) => world.verify(token),
    decide: createDecide({
      ...{ fetch: world.fetch, clock, random, wait, issuer: names.issuer },
      endpointUrl: names.decisionUrls.hotelApi,
      service: decisionService,
      client: names.clients.hotelApiDecision,
      limits: { deadline: 3500, attemptTimeout: 2000, attempts: 2 },
    }),
    clock,
    newId: () => world.newId(),
    randomInt: (limit) => Math.floor(random() * limit),
    log: quiet,
  })
}

type McpContainer = { tools: Tool[]; task: (input: unknown) => Promise<unknown> }

/** What one warm MCP or task function keeps in memory: caches live as long as it does not crash. */
function createMcpContainer(world: World): McpContainer {
  const { simulation } = world
  const { random } = simulation
  const clock = world.newClock()
  const wait = (milliseconds: number) => simulation.sleep(current().invocation, milliseconds)
  const shared = { fetch: world.fetch, clock, random, wait, issuer: names.issuer }
  const hotels = createHotelApi({ ...shared, url: hotelApiUrl })
  const everyApproval = {
    clock,
    random,
    wait,
    logger: quiet,
    bindingMessage: createBindingMessage,
    writeId: () => world.newId(),
    table: createApprovalTable({
      tableName: 'approvals',
      client: async () =>
        ({ send: (command: Command) => world.sendToTables(command) }) as unknown as DynamoDBDocumentClient,
    }),
    ciba: createCiba({ ...shared, client: names.clients.approval, scope: `openid ${names.bookScope}` }),
    seal: createSeal({ keyArn: 'arn:key', client: async () => keyManagement(world) }),
    intents: createBookingIntents(hotels),
  }
  const approvals = createApprovals({
    ...everyApproval,
    workflowToken: undefined,
    startWorkflow: createStartWorkflow({
      stateMachineArn: 'arn:machine',
      client: async () => stepFunctions(world),
    }),
  })
  return {
    tools: createBookingTools({
      decide: createDecide({
        ...shared,
        endpointUrl: names.decisionUrls.mcp,
        service: 'myhotels-hotelmcp',
        client: names.clients.decision,
      }),
      exchange: createExchange({ ...shared, client: names.clients.exchange }),
      hotelApi: hotels,
      approvals,
      clock,
      scopes: { mcpBook: names.hostBookScope, apiBook: names.bookScope },
    }),
    task: createAdvanceTask({
      clock,
      approvals: createApprovals({
        ...everyApproval,
        workflowToken: createWorkflowToken({
          ...shared,
          client: names.clients.workflow,
          scope: names.closeScope,
        }),
        startWorkflow: undefined,
      }),
    }),
  }
}

function stepFunctions(world: World): SFNClient {
  const send = (command: { input: { name: string; input: string } }) =>
    world.act('states StartExecution', () => {
      world.workflow.start(command.input.name, JSON.parse(command.input.input) as Json)
      return {}
    })
  return { send } as unknown as SFNClient
}

const masterKey = randomBytes(32)

/** Data keys wrapped under a master key, bound to their encryption context as KMS binds them. */
function keyManagement(world: World): KMSClient {
  const send = (command: Command) =>
    world.act(`KMS ${command.constructor.name}`, () => {
      const aad = Buffer.from(JSON.stringify(command.input.EncryptionContext))
      if (command.constructor.name === 'GenerateDataKeyCommand') {
        const key = randomBytes(32)
        const iv = randomBytes(12)
        const cipher = createCipheriv('aes-256-gcm', masterKey, iv).setAAD(aad)
        const wrapped = Buffer.concat([cipher.update(key), cipher.final()])
        return { Plaintext: key, CiphertextBlob: Buffer.concat([iv, cipher.getAuthTag(), wrapped]) }
      }
      const blob = Buffer.from(command.input.CiphertextBlob as Uint8Array)
      const decipher = createDecipheriv('aes-256-gcm', masterKey, blob.subarray(0, 12))
        .setAAD(aad)
        .setAuthTag(blob.subarray(12, 28))
      return { Plaintext: Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]) }
    })
  return { send } as unknown as KMSClient
}
