// A booking with approval through each method that a stage can demand beside the password, on the whole of MyHotels: the
// stage's one value reaches the flow in PingOne and the hotel API, also when it is changed later.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { type MyHotels, runMyHotels } from '../../local/run.ts'
import { recordAccess } from '../access/record-access.ts'
import { answerApproval, usePhoneAs } from '../journeys/answer-approval.ts'
import { Assistant } from '../journeys/assistant.ts'
import { until } from '../journeys/report.ts'

type Booking = { transactionId: string; status: string; bindingMessage?: string }
type Hotel = { id: string; memberRate: number }

let directory: string
let myHotels: MyHotels | undefined
let assistant: Assistant | undefined
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'myhotels-approval-'))
})
afterEach(async () => {
  await assistant?.close()
  await myHotels?.stop()
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

test.each([
  ['push', 'MOBILE', 20],
  ['passkey', 'FIDO2', 60],
] as const)(
  'a booking is confirmed where a stage demands a %s, and the person gives it',
  async (approvalAuthentication, device, day) => {
    myHotels = await runMyHotels({ directory, approvalAuthentication, withChat: false, ...recordAccess() })
    const { phone, mcp, users } = myHotels.endpoints
    const anna = users.find(({ inGroup }) => inGroup)
    if (anna === undefined) throw new Error('Nobody is in the group')
    const client = await new Assistant(mcp, myHotels.connector, anna).connect()
    assistant = client
    const call = async (name: string, input: Record<string, unknown>) =>
      (await client.call(name, input)).structuredContent as { booking: Booking; hotels: Hotel[] }
    const { hotels } = await call('search_hotels_member_rates', { city: 'Paris' })
    const [{ id = '', memberRate = 1 } = {}] = hotels
    const nights = Math.ceil(300 / memberRate)
    await usePhoneAs(phone, anna.username, device)

    const { booking } = await call('prepare_booking', { hotelId: id, nights, startDate: inDays(day) })
    const last = await answerApproval(phone, anna, { code: booking.bindingMessage, answer: 'approve' })
    const confirmed = await until('the confirmation', async () => {
      const { booking: now } = await call('finalize_booking', { transactionId: booking.transactionId })
      return now.status === 'pending' ? undefined : now
    })

    expect(last.words).toContain('Approved')
    expect(confirmed).toMatchObject({ transactionId: booking.transactionId, status: 'confirmed' })
  },
)
