// The whole of MyHotels on this machine, and what an attacker can reach of it: every address, every client, every role.
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaults } from '../../../lib/configuration.ts'
import { runMyHotels } from '../../../local/run.ts'
import {
  answerApproval,
  type Mail,
  mailWith,
  openMail,
  press,
  readMail,
} from '../../journeys/answer-approval.ts'
import { until } from '../../journeys/report.ts'
import { type Answer, type Json, readAnswer } from './answer.ts'
import { createClients } from './clients.ts'
import { createForge } from './forge.ts'
import { createGuests, type Guest } from './guests.ts'
import { followLog } from './log-tail.ts'
import { listenIn } from './wire.ts'

export type World = Awaited<ReturnType<typeof startWorld>>
export type Stay = { hotelId: string; startDate: string; nights: number }
export type Booking = {
  transactionId: string
  status: string
  bindingMessage: string
  totalPrice: number
  confirmationCode?: string
}
/** What a person approved on their own device: the words that were before their eyes. */
export type Approved = { id: string; words: string }

export type Sent = {
  token?: string | undefined
  body?: unknown
  headers?: Record<string, string>
}

/** Roles of the functions and of the state machine, by a part of their names. */
export const roles = {
  server: 'McpServerRole',
  task: 'AdvanceApprovalRole',
  hotelApi: 'HotelApiRole',
  configuration: 'PingOneConfigurationRole',
  workflow: 'StateMachineRole',
} as const
export type RoleName = keyof typeof roles

export const mcpScopes = defaults.scopes.mcp
export const apiScopes = defaults.scopes.hotelApi

/** Stays by what the shipped policy says to their price. */
const trips = {
  cheap: { hotelId: 'florence-foresteria-del-forno', nights: 1 },
  'needs approval': { hotelId: 'florence-torre-del-falconiere', nights: 1 },
  'too expensive': { hotelId: 'florence-palazzo-della-melagrana', nights: 3 },
}
const modernVersion = '2026-07-28'

export async function startWorld() {
  const directory = await mkdtemp(join(tmpdir(), 'myhotels-attacks-'))
  // What attackers try is no use of a grant, and what is denied to them no missing one: nothing is recorded.
  const output: string[] = []
  const myHotels = await runMyHotels({
    directory,
    withChat: false,
    // What waits for an answer still waits when a busy machine comes to the row that looks at it.
    approvalExpiresIn: 1500,
    onProgress: (step) => output.push(step),
  })
  const wire = listenIn()
  const { endpoints, cloud, pingOne, ports } = myHotels
  const clients = createClients(myHotels)
  const inviteOne = createGuests(myHotels)
  const guests: Guest[] = []
  async function invite(...how: Parameters<typeof inviteOne>): Promise<Guest> {
    const guest = await inviteOne(...how)
    guests.push(guest)
    return guest
  }
  const approvals: Approved[] = []
  /** Everything that was answered to an attack. */
  const answers: string[] = []
  const functionOf = (path: string) => {
    const found = cloud.functions.find((each) => each.path.endsWith(path))
    if (found === undefined) throw new Error(`There is no function ${path}`)
    return found
  }
  const hotelApiLine = followLog(functionOf('/HotelApi').logFile, (line) =>
    line.message === 'request' ? line.correlationId : undefined,
  )
  const mcpLine = followLog(functionOf('/McpServer').logFile, (line) => (line.call as Json)?.correlationId)

  function heard(answer: Answer): Answer {
    answers.push(answer.text)
    return answer
  }

  /** @param target method and path, as in `POST /booking-quotes` */
  async function hotelApi(target: string, { token, body, headers }: Sent = {}): Promise<Answer> {
    const [method = 'GET', path = '/'] = target.split(' ')
    const response = await fetch(`${endpoints.hotelApi}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return heard(await readAnswer('hotelApi', response))
  }

  /** One message to the MCP server, as a client of today sends it. */
  async function mcp(
    method: string,
    params: Record<string, unknown> = {},
    { token, headers, body }: Sent = {},
  ): Promise<Answer> {
    const name = typeof params.name === 'string' ? params.name : params.uri
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': modernVersion,
          'io.modelcontextprotocol/clientCapabilities': {},
          ...(params._meta as object | undefined),
        },
      },
    }
    const response = await fetch(endpoints.mcp, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': modernVersion,
        'mcp-method': method,
        ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? JSON.stringify(message) : (body as string),
    })
    return heard(await readAnswer('mcp', response))
  }

  const tool = async (who: Guest | undefined, name: string, args: Record<string, unknown>, sent: Sent = {}) =>
    mcp('tools/call', { name, arguments: args }, { token: await who?.token(), ...sent })

  /** How the attack ended, in the words of the side that ended it. */
  async function tell(answer: Answer): Promise<string> {
    const { side, status, headers, json } = answer
    const correlationId = headers.get('x-correlation-id')
    if (side === 'aws')
      return json.__type === undefined ? `${status}` : `${status} ${String(json.__type).split('#').pop()}`
    if (side === 'pingOne') return `${status} ${json.error ?? json.code ?? 'ok'}`
    // The gateway refuses in its own words and gives no id.
    if (correlationId === null) return `${status} ${json.message ?? ''}`.trim()
    if (side === 'hotelApi') {
      if (status < 400) return `${status} ${json.status ?? 'ok'}`
      const { code, reason } = await hotelApiLine(correlationId)
      return `${status} ${code}${reason === undefined ? '' : `: ${reason}`}`
    }
    const line = (await mcpLine(correlationId)).call as Json
    const detail = [
      line.failure?.detail ?? json.error?.code ?? json.result?.structuredContent?.booking?.status ?? [],
    ].flat()
    return `${status} ${line.outcome}${detail.length === 0 ? '' : `: ${detail.join(', ')}`}`
  }

  /** Calls an operation of AWS with the credentials of a role. */
  async function aws(role: RoleName, target: string, input: object): Promise<Answer> {
    const { accessKeyId, sessionToken = '' } = cloud.credentialsOf(roles[role])
    return callAws(accessKeyId, sessionToken, target, input)
  }

  async function callAws(accessKeyId: string, sessionToken: string, target: string, input: object) {
    const [service = '', operation = ''] = target.split(':')
    const { prefix, signing } = awsServices[service as keyof typeof awsServices]
    const rest = service === 'lambda'
    const { FunctionName, Payload } = input as { FunctionName?: string; Payload?: object }
    const response = await fetch(
      rest ? `${cloud.awsEndpoint}/2015-03-31/functions/${FunctionName}/invocations` : cloud.awsEndpoint,
      {
        method: 'POST',
        headers: {
          'content-type': rest ? 'application/json' : 'application/x-amz-json-1.0',
          ...(rest ? {} : { 'x-amz-target': `${prefix}.${operation}` }),
          authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${cloud.region}/${signing}/aws4_request, SignedHeaders=host, Signature=0`,
          'x-amz-security-token': sessionToken,
        },
        body: JSON.stringify(rest ? (Payload ?? {}) : input),
      },
    )
    const answer = await readAnswer('aws', response)
    const type = response.headers.get('x-amzn-errortype')
    return type === null ? answer : { ...answer, json: { __type: type, ...answer.json } }
  }

  /** Everything in a table, as plain values. */
  async function scan(table: string): Promise<Record<string, Json>[]> {
    const items: Record<string, Json>[] = []
    let start: Json
    do {
      const { json } = await callAws(cloud.credentials.accessKeyId, '', 'dynamodb:Scan', {
        TableName: table,
        ConsistentRead: true,
        ...(start ? { ExclusiveStartKey: start } : {}),
      })
      items.push(...json.Items.map(plain))
      start = json.LastEvaluatedKey
    } while (start)
    return items
  }

  const variables = (path: string) => cloud.environments()[functionOf(path).name] ?? {}
  const bookingTable = variables('/HotelApi').BOOKING_TABLE ?? ''
  const approvalTable = variables('/McpServer').APPROVAL_TABLE ?? ''

  /** What the table says of a booking. */
  async function statusOf(transactionId: string): Promise<string> {
    const items = await scan(bookingTable)
    return items.find((item) => item.id === `intent#${transactionId}`)?.status ?? 'unknown'
  }

  /** How an attack ended, and what the table then says of the booking that it was about. */
  const tellWith = async (answer: Answer, transactionId: string) =>
    `${await tell(answer)}; the booking is ${await statusOf(transactionId)}`

  let day = 20
  /** Nights of one's own: nobody else asks for the same. */
  function stay(price: 'cheap' | 'needs approval' | 'too expensive' = 'needs approval'): Stay {
    day += 1
    const startDate = new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10)
    return { ...trips[price], startDate }
  }

  /** The token that the MCP domain exchanges a person's token for. */
  async function exchanged(who: Guest, scope: string = apiScopes.book): Promise<string> {
    const { json } = await clients.exchange(await who.token(), scope)
    if (json.access_token === undefined) throw new Error(`No exchanged token: ${JSON.stringify(json)}`)
    return json.access_token
  }

  async function book(who: Guest, wanted: Stay): Promise<Booking> {
    const answer = await tool(who, 'prepare_booking', wanted)
    const booking = answer.json.result?.structuredContent?.booking
    if (booking === undefined) throw new Error(`No booking: ${answer.text}`)
    return booking
  }

  /** A booking that waits for its person. */
  async function pending(who: Guest, wanted = stay()): Promise<Booking & Stay> {
    const booking = await book(who, wanted)
    if (booking.status !== 'pending') throw new Error(`The booking is ${booking.status}`)
    return { ...booking, ...wanted }
  }

  /** A quote and a booking straight from the hotel API, as the MCP domain makes them; nobody is asked by it. */
  async function intent(who: Guest, wanted = stay(), more: object = {}): Promise<Answer> {
    const token = await exchanged(who)
    const { json } = await hotelApi('POST /booking-quotes', { token, body: wanted })
    return hotelApi('POST /booking-intents', {
      token,
      headers: { 'idempotency-key': `key-${json.quoteId}` },
      body: { quoteId: json.quoteId, ...more },
    })
  }

  /** The person reads their mail, says who they are, and decides. */
  async function decideOnPhone(who: Guest, code: string, answer: 'approve' | 'decline'): Promise<void> {
    const page = await answerApproval(endpoints.phone, who, { code, answer })
    if (answer === 'approve') approvals.push({ id: who.id, words: page.words })
  }

  async function finalize(who: Guest, transactionId: string): Promise<Json> {
    const answer = await tool(who, 'finalize_booking', { transactionId })
    return answer.json.result?.structuredContent?.booking
  }

  /** A booking that its person has approved. */
  async function approved(who: Guest): Promise<Booking & Stay> {
    const booking = await pending(who)
    await decideOnPhone(who, booking.bindingMessage, 'approve')
    return until('the confirmation', async () => {
      const now = await finalize(who, booking.transactionId)
      return now?.status === 'confirmed' && { ...booking, ...now }
    })
  }

  /** The parameters of a CIBA request that shows a booking as it is. */
  function shownOf(intentJson: Json): Record<string, string> {
    const { transactionId, quote } = intentJson
    return {
      transaction_id: transactionId,
      hotel_id: quote.hotelId,
      hotel_name: quote.hotelName,
      city: quote.city,
      check_in: quote.startDate,
      check_out: quote.endDate,
      nights: String(quote.nights),
      amount: quote.totalPrice.toFixed(2),
      currency: quote.currency,
    }
  }

  let codes = 0
  /** Asks a person for an approval as the approval client, with what the attacker wants to have shown. */
  async function ask(
    who: Guest,
    shown: Record<string, string>,
  ): Promise<{ authReqId: string; code: string; answer: Answer }> {
    codes += 1
    const code = `ASK-${1000 + codes}`
    const answer = await clients.startCiba({
      scope: `openid ${apiScopes.book}`,
      login_hint: who.id,
      binding_message: code,
      ...shown,
    })
    return { authReqId: answer.json.auth_req_id, code, answer }
  }

  /** The token of an approval that the person really gave for what was shown. */
  async function approvalOf(who: Guest, shown: Record<string, string>): Promise<string> {
    const { authReqId, code } = await ask(who, shown)
    await decideOnPhone(who, code, 'approve')
    const { json } = await clients.pollCiba(authReqId)
    if (json.access_token === undefined) throw new Error(`No token of the approval: ${JSON.stringify(json)}`)
    return json.access_token
  }

  const confirm = (transactionId: string, token: string) =>
    hotelApi(`POST /booking-intents/${transactionId}/confirm`, { token })

  /** A request as bytes, for targets and headers that no client would send. */
  function raw(port: number, bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let received = ''
      const socket = connect(port, '127.0.0.1')
      socket.setEncoding('latin1')
      socket.setTimeout(10_000, () => socket.destroy(new Error('no answer to bytes')))
      socket.on('data', (chunk) => {
        received += chunk
      })
      socket.on('close', () => {
        answers.push(received)
        resolve(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 'closed')
      })
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? socket.destroy() : reject(error),
      )
      // Not ended: the servers give up a connection that its client has closed.
      socket.write(bytes)
    })
  }

  /** What an administrator of PingOne does. */
  async function administer(method: string, path: string, body?: object): Promise<Answer> {
    const { clientId, clientSecret } = pingOne.worker
    const token = await fetch(`${pingOne.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { access_token } = (await token.json()) as { access_token: string }
    return manage(access_token, method, path, body)
  }

  /** A call of PingOne's Management API with whatever token. */
  async function manage(token: string, method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${pingOne.apiUrl}/environments/${pingOne.environmentId}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined
          ? {}
          : {
              'content-type': path.endsWith('/password')
                ? 'application/vnd.pingidentity.password.set+json'
                : 'application/json',
            }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return heard(await readAnswer('pingOne', response))
  }

  async function leaveGroup({ id }: Guest): Promise<void> {
    const group = pingOne.environment.list('groups').find(({ name }) => name === 'ChatGPT User')
    await administer('DELETE', `/users/${id}/memberOfGroups/${group?.id}`)
  }

  const bystander = await invite()
  const [bystanderBooking, bystanderPending] = [await approved(bystander), await pending(bystander)]
  // Until here they were answers to the bystander.
  answers.length = 0

  return {
    ...{
      myHotels,
      directory,
      output,
      guests,
      endpoints,
      ports,
      cloud,
      pingOne,
      clients,
      wire,
      answers,
      approvals,
    },
    ...{ bookingTable, approvalTable, variables, functionOf },
    invite,
    forge: createForge(pingOne),
    ...{ hotelApi, mcp, tool, aws, scan, raw, administer, manage, leaveGroup },
    ...{ tell, tellWith, statusOf },
    ...{
      stay,
      exchanged,
      book,
      pending,
      approved,
      intent,
      shownOf,
      ask,
      approvalOf,
      confirm,
      finalize,
      decideOnPhone,
    },
    /** Somebody whom no attacker has taken anything from, with a booking and one that waits. */
    bystander: { ...bystander, booking: bystanderBooking, pending: bystanderPending },
    mailOf: (who: { username: string }, code: string): Promise<Mail> =>
      mailWith(endpoints.phone, who.username, code),
    /** How many emails a person has. */
    async mailsOf(who: { username: string }): Promise<number> {
      return (await readMail(endpoints.phone, who.username)).length
    },
    openMail,
    press,
    async stop() {
      wire.stop()
      await myHotels.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const awsServices = {
  dynamodb: { prefix: 'DynamoDB_20120810', signing: 'dynamodb' },
  secretsmanager: { prefix: 'secretsmanager', signing: 'secretsmanager' },
  kms: { prefix: 'TrentService', signing: 'kms' },
  states: { prefix: 'AWSStepFunctions', signing: 'states' },
  ssm: { prefix: 'AmazonSSM', signing: 'ssm' },
  lambda: { prefix: '', signing: 'lambda' },
}

function plain(item: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]))
}

function plainValue(value: Json): Json {
  const [type, content] = Object.entries(value)[0] as [string, Json]
  if (type === 'M') return plain(content)
  if (type === 'L') return content.map(plainValue)
  return type === 'N' ? Number(content) : content
}
