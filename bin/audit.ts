// `npm run audit`: prints what a booking leaves in the audit trail, and verifies all of it.
import { ConfigurationError } from '../lib/configuration.ts'
import { readEntry } from './audit/evidence.ts'
import { AuditError, type OpenTrail, openTrail } from './audit/open-trail.ts'
import { renderEntry } from './audit/render.ts'
import { verifyTrail } from './audit/verify-trail.ts'
import { createPaint } from './pingone/paint.ts'
import { createProgram, runProgram, statuses } from './program.ts'

const more = `
With --stage it reads with your own AWS credentials: cloudformation:DescribeStacks, dynamodb:Query on the audit table and
its index; with --verify also dynamodb:Scan on both tables and secretsmanager:GetSecretValue on the key.

Status: 0 found, or all in order; 1 nothing found, or a fault for each sentence; 2 a wrong call.`

type Options = { local?: true; directory: string; stage: string; json?: true; verify?: true }

async function main(idOrCode: string | undefined, options: Options): Promise<number> {
  if (idOrCode === undefined && !options.verify) {
    process.stderr.write(
      'Say which booking, by its transaction id or confirmation code, or use --verify. See --help.\n',
    )
    return statuses.misused
  }
  const trail = await openTrail({
    local: options.local ? options.directory : undefined,
    stage: options.stage,
  })
  const shown = idOrCode === undefined ? true : await show(trail, idOrCode, options)
  if (!options.verify) return shown ? statuses.ok : statuses.failed
  return (await verify(trail, options)) && shown ? statuses.ok : statuses.failed
}

async function show(trail: OpenTrail, idOrCode: string, { json }: Options): Promise<boolean> {
  const items = await trail.read(idOrCode)
  const entries = items.map(({ entry }) => readEntry(entry))
  if (json) process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`)
  else if (items.length === 0) process.stdout.write(`The audit trail knows nothing of ${idOrCode}.\n`)
  else {
    const paint = createPaint(process.stdout, process.env)
    process.stdout.write(`${paint('bold', items.at(-1)?.id ?? '')}\n`)
    for (const entry of entries)
      process.stdout.write(
        `${entry === undefined ? 'An entry that cannot be read.' : renderEntry(entry, paint)}\n`,
      )
  }
  return items.length > 0
}

async function verify(trail: OpenTrail, { json }: Options): Promise<boolean> {
  let result = verifyTrail(await trail.gather(Date.now()))
  if (result.faults.length > 0) {
    // Bookings go on while they are read. A fault is what is there twice.
    const again = verifyTrail(await trail.gather(Date.now()))
    result = { ...again, faults: again.faults.filter((fault) => result.faults.includes(fault)) }
  }
  if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  else {
    for (const fault of result.faults) process.stdout.write(`${fault}.\n`)
    process.stdout.write(
      `${result.confirmed} confirmed bookings, ${result.chains} chains, ${result.faults.length} faults.\n`,
    )
  }
  return result.faults.length === 0
}

await runProgram(
  createProgram('npm run audit', 'Prints what is proved of a booking, or verifies the whole audit trail.')
    .argument('[id]', 'a transaction id or a confirmation code')
    .option('--local', 'the laptop system that "npm start" runs')
    .option('--directory <path>', 'where that system keeps its state', '.local')
    .option('--stage <name>', 'a stage of cdk.json', 'dev')
    .option('--verify', 'check every booking and every chain')
    .option('--json', 'print JSON')
    .addHelpText('after', more)
    .action(async (id, options) => {
      process.exitCode = await main(id, options)
    }),
  [AuditError, ConfigurationError],
)
