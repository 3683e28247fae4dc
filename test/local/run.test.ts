// The whole of MyHotels, from the synthesized templates, looked at from outside while the journeys are played.
import diagnostics from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { type Amounts, amounts } from '../../lambdas/identity/desired-state/amounts.ts'
import { prepare } from '../../lambdas/identity/reconcile/prepare.ts'
import { defaultSettings } from '../../lambdas/identity/settings.ts'
import { defaults } from '../../lib/configuration.ts'
import { type MyHotels, redirectUris, runMyHotels } from '../../local/run.ts'
import { recordAccess } from '../access/record-access.ts'
import { answerApproval } from '../journeys/answer-approval.ts'
import { Assistant } from '../journeys/assistant.ts'
import { until } from '../journeys/report.ts'
import { managementClientOf } from './pingone/management-client-of.ts'

type Booking = { transactionId: string; status: string; bindingMessage?: string; totalPrice: number }
type Seen = { port: number; method: string; path: string; token: string | undefined }

const seen: Seen[] = []
/** The hotel API is away for these requests: the connection ends without an answer. */
let isAway: (path: string) => boolean = () => false
const watch = (message: unknown) => {
  const { request } = message as { request: IncomingMessage }
  if (request.socket.localPort === myHotels?.ports.hotelApi && isAway(request.url ?? ''))
    request.socket.destroy()
  seen.push({
    port: request.socket.localPort ?? 0,
    method: request.method ?? '',
    path: request.url ?? '',
    token: /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1],
  })
}

let directory: string
let myHotels: MyHotels
let assistant: Assistant

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'myhotels-run-'))
  diagnostics.subscribe('http.server.request.start', watch)
  myHotels = await runMyHotels({ directory, withChat: false, ...recordAccess() })
  const anna = myHotels.endpoints.users.find(({ inGroup }) => inGroup)
  assistant = await new Assistant(myHotels.endpoints.mcp, myHotels.connector, anna).connect()
})

afterAll(async () => {
  await assistant?.close()
  await myHotels?.stop()
  diagnostics.unsubscribe('http.server.request.start', watch)
  await rm(directory, { recursive: true, force: true })
})

test('a directory in which another run lives is neither used nor forgotten', async () => {
  const before = await readFile(`${directory}/pingone.json`, 'utf8')

  const second = runMyHotels({ directory, reset: true, withChat: false })

  await expect(second).rejects.toThrow(/is in use by process \d+/)
  expect(await readFile(`${directory}/pingone.json`, 'utf8')).toBe(before)
})

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
let day = 10

/** Prepares a booking of nearly this total, on days of its own. */
async function prepareFor(total: number): Promise<Booking> {
  const rates = await assistant.call('search_hotels_member_rates', { city: 'Paris' })
  const { hotels } = rates.structuredContent as { hotels: { id: string; memberRate: number }[] }
  const trips = hotels.flatMap(({ id, memberRate }) =>
    Array.from({ length: 30 }, (_, index) => ({
      hotelId: id,
      nights: index + 1,
      price: memberRate * (index + 1),
    })),
  )
  const { hotelId, nights } = trips.reduce((best, trip) =>
    Math.abs(trip.price - total) < Math.abs(best.price - total) ? trip : best,
  )
  day += 31
  const result = await assistant.call('prepare_booking', { hotelId, nights, startDate: inDays(day) })
  return (result.structuredContent as { booking: Booking }).booking
}

async function approve(bindingMessage: string | undefined): Promise<void> {
  const { phone, users } = myHotels.endpoints
  const anna = users.find(({ inGroup }) => inGroup)
  const last = await answerApproval(phone, anna ?? { username: '', password: '' }, {
    code: bindingMessage,
    answer: 'approve',
  })
  expect(last.words).toContain('Approved')
}

const finalize = async (transactionId: string) => {
  const result = await assistant.call('finalize_booking', { transactionId })
  return (result.structuredContent as { booking: Booking }).booking
}

const annasId = () =>
  String(myHotels.pingOne.environment.list('users').find(({ username }) => username === 'anna')?.id)

const clientId = (name: string) =>
  myHotels.pingOne.environment.list('applications').find((application) => application.name === name)?.id

describe('on the wire to the hotel API', () => {
  test('member rates travel with an exchanged token that carries the actor chain', async () => {
    seen.length = 0
    await assistant.call('search_hotels_member_rates', { city: 'Rome' })

    const request = seen.find(
      ({ port, path }) => port === myHotels.ports.hotelApi && path.includes('memberRates'),
    )
    const claims = decodeJwt(request?.token ?? '')
    expect([claims.aud].flat()).toEqual([defaults.audiences.hotelApi])
    expect(claims).toMatchObject({
      sub: annasId(),
      scope: defaults.scopes.hotelApi.memberRates,
      client_id: clientId('MyHotels Token Exchange'),
      act: {
        sub: clientId('MyHotels Token Exchange'),
        act: { sub: clientId('MyHotels ChatGPT') },
      },
    })
    expect(
      seen.filter(({ port }) => port === myHotels.ports.hotelApi).map(({ token }) => token),
    ).not.toContain(assistant.accessToken)
  })

  test('an approved booking is confirmed with the token that the approval yielded', async () => {
    const pending = await prepareFor(450)
    expect(pending.status).toBe('pending')
    seen.length = 0
    await approve(pending.bindingMessage)
    await until(
      'the confirmation',
      async () => (await finalize(pending.transactionId)).status === 'confirmed',
    )

    const confirmation = seen.filter(
      ({ port, path }) => port === myHotels.ports.hotelApi && path.endsWith('/confirm'),
    )
    expect(confirmation).toHaveLength(1)
    const claims = decodeJwt(confirmation[0]?.token ?? '')
    expect(claims).toMatchObject({
      sub: annasId(),
      client_id: clientId('MyHotels Booking Approval'),
      transaction_id: pending.transactionId,
      act: { sub: clientId('MyHotels Booking Approval') },
    })
    expect((claims.act as { act?: unknown }).act).toBeUndefined()
  })
})

describe('an approval whose booking cannot be confirmed at once', () => {
  /** Steps from the sealed token that this function took for the booking and that failed. */
  async function failedSteps(functionName: string, transactionId: string): Promise<number> {
    const logFile = myHotels.cloud.functions.find(({ path }) => path.endsWith(functionName))?.logFile ?? ''
    // There is none before the function first runs.
    const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n')
    return lines.filter(
      (line) =>
        line.includes('An approval step failed') &&
        line.includes(transactionId) &&
        line.includes('"status":"approved"') &&
        !line.includes('"failures":1,'),
    ).length
  }

  afterEach(() => {
    isAway = () => false
  })

  test.each([
    ['the workflow', 'AdvanceApproval', async () => undefined],
    ['the tool', 'McpServer', finalize],
  ])('is kept sealed, and %s confirms it with what it unseals', async (_who, functionName, look) => {
    const { transactionId, bindingMessage } = await prepareFor(450)
    isAway = (path) => path.endsWith(`${transactionId}/confirm`)
    await approve(bindingMessage)
    await until('a step from the sealed token', async () => {
      await look(transactionId)
      return (await failedSteps(functionName, transactionId)) > 0
    })

    isAway = () => false

    await until('the confirmation', async () => (await finalize(transactionId)).status === 'confirmed')
  })
})

describe('what is left behind', () => {
  test('no token and no client secret is in a log, a table or the history of an execution', async () => {
    const tokens = seen.flatMap(({ token }) => (token === undefined ? [] : [token]))
    const secrets = Object.values(myHotels.pingOne.environment.secrets).map(({ secret }) => secret)
    expect(tokens.length).toBeGreaterThan(2)
    expect(secrets.length).toBeGreaterThan(5)
    // A JWT's signature is enough to know it by, and survives being cut out of its token.
    const needles = [...secrets, ...tokens.map((token) => token.split('.').at(-1) ?? token)]

    const contents = readBelow(directory, /\/(logs|executions|dynamodb)\//)
    expect(contents.length).toBeGreaterThan(3)
    // What is stored can be found this way: the person's id and the booking are.
    for (const known of [annasId(), 'transactionId']) {
      expect(contents.some(([file, content]) => file.includes('/dynamodb/') && content.includes(known))).toBe(
        true,
      )
    }
    for (const [file, content] of contents) {
      for (const needle of needles) expect(content.includes(needle) ? file : 'clean').toBe('clean')
    }
  })

  test('the input of an execution is the transaction id alone', () => {
    const logs = readBelow(directory, /\/executions\//).map(([, content]) => content)

    expect(logs.join('\n')).toContain('transactionId')
    expect(logs.join('\n')).not.toMatch(/auth_req_id|access_token|authReqId/)
  })
})

describe('the policy', () => {
  test('lives in PingOne alone: a threshold of 300 lets 250 EUR through at once, without a restart', async () => {
    expect((await prepareFor(250)).status).toBe('pending')

    await applyAmounts({ approvalFrom: 300 })

    const booking = await prepareFor(250)
    expect(booking.totalPrice).toBeGreaterThan(200)
    expect(booking.totalPrice).toBeLessThan(300)
    expect(booking.status).toBe('confirmed')
  })
})

async function applyAmounts(changed: Partial<Amounts>) {
  const { pingOne } = myHotels
  const client = managementClientOf(pingOne)
  const { reconciler } = await prepare({
    client,
    settings: {
      ...defaultSettings,
      policy: { ...amounts, ...changed },
      connector: { redirectUris: redirectUris(myHotels.ports) },
    },
    issuer: pingOne.issuer,
    workerClientId: pingOne.worker.clientId,
    clock: Date.now,
  })
  await reconciler.apply()
}

/** Paths and contents, read in one turn: this process moves files of executions that end. */
function readBelow(folder: string, wanted: RegExp): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => wanted.test(file))
    .map((file) => [file, readFileSync(file, 'latin1')])
}
