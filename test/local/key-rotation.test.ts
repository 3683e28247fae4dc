// The keys of our clients are rotated as docs/deploy.md says, by two changes of cdk.json, while people go on searching
// and booking: the templates of the real app, deployed to the running system through CloudFormation.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type MyHotels, redirectUris, runMyHotels } from '../../local/run.ts'
import { synthesize } from '../../local/synthesize.ts'
import { answerApproval } from '../journeys/answer-approval.ts'
import { Assistant } from '../journeys/assistant.ts'
import { until } from '../journeys/report.ts'
import { createClient } from './cloud/cloudformation/client.ts'

type Booking = { transactionId: string; status: string; bindingMessage?: string }

let directory: string
let myHotels: MyHotels
let assistant: Assistant
beforeAll(async () => {
  // The CDK's own rules have been asked by the tests of the templates.
  process.env.CDK_VALIDATION = 'false'
  directory = await mkdtemp(join(tmpdir(), 'myhotels-rotation-'))
  myHotels = await runMyHotels({ directory, withChat: false })
  assistant = await assistantOf(0)
}, 180_000)
afterAll(async () => {
  await assistant?.close()
  await myHotels?.stop()
  await rm(directory, { recursive: true, force: true })
}, 30_000)

const people = () => myHotels.endpoints.users
const assistantOf = (person: number) =>
  new Assistant(myHotels.endpoints.mcp, myHotels.connector, people()[person]).connect()

/** What `cdk synth` writes with these keys, and where to. */
async function synthesizeWith(clientKeys: { current: number; previous?: number }): Promise<string> {
  const { pingOne, ports } = myHotels
  const assembly = join(directory, `assembly-${clientKeys.current}-${clientKeys.previous ?? ''}`)
  await synthesize({
    directory: assembly,
    configuration: {
      pingOne: {
        environmentId: pingOne.environmentId,
        hosts: { api: new URL(pingOne.apiUrl).origin, auth: pingOne.authUrl },
        customDomain: undefined,
      },
      connector: { redirectUris: redirectUris(ports) },
      clientKeys,
    },
  })
  return assembly
}

/** As `npm run deploy` does, stack by stack. */
async function deploy(assembly: string): Promise<void> {
  const cloudFormation = createClient(myHotels.cloud)
  for (const stack of ['Identity', 'HotelApi', 'Mcp']) {
    const template = JSON.parse(await readFile(join(assembly, `MyHotels-${stack}.template.json`), 'utf8'))
    const { StackStatus } = await cloudFormation.deploy(`MyHotels-${stack}-dev`, { template })
    expect(`${stack}: ${StackStatus}`).toBe(`${stack}: UPDATE_COMPLETE`)
  }
}

const clientKeys = () =>
  Object.values(myHotels.cloud.environments()).flatMap(({ CLIENT_KEY_ARN: arn }) => arn ?? [])
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

test('the keys are rotated while everything goes on, and no call fails', async () => {
  const { cloud, endpoints } = myHotels
  const before = clientKeys()
  const [anna] = people()
  const { hotels } = (await assistant.call('search_hotels_member_rates', { city: 'Berlin' }))
    .structuredContent as { hotels: { id: string; memberRate: number }[] }
  const dear = hotels.find(({ memberRate }) => memberRate * 4 >= 200 && memberRate * 4 <= 1000)
  const cheap = hotels.find(({ memberRate }) => memberRate < 200)
  const prepare = async (hotelId: string | undefined, nights: number, days: number) =>
    (await assistant.call('prepare_booking', { hotelId, nights, startDate: inDays(days) }))
      .structuredContent as { booking: Booking }
  const waiting = (await prepare(dear?.id, 4, 40)).booking
  expect(waiting.status).toBe('pending')

  const overlapping = await synthesizeWith({ current: 2, previous: 1 })
  const rotated = await synthesizeWith({ current: 2 })

  const answers: unknown[] = []
  let isOver = false
  const load = [
    () => assistant.call('search_hotels', { city: 'Milan' }),
    () => assistant.call('search_hotels_member_rates', { city: 'Rome' }),
    () => assistant.call('finalize_booking', { transactionId: waiting.transactionId }),
  ].map(async (call) => {
    while (!isOver)
      answers.push(await call().catch((error: unknown) => ({ isError: true, error: String(error) })))
  })
  try {
    await deploy(overlapping)
    expect((await prepare(cheap?.id, 1, 60)).booking.status).toBe('confirmed')
    await answerApproval(endpoints.phone, anna ?? { username: '', password: '' }, {
      code: waiting.bindingMessage,
      answer: 'approve',
    })
    await deploy(rotated)
  } finally {
    isOver = true
  }
  await Promise.all(load)

  await until('the confirmation', async () => {
    const { structuredContent } = await assistant.call('finalize_booking', {
      transactionId: waiting.transactionId,
    })
    return (structuredContent as { booking: Booking }).booking.status === 'confirmed'
  })
  expect(answers.filter((answer) => (answer as { isError?: boolean }).isError)).toEqual([])
  expect(answers.length).toBeGreaterThan(30)
  process.stdout.write(`${answers.length} calls while the keys were rotated, none failed\n`)
  expect(clientKeys().filter((arn) => before.includes(arn))).toEqual([])
  const { keys, keysPendingDeletion } = await cloud.inventory()
  expect(keysPendingDeletion?.sort()).toEqual(before.sort())
  expect(keys).toEqual(expect.arrayContaining(clientKeys()))
}, 420_000)
