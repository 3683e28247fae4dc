// One screen that says whether PingOne is ready for MyHotels, and what is missing.
import { parseArgs } from 'node:util'
import { MyHotelsError } from '../lambdas/errors/my-hotels-error.ts'
import { PingOneUnavailableError } from '../lambdas/identity/reconcile/errors.ts'
import type { Finding } from '../lambdas/identity/reconcile/preflight/check.ts'
import { runPreflight } from '../lambdas/identity/reconcile/preflight/run-preflight.ts'
import { ConfigurationError } from '../lib/configuration.ts'
import { ConnectionError, connect } from './pingone/connection.ts'
import { createPaint } from './pingone/paint.ts'
import { renderFinding } from './pingone/render.ts'

const help = `Checks credentials, region, products, roles and reachability of a PingOne environment.

  npm run doctor -- --local            the laptop system that "npm start" runs
  npm run doctor -- --stage dev        a stage of cdk.json
  npm run doctor                       PINGONE_REGION, PINGONE_ENVIRONMENT_ID

  PINGONE_WORKER_CLIENT_ID, PINGONE_WORKER_CLIENT_SECRET, PINGONE_WORKER_ENVIRONMENT_ID
                         the worker application, when it is not --local
  --json                 print JSON
  --help                 print this

Status: 0 ready, or ready with limits; 1 something is missing.
`

/** Long enough for a few retries, short enough to wait for. */
const patience = 30_000

async function diagnose(isLocal: boolean, stage: string | undefined): Promise<Finding[]> {
  const connection = await connect({
    isLocal,
    stage,
    redirectUris: [],
    variables: process.env,
    directory: process.cwd(),
    patience,
  }).catch((error: unknown) => {
    if (error instanceof ConnectionError || error instanceof ConfigurationError) return error
    throw error
  })
  if (connection instanceof Error) {
    return [{ subject: 'Where and who', level: 'unfit', sentence: connection.message }]
  }
  const { host } = new URL(connection.apiUrl)
  try {
    const { findings } = await runPreflight(connection.client, connection.worker.clientId)
    return [
      {
        subject: 'Reachability',
        level: 'ok',
        sentence: `${host} and ${new URL(connection.authUrl).host} answer`,
      },
      { subject: 'Credentials', level: 'ok', sentence: `worker ${connection.worker.clientId}` },
      ...findings,
    ]
  } catch (error) {
    if (!(error instanceof MyHotelsError)) throw error
    const subject = error instanceof PingOneUnavailableError ? 'Reachability' : 'Credentials'
    return [{ subject, level: 'unfit', sentence: error.message }]
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      local: { type: 'boolean', default: false },
      stage: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const findings = await diagnose(values.local, values.stage)
  const isUnfit = findings.some(({ level }) => level === 'unfit')
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ready: !isUnfit, findings }, null, 2)}\n`)
    return isUnfit ? 1 : 0
  }
  const paint = createPaint(process.stdout, process.env)
  for (const finding of findings) process.stdout.write(`${renderFinding(finding, paint)}\n`)
  const limits = findings.filter(({ level }) => level === 'limited').length
  const verdict = isUnfit
    ? 'Not ready.'
    : limits > 0
      ? `Ready, with ${limits} ${limits === 1 ? 'limit' : 'limits'}.`
      : 'Ready.'
  process.stdout.write(`\n${paint('bold', verdict)}\n`)
  return isUnfit ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  const code = (error as { code?: unknown } | null)?.code
  const isMisuse = typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')
  process.stderr.write(
    `${isMisuse ? `${(error as Error).message}. See --help.` : String((error as Error).stack)}\n`,
  )
  process.exitCode = 1
}
