// `npm run journeys`: a fresh local run on free ports, and the three journeys played over MCP by a real client.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnauthorizedError } from '@modelcontextprotocol/client'
import { decodeJwt } from 'jose'
import { createProgram, runProgram } from '../../bin/program.ts'
import { type MyHotels, runMyHotels } from '../../local/run.ts'
import { recordAccess } from '../access/record-access.ts'
import { answerApproval, mailWith, openMail, press } from './answer-approval.ts'
import { Assistant, type ToolResult } from './assistant.ts'
import { playAudit } from './audit.ts'
import { Report, until } from './report.ts'

type Hotel = { id: string; name: string; nightlyRate: number; memberRate?: number }
type Booking = {
  transactionId: string
  status: string
  totalPrice: number
  confirmationCode?: string
  bindingMessage?: string
  message: string
}
const text = (result: ToolResult) => result.content.map((block) => block.text ?? '').join('\n')
const booking = (result: ToolResult) => {
  assert(!result.isError, `the tool reports an error: ${text(result)}`)
  return (result.structuredContent as { booking: Booking }).booking
}
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** A hotel and a number of nights whose total at the member rate lies in the range. */
function tripBetween(hotels: Hotel[], above: number, below: number): { hotelId: string; nights: number } {
  for (let nights = 1; nights <= 30; nights += 1) {
    for (const { id, memberRate } of hotels) {
      const total = (memberRate ?? 0) * nights
      if (total > above && total < below) return { hotelId: id, nights }
    }
  }
  throw new assert.AssertionError({ message: `no trip costs between ${above} and ${below} EUR` })
}

/** What the journeys made: a transaction id for each ending of a booking. */
export type Journeys = {
  endings: Record<'confirmed' | 'approved' | 'denied' | 'expired', string>
  people: MyHotels['endpoints']['users']
}

/** @returns nothing when the journeys broke off */
export async function play(report: Report, myHotels: MyHotels): Promise<Journeys | undefined> {
  const endings = { confirmed: '', approved: '', denied: '', expired: '' }
  const { mcp, hotelApi, phone, users } = myHotels.endpoints
  const [anna, ben] = [users.find((user) => user.inGroup), users.find((user) => !user.inGroup)]
  assert(anna && ben)
  const stranger = await new Assistant(mcp, myHotels.connector).connect()
  const assistant = await new Assistant(mcp, myHotels.connector, anna).connect()
  const onPhone = (code: string | undefined, answer: 'approve' | 'decline') =>
    answerApproval(phone, anna, { code, answer })
  let start = 10
  /** Every booking on days of its own: the same trip twice is one booking. */
  const prepare = (trip: { hotelId: string; nights: number }, who = assistant) => {
    start += 40
    return who.call('prepare_booking', { ...trip, startDate: inDays(start) })
  }
  const finalize = (transactionId: string) => assistant.call('finalize_booking', { transactionId })

  report.title('Search')
  await report.step('anybody sees hotels in Milan with standard rates', async () => {
    const result = await stranger.call('search_hotels', { city: 'Milan' })
    const { hotels } = result.structuredContent as { hotels: Hotel[] }
    assert(hotels.length >= 4)
    assert(hotels.every((hotel) => hotel.nightlyRate > 0 && hotel.memberRate === undefined))
    assert.match(text(result), /Milan/)
  })
  await report.step('the tool leads to a widget that can be read', async () => {
    const { tools } = await stranger.client.listTools()
    const tool = tools.find(({ name }) => name === 'search_hotels')
    const uri = (tool?._meta?.ui as { resourceUri?: string } | undefined)?.resourceUri
    assert(uri)
    const { contents } = await stranger.client.readResource({ uri })
    assert.match(String((contents[0] as { text?: string }).text), /^<!doctype html>/i)
  })
  await report.step('an unknown city is a clear error', async () => {
    const result = await stranger.call('search_hotels', { city: 'Atlantis' })
    assert.equal(result.isError, true)
    assert.match(text(result), /Atlantis|Milan/)
  })

  report.title('Member rates')
  await report.step('are refused without sign-in', async () => {
    await assert.rejects(stranger.call('search_hotels_member_rates', { city: 'Milan' }), UnauthorizedError)
  })
  const hotels = await report.step('are given after sign-in, with the name of the member', async () => {
    const result = await assistant.call('search_hotels_member_rates', { city: 'Milan' })
    assert(!result.isError, text(result))
    const content = result.structuredContent as { hotels: Hotel[]; memberName?: string }
    assert.equal(assistant.signIns, 1)
    assert.equal(content.memberName, anna.givenName)
    assert(content.hotels.every((hotel) => (hotel.memberRate ?? Number.NaN) < hotel.nightlyRate))
    return content.hotels
  })
  await report.step(
    'the token that the assistant holds is for the MCP server, with the connector as its actor',
    async () => {
      const claims = decodeJwt(assistant.accessToken ?? '')
      assert.deepEqual([claims.aud].flat(), ['myhotels-hotelmcp'])
      assert.deepEqual(claims.act, { sub: myHotels.connector.clientId })
    },
  )
  await report.step('a person outside the group is refused by the policy', async () => {
    const other = await new Assistant(mcp, myHotels.connector, ben).connect()
    const result = await other.call('search_hotels_member_rates', { city: 'Milan' })
    assert.equal(result.isError, true)
    assert.equal(result.structuredContent, undefined)
    await other.close()
  })

  report.title('Booking')
  if (hotels === undefined) return undefined
  await report.step('below 200 EUR is confirmed at once', async () => {
    const result = booking(await prepare(tripBetween(hotels, 0, 200)))
    assert.equal(result.status, 'confirmed')
    assert(result.totalPrice < 200)
    assert(result.confirmationCode)
    endings.confirmed = result.transactionId
  })
  const cheap = tripBetween(hotels, 0, 200)
  await report.step('the same request twice is one booking', async () => {
    const trip = { ...cheap, startDate: inDays(3) }
    const [first, second] = await Promise.all([
      assistant.call('prepare_booking', trip),
      assistant.call('prepare_booking', trip),
    ])
    assert.equal(booking(first).transactionId, booking(second).transactionId)
    assert.equal(booking(first).confirmationCode, booking(second).confirmationCode)
  })
  const middle = tripBetween(hotels, 200, 1000)
  const unanswered = await report.step('from 200 to 1000 EUR waits for approval', async () => {
    const pending = booking(await prepare(middle))
    assert.equal(pending.status, 'pending')
    return pending.transactionId
  })
  await report.step('and is confirmed when the phone approves', async () => {
    const pending = booking(await prepare(middle))
    assert.equal(pending.status, 'pending')
    assert.equal(booking(await finalize(pending.transactionId)).status, 'pending')
    const last = await onPhone(pending.bindingMessage, 'approve')
    assert.match(last.words, /Approved/)
    const confirmed = await until('the confirmation', async () => {
      const now = booking(await finalize(pending.transactionId))
      return now.status === 'confirmed' && now
    })
    assert(confirmed.confirmationCode)
    endings.approved = confirmed.transactionId
  })
  await report.step('the link in the email approves nothing by itself', async () => {
    const pending = booking(await prepare(middle))
    const page = await openMail(await mailWith(phone, anna.username, pending.bindingMessage))
    assert(page.asksForPassword)
    assert.doesNotMatch(page.words, new RegExp(`Approve |${pending.bindingMessage}`))
    const refused = await press(page, { ...anna, password: 'a guess' })
    assert(refused.asksForPassword)
    assert.equal(booking(await finalize(pending.transactionId)).status, 'pending')
  })
  await report.step('completes although finalize_booking is never called', async () => {
    const pending = booking(await prepare(middle))
    await onPhone(pending.bindingMessage, 'approve')
    await until(
      'the end of the workflow',
      async () => (await workflowStatus(myHotels, pending.transactionId)) === 'SUCCEEDED',
    )
    assert.equal(booking(await finalize(pending.transactionId)).status, 'confirmed')
  })
  await report.step('is denied when the phone denies', async () => {
    const pending = booking(await prepare(middle))
    await onPhone(pending.bindingMessage, 'decline')
    await until('the denial', async () => booking(await finalize(pending.transactionId)).status === 'denied')
    endings.denied = pending.transactionId
  })
  await report.step('whoever has just declined is asked for nothing else', async () => {
    const result = await prepare(middle)
    assert.equal(result.isError, true)
    assert.match(text(result), /just declined/)
  })
  await report.step(
    'an overlapping stay is named and asked about; another room is made when it is wanted',
    async () => {
      const trip = { ...cheap, startDate: inDays(3), nights: cheap.nights + 1 }
      const result = await assistant.call('prepare_booking', trip)
      assert.equal(result.isError, true)
      const [, transactionId] = /additionalRoomTo: "([^"]+)"/.exec(text(result)) ?? []
      const found = booking(await assistant.call('finalize_booking', { ...trip, nights: cheap.nights }))
      assert.equal(found.transactionId, transactionId)
      const another = { ...cheap, startDate: inDays(3), additionalRoomTo: transactionId }
      assert.equal(booking(await assistant.call('prepare_booking', another)).status, 'confirmed')
    },
  )
  await report.step("above 1000 EUR is refused with the policy's words", async () => {
    const result = await prepare(tripBetween(hotels, 1000, 100_000))
    assert.equal(result.isError, true)
    assert.match(text(result), /1000|1,000/)
  })
  await report.step("another person's booking is unknown", async () => {
    const mine = booking(await prepare(cheap))
    const result = await new Assistant(mcp, myHotels.connector, ben)
      .connect()
      .then((other) => other.call('finalize_booking', { transactionId: mine.transactionId }))
    assert.equal(result.isError, true)
    assert.doesNotMatch(text(result), new RegExp(mine.confirmationCode ?? 'none'))
  })

  await report.step('the booking that nobody answered expires', async () => {
    await until('the expiry', async () => booking(await finalize(unanswered ?? '')).status === 'expired')
    endings.expired = unanswered ?? ''
  })

  report.title('Bad input')
  const wrong: [string, Record<string, unknown>][] = [
    ['a day in the past', { ...cheap, startDate: '2020-01-01' }],
    ['zero nights', { ...cheap, startDate: inDays(5), nights: 0 }],
    ['31 nights', { ...cheap, startDate: inDays(5), nights: 31 }],
    ['an unknown hotel', { hotelId: 'no-such-hotel', startDate: inDays(5), nights: 1 }],
    ['a day that does not exist', { ...cheap, startDate: '2027-02-30' }],
  ]
  for (const [what, args] of wrong) {
    await report.step(`${what} is a clear error`, async () => {
      const result = await assistant.call('prepare_booking', args)
      assert.equal(result.isError, true)
      assert(text(result).length > 10)
    })
  }
  await report.step('malformed JSON-RPC is refused in JSON-RPC', async () => {
    const answer = await fetch(mcp, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: '{"jsonrpc": "2.0", "id": 1, "method"',
    })
    assert.equal(answer.status, 400)
    const body = (await answer.json()) as { error: { code: number } }
    assert.equal(body.error.code, -32700)
  })
  await report.step('the hotel API refuses to book without a token', async () => {
    const answer = await fetch(`${hotelApi}/booking-quotes`, { method: 'POST', body: '{}' })
    assert.equal(answer.status, 401)
  })

  await assistant.close()
  await stranger.close()
  return { endings, people: users }
}

/** The state of the execution that is named after the transaction. */
async function workflowStatus({ cloud }: MyHotels, transactionId: string): Promise<string | undefined> {
  const executionArn = Object.keys(cloud.counters().transitions).find((arn) =>
    arn.endsWith(`:${transactionId}`),
  )
  if (executionArn === undefined) return undefined
  const { DescribeExecutionCommand, SFNClient } = await import('@aws-sdk/client-sfn')
  const client = new SFNClient({
    endpoint: cloud.awsEndpoint,
    region: cloud.region,
    credentials: cloud.credentials,
  })
  const { status } = await client.send(new DescribeExecutionCommand({ executionArn }))
  client.destroy()
  return status
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'myhotels-journeys-'))
  const report = new Report()
  let myHotels: MyHotels | undefined
  try {
    myHotels = await runMyHotels({
      directory,
      withChat: false,
      approvalExpiresIn: 30,
      ...recordAccess(),
      onProgress: (step) => console.log(step),
    })
    const journeys = await play(report, myHotels)
    if (journeys !== undefined) await playAudit(report, directory, journeys)
  } catch (error) {
    report.failed += 1
    console.error(error)
  } finally {
    await myHotels?.stop()
    await rm(directory, { recursive: true, force: true })
  }
  report.close()
}

if (import.meta.main)
  await runProgram(
    createProgram(
      'npm run journeys',
      'Starts MyHotels afresh on free ports and plays its three journeys over MCP: search, member rates, booking.',
    )
      .addHelpText('after', '\nOne line per step; the exit status tells whether all held.')
      .action(main),
  )
