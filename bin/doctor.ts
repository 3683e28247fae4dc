// One screen that says whether PingOne is ready for MyHotels, and what is missing.
import { MyHotelsError } from '../lambdas/errors/my-hotels-error.ts'
import { PingOneUnavailableError } from '../lambdas/identity/reconcile/errors.ts'
import type { Finding } from '../lambdas/identity/reconcile/preflight/check.ts'
import { runPreflight } from '../lambdas/identity/reconcile/preflight/run-preflight.ts'
import { ConfigurationError } from '../lib/configuration.ts'
import { checkDeployment } from './pingone/check-deployment.ts'
import { ConnectionError, connect } from './pingone/connection.ts'
import { createPaint } from './pingone/paint.ts'
import { renderFinding } from './pingone/render.ts'
import { createProgram, runProgram, statuses } from './program.ts'
import { readStageOutputs } from './stage-outputs.ts'

const more = `
Without --local and --stage, PINGONE_REGION and PINGONE_ENVIRONMENT_ID say which environment. PINGONE_WORKER_CLIENT_ID,
PINGONE_WORKER_CLIENT_SECRET and PINGONE_WORKER_ENVIRONMENT_ID name the worker application, when it is not --local.

Status: 0 ready, or ready with limits; 1 something is missing; 2 a wrong call.`

/** Long enough for a few retries, short enough to wait for. */
const patience = 30_000

type Options = { local?: true; stage?: string; json?: true; directory: string }

async function diagnose({ local, stage, directory }: Options): Promise<Finding[]> {
  const connection = await connect({
    isLocal: local === true,
    stage,
    localDirectory: directory,
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
  const outputs = stage === undefined ? undefined : readStageOutputs(stage)
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
      ...(stage !== undefined && outputs ? [await checkDeployment(connection, stage, outputs)] : []),
    ]
  } catch (error) {
    if (!(error instanceof MyHotelsError)) throw error
    const subject = error instanceof PingOneUnavailableError ? 'Reachability' : 'Credentials'
    return [{ subject, level: 'unfit', sentence: error.message }]
  }
}

async function main(values: Options): Promise<number> {
  const findings = await diagnose(values)
  const isUnfit = findings.some(({ level }) => level === 'unfit')
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ready: !isUnfit, findings }, null, 2)}\n`)
    return isUnfit ? statuses.failed : statuses.ok
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
  return isUnfit ? statuses.failed : statuses.ok
}

await runProgram(
  createProgram(
    'npm run doctor',
    'Checks credentials, region, products, roles and reachability of a PingOne environment.',
  )
    .option('--local', 'the laptop system that "npm start" runs')
    .option('--directory <path>', 'where that system keeps its state', '.local')
    .option('--stage <name>', 'a stage of cdk.json')
    .option('--json', 'print JSON')
    .addHelpText('after', more)
    .action(async (options) => {
      process.exitCode = await main(options)
    }),
)
