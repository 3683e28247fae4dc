// `npm run bench`: what a call costs, beside a reference that is measured in the same run on the same machine.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createProgram, runProgram, wholeNumber } from '../bin/program.ts'
import { type MyHotels, runMyHotels } from '../local/run.ts'
import { Assistant } from '../test/journeys/assistant.ts'

async function bench(calls: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'myhotels-bench-'))
  let myHotels: MyHotels | undefined
  try {
    console.log('Starting MyHotels')
    myHotels = await runMyHotels({
      ...{ directory, withChat: false },
      // One person books as often as the clock wants, each time another night.
      policy: { dailyApprovalFrom: 1_000_000 },
    })
    await benchCalls(calls, myHotels)
    benchColdStarts(`${directory}/cdk.out`)
  } finally {
    await myHotels?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function benchCalls(calls: number, { endpoints, connector }: MyHotels): Promise<void> {
  const reference = await startReference()
  const anna = endpoints.users.find(({ inGroup }) => inGroup)
  const assistant = await new Assistant(endpoints.mcp, connector, anna).connect()
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const rates = await assistant.call('search_hotels_member_rates', { city: 'Milan' })
  const { hotels } = rates.structuredContent as { hotels: { id: string; memberRate: number }[] }
  const cheapest = hotels.reduce((least, hotel) => (hotel.memberRate < least.memberRate ? hotel : least))
  const trip = { hotelId: cheapest.id, nights: 1, startDate: inDays(30) }
  const booked = (await assistant.call('prepare_booking', trip)).structuredContent as {
    booking: { transactionId: string }
  }
  let request = 0

  const rows = [
    ['an empty HTTP server (reference)', () => fetch(reference.url).then((answer) => answer.text())],
    [
      'hotel API: GET /hotels',
      () => fetch(`${endpoints.hotelApi}/hotels?city=Milan`).then((answer) => answer.text()),
    ],
    ['MCP: tools/list', () => listTools(endpoints.mcp)],
    ['search_hotels', () => assistant.call('search_hotels', { city: 'Milan' })],
    ['search_hotels_member_rates', () => assistant.call('search_hotels_member_rates', { city: 'Milan' })],
    [
      'prepare_booking, confirmed at once',
      () => assistant.call('prepare_booking', { ...trip, startDate: inDays(31 + request++) }),
    ],
    ['finalize_booking, confirmed', () => assistant.call('finalize_booking', booked.booking)],
  ] as const

  console.log(`\nWarm calls, ${calls} each, one after the other (milliseconds)\n`)
  console.log(`${'call'.padEnd(36)}${'p50'.padStart(8)}${'p95'.padStart(8)}${'× reference'.padStart(13)}`)
  let base = 0
  for (const [name, work] of rows) {
    for (let warm = 0; warm < 10; warm += 1) {
      await pause()
      await work()
    }
    const times: number[] = []
    for (let call = 0; call < calls; call += 1) {
      await pause()
      const startedAt = performance.now()
      await work()
      times.push(performance.now() - startedAt)
    }
    times.sort((a, b) => a - b)
    const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)]
    base ||= p50
    console.log(
      `${name.padEnd(36)}${p50.toFixed(1).padStart(8)}${p95.toFixed(1).padStart(8)}${(p50 / base).toFixed(0).padStart(13)}`,
    )
  }
  await assistant.close()
  reference.stop()
}

/** Calls stay below the gateway's throttle of 50 a second, which the local cloud applies too. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 25))
}

/** Past the client, which keeps the list for as long as the server's cache hint says. */
async function listTools(mcpUrl: string): Promise<unknown> {
  const answer = await fetch(mcpUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  })
  return answer.json()
}

function quantile(sorted: number[], q: number): number {
  return sorted[Math.floor((sorted.length - 1) * q)] ?? 0
}

async function startReference(): Promise<{ url: string; stop(): void }> {
  const server = http.createServer((_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    stop: () => server.close().closeAllConnections(),
  }
}

/** A new process for each sample: what Lambda does when nothing is warm, without its own part of it. */
function benchColdStarts(assembly: string): void {
  const bundles = readdirSync(assembly)
    .filter((name) => name.startsWith('asset.'))
    .map((name) => join(assembly, name, 'index.mjs'))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
  console.log(`\nCold starts, median of 9 new processes (milliseconds from start to the module's end)\n`)
  console.log(
    `${'bundle'.padEnd(36)}${'kB'.padStart(8)}${'gzip'.padStart(8)}${'ms'.padStart(8)}${'+ reference'.padStart(13)}`,
  )
  const empty = coldStart('data:text/javascript,')
  console.log(`${'an empty module (reference)'.padEnd(36)}${''.padStart(16)}${empty.toFixed(0).padStart(8)}`)
  for (const file of bundles) {
    const code = readFileSync(file)
    const name = bundleName(code.toString())
    if (name === undefined) continue
    const time = coldStart(file)
    console.log(
      `${name.padEnd(36)}${(code.length / 1000).toFixed(0).padStart(8)}${(gzipSync(code).length / 1000).toFixed(0).padStart(8)}${time.toFixed(0).padStart(8)}${(time - empty).toFixed(0).padStart(13)}`,
    )
  }
}

/** Bundles are told apart by a variable that only they read. */
function bundleName(code: string): string | undefined {
  if (code.includes('SIGN_IN_AT_CONNECT')) return 'MCP server'
  if (code.includes('BOOKING_TABLE')) return 'hotel API'
  if (code.includes('WORKER_SECRET_ID')) return 'PingOne configuration'
  if (code.includes('APPROVAL_TABLE')) return 'approval step'
  return undefined
}

function coldStart(module: string): number {
  // A missing variable would end the module early: each gets one of the right form.
  const env = Object.fromEntries(
    [
      ...[
        'AUDIENCE',
        'SCOPE_MEMBER_RATES',
        'SCOPE_BOOK',
        'SCOPE_CLOSE',
        'API_SCOPE_MEMBER_RATES',
        'API_SCOPE_BOOK',
      ],
      ...[
        'API_SCOPE_CLOSE',
        'CONNECTOR_CLIENT_ID',
        'EXCHANGE_CLIENT_ID',
        'APPROVAL_CLIENT_ID',
        'WORKFLOW_CLIENT_ID',
        'DECISION_CLIENT_ID',
      ],
      ...['BOOKING_TABLE', 'APPROVAL_TABLE'],
    ].map((name) => [name, name.toLowerCase()]),
  )
  const times = Array.from({ length: 9 }, () => {
    const startedAt = performance.now()
    const result = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', `await import(${JSON.stringify(module)}); process.exit(0)`],
      {
        env: {
          ...env,
          AWS_REGION: 'eu-central-1',
          ISSUER: 'https://auth.example.com/as',
          HOTEL_API_URL: 'https://hotels.example.com',
          DECISION_ENDPOINT_URL: 'https://api.example.com/v1/environments/e/decisionEndpoints/d',
          CLIENT_KEY_ARN: 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000001',
          WORKER_SECRET_ID: 'myhotels/pingone/worker',
          APPROVAL_KEY_ARN: 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000',
          APPROVAL_WORKFLOW_ARN: 'arn:aws:states:eu-central-1:111122223333:stateMachine:approvals',
          ALLOWED_ORIGINS: '',
          SIGN_IN_AT_CONNECT: 'anonymous',
          QUOTE_LIFETIME_SECONDS: '600',
          INTENT_LIFETIME_SECONDS: '1800',
        },
      },
    )
    if (result.status !== 0) throw new Error(`${module} does not start: ${String(result.stderr).slice(-600)}`)
    return performance.now() - startedAt
  })
  times.sort((a, b) => a - b)
  return quantile(times, 0.5)
}

const more = `
Each figure stands beside a reference of the same run: an empty HTTP server for calls, an empty module for cold starts.
Times are of this machine; compare ratios, not milliseconds, between machines.`

await runProgram(
  createProgram(
    'npm run bench',
    'Measures a fresh local run: warm calls of every tool, and the cold start of every bundle.',
  )
    .option('--calls <number>', 'calls of each kind', wholeNumber(10, 10_000), 100)
    .addHelpText('after', more)
    .action(({ calls }) => bench(calls)),
)
