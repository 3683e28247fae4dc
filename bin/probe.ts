// `npm run probe`: asks a PingOne tenant and an AWS account what nothing else can tell, and says what it means.
import { MyHotelsError } from '../lambdas/errors/my-hotels-error.ts'
import { ConfigurationError } from '../lib/configuration.ts'
import { ConnectionError, connect } from './pingone/connection.ts'
import { createPaint } from './pingone/paint.ts'
import { createPerson } from './probe/person.ts'
import { createPingOne } from './probe/pingone.ts'
import { probes } from './probe/probes.ts'
import { readDeployed } from './probe/read-deployed.ts'
import { writeRecording } from './probe/recording.ts'
import { renderFinding, renderList, renderSummary } from './probe/render.ts'
import { runProbes } from './probe/run-probes.ts'
import { stageWorker } from './probe/stage-worker.ts'
import { createProgram, runProgram, statuses } from './program.ts'

const more = `
Credentials: --local; with --stage the worker's secret that the deployment itself reads from Secrets Manager, or
PINGONE_WORKER_CLIENT_ID and PINGONE_WORKER_CLIENT_SECRET; without a stage those two with PINGONE_REGION and
PINGONE_ENVIRONMENT_ID. Questions about AWS need a stage that "npm run deploy" deployed from here.

Everything that is made is called "MyHotels-Probe-…", costs nothing and is deleted at the end, also after Ctrl-C; what a
killed run left behind is found and deleted by the next. Run one at a time per environment.

Status: 0 all that was asked is as MyHotels expects; 1 something differs; 2 a wrong call; 130 ended by Ctrl-C.`

/** A wrong call; the message says what to give. */
class ProbeCallError extends Error {
  override readonly name = 'ProbeCallError'
}

type Options = {
  local?: true
  stage?: string
  directory: string
  only?: string
  list?: true
  record?: string
  withPerson?: true
  username?: string
  json?: true
}

/** Longer than the slowest run with a person. */
const patience = 30 * 60_000

async function main(options: Options): Promise<number> {
  if (options.list) {
    process.stdout.write(`${renderList(probes, 'PingOne')}\n\n${renderList(probes, 'AWS')}\n`)
    return statuses.ok
  }
  const chosen = choose(options.only)
  if (options.withPerson && !options.username)
    throw new ProbeCallError('Say who is asked with --username, the name of a user whose mail you can read.')
  const deployed = await readDeployed({
    local: options.local === true ? options.directory : undefined,
    stage: options.stage,
  })
  const worker = options.local ? {} : await stageWorker(deployed, process.env)
  const connection = await connect({
    isLocal: options.local === true,
    stage: options.stage,
    localDirectory: options.directory,
    redirectUris: [],
    variables: { ...process.env, ...worker },
    directory: process.cwd(),
    patience,
  })
  const paint = createPaint(process.stdout, process.env)
  const say = (line: string) => void (options.json || process.stdout.write(`${line}\n`))
  say(`Asking ${new URL(connection.apiUrl).host}, environment ${connection.environmentId}`)
  const ending = endOnInterrupt()
  const run = await runProbes({
    probes: chosen,
    pingOne: createPingOne({ ...connection, fetch }),
    management: connection.client,
    deployed,
    person: options.withPerson ? createPerson(String(options.username)) : undefined,
    signal: ending,
    onSwept: (count) =>
      say(`Deleted ${count} ${count === 1 ? 'thing' : 'things'} that an earlier run left behind`),
    onAsking: ({ id, asks }) => {
      if (process.stderr.isTTY && !options.json) process.stderr.write(paint('dim', `  ${id}: ${asks}\r`))
    },
    onFinding: (finding) => {
      if (process.stderr.isTTY && !options.json) process.stderr.write('\u001b[2K\r')
      say(renderFinding(finding, paint))
    },
  })
  if (options.json) {
    const findings = run.findings.map(({ probe, outcome, words }) => ({ id: probe.id, outcome, words }))
    process.stdout.write(`${JSON.stringify({ findings, left: run.left }, null, 2)}\n`)
  }
  say(`\n${paint('bold', renderSummary(run.findings))}`)
  for (const path of run.left) say(`Could not be deleted, and will be by the next run: ${path}`)
  if (options.record !== undefined && !ending.aborted) {
    writeRecording(options.record, {
      madeAgainst: options.local ? 'the local PingOne' : 'a PingOne tenant',
      madeOn: new Date().toISOString().slice(0, 10),
      answers: run.answers,
    })
    say(`The answers' shapes are in ${options.record}. Read it before you share it.`)
  }
  if (ending.aborted) return 130
  return run.findings.some(({ outcome }) => outcome === 'differs') ? statuses.failed : statuses.ok
}

function choose(only: string | undefined) {
  if (only === undefined) return probes
  return only.split(',').map((id) => {
    const found = probes.find((probe) => probe.id === id.trim())
    if (found) return found
    throw new ProbeCallError(`There is no probe "${id.trim()}". "npm run probe -- --list" names all.`)
  })
}

/** The first Ctrl-C ends the run and lets it take away what it made; the second ends it at once. */
function endOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130)
      process.stderr.write(
        '\nEnding: deleting what was made. Once more ends at once; the next run then deletes it.\n',
      )
      controller.abort()
    })
  }
  return controller.signal
}

await runProgram(
  createProgram(
    'npm run probe',
    'Asks PingOne and AWS what only a real tenant or account can tell, harmlessly, and says what it means for MyHotels.',
  )
    .option('--local', 'the laptop system that "npm start" runs')
    .option('--directory <path>', 'where that system keeps its state', '.local')
    .option('--stage <name>', 'a stage of cdk.json')
    .option('--only <ids>', 'some probes, separated by commas')
    .option('--list', 'print all probes as the table of docs/probe.md')
    .option('--record <file>', 'write the shapes of the answers, without ids, secrets and personal data')
    .option('--with-person', 'also what a person has to do: approve by email, say what a page showed')
    .option('--username <name>', 'with --with-person: the user who is asked')
    .option('--json', 'print JSON')
    .addHelpText('after', more)
    .action(async (options) => {
      try {
        process.exitCode = await main(options)
      } catch (error) {
        if (error instanceof ProbeCallError || error instanceof ConnectionError)
          process.exitCode = statuses.misused
        throw error
      }
      // A question that nobody answered any more must not keep the program.
      if (process.exitCode === 130) process.exit()
    }),
  [ProbeCallError, ConnectionError, ConfigurationError, MyHotelsError],
)
