// A laptop whose battery dies in the middle of an approval.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Endpoints } from '../../local/run.ts'
import { freePorts } from '../../local/run.ts'
import { answerApproval } from '../journeys/answer-approval.ts'
import { Assistant } from '../journeys/assistant.ts'
import { until } from '../journeys/report.ts'

type Run = { child: ChildProcess; endpoints: Endpoints; said: () => string }
type Booking = { transactionId: string; status: string; bindingMessage?: string }

let directory: string
let firstPort: number
let run: Run | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'myhotels-restart-'))
  firstPort = (await freePorts()).chat
})

afterAll(async () => {
  run?.child.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

/** The same command that `npm start` runs, until it says that it is ready. */
async function start(): Promise<Run> {
  let said = ''
  const child = spawn(
    process.execPath,
    ['local/start.ts', '--directory', directory, '--first-port', String(firstPort)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  await until('the start', async () => {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}: ${said}`)
    return /\bready\b/.test(said)
  })
  const endpoints = JSON.parse(await readFile(join(directory, 'endpoints.json'), 'utf8')) as Endpoints
  return { child, endpoints, said: () => said }
}

async function kill({ child }: Run): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

const connector = async () =>
  JSON.parse(await readFile(join(directory, 'connector.json'), 'utf8')) as {
    clientId: string
    clientSecret: string
  }

test('a pending approval outlives a SIGKILL, and its booking completes without anybody asking', async () => {
  run = await start()
  const anna = run.endpoints.users.find(({ inGroup }) => inGroup)
  const before = await new Assistant(run.endpoints.mcp, await connector(), anna).connect()
  const rates = await before.call('search_hotels_member_rates', { city: 'Berlin' })
  const { hotels } = rates.structuredContent as { hotels: { id: string; memberRate: number }[] }
  const hotel = hotels.find(({ memberRate }) => memberRate * 4 >= 200 && memberRate * 4 <= 1000)
  const startDate = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
  const prepared = await before.call('prepare_booking', { hotelId: hotel?.id, nights: 4, startDate })
  const { booking } = prepared.structuredContent as { booking: Booking }
  expect(booking.status).toBe('pending')

  await kill(run)
  run = await start()

  const person = anna ?? { username: '', password: '' }
  const last = await answerApproval(run.endpoints.phone, person, {
    code: booking.bindingMessage,
    answer: 'approve',
  })
  expect(last.words).toContain('Approved')

  await until('the confirmation by the workflow', async () => {
    const log = await workflowLog()
    return log.includes('"to":"confirmed"') && log.includes(booking.transactionId)
  })
  const after = await new Assistant(run.endpoints.mcp, await connector(), anna).connect()
  const finalized = await after.call('finalize_booking', { transactionId: booking.transactionId })
  expect((finalized.structuredContent as { booking: Booking }).booking.status).toBe('confirmed')
  await before.close()
  await after.close()
})

test('a second start on the same ports says which one is in use, and ends', async () => {
  const taken = spawn(process.execPath, [
    'local/start.ts',
    '--directory',
    join(directory, 'second'),
    '--first-port',
    String(firstPort),
  ])
  let said = ''
  taken.stderr.on('data', (chunk) => {
    said += chunk
  })
  const status = await new Promise((resolve) => taken.once('exit', resolve))

  expect(status).toBe(1)
  expect(said).toContain(`Port ${firstPort} (chat) is in use`)
})

/** What the workflow's task has logged so far; nothing before it ran. */
async function workflowLog(): Promise<string> {
  const name = (await readdir(join(directory, 'logs'))).find((file) => file.includes('AdvanceApproval'))
  return name === undefined ? '' : readFile(join(directory, 'logs', name), 'utf8')
}
