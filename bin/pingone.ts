// PingOne from a terminal: the code that the custom resource runs in AWS, for people without AWS.
import { writeFile } from 'node:fs/promises'
import { Argument } from '@commander-js/extra-typings'
import { MyHotelsError } from '../lambdas/errors/my-hotels-error.ts'
import { exportFlow } from '../lambdas/identity/davinci/export-flow.ts'
import { destroy } from '../lambdas/identity/reconcile/destroy.ts'
import type { Finding } from '../lambdas/identity/reconcile/preflight/check.ts'
import { prepare } from '../lambdas/identity/reconcile/prepare.ts'
import { readConnector } from '../lambdas/identity/reconcile/read-client.ts'
import type { Plan, Step } from '../lambdas/identity/reconcile/reconcile.ts'
import { describeSnapshot } from '../lambdas/identity/snapshot/describe-snapshot.ts'
import { ConfigurationError } from '../lib/configuration.ts'
import { type Connection, ConnectionError, connect } from './pingone/connection.ts'
import { createPaint } from './pingone/paint.ts'
import { describeDifference, renderFinding, renderStep, summarize, type Wording } from './pingone/render.ts'
import { writeSecretsFile } from './pingone/write-secrets-file.ts'
import { createProgram, runProgram, statuses } from './program.ts'

const more = `
Commands
  plan      show what would change
  apply     make it so
  verify    compare the environment with the wanted state
  destroy   delete what MyHotels made, and nothing else

Which environment
  --local or --stage, or the variables PINGONE_REGION, PINGONE_ENVIRONMENT_ID, PINGONE_CUSTOM_DOMAIN, which name it or
  replace what the stage says. PINGONE_WORKER_CLIENT_ID, PINGONE_WORKER_CLIENT_SECRET and
  PINGONE_WORKER_ENVIRONMENT_ID name the worker application to work as, and the environment that owns it.

Amounts: lambdas/identity/desired-state/amounts.ts, or policy in a stage of cdk.json. Everything else: docs/pingone.md.
Status: 0 done or in order, 1 failed, 2 verify found a difference, or a wrong call.`

const commands = ['plan', 'apply', 'verify', 'destroy'] as const
type Command = (typeof commands)[number]

const stopped = { ...statuses, differs: 2 } as const

type Output = {
  text(words: string): void
  step(step: Step, wording: Wording): void
  secrets: readonly string[]
}

type Options = {
  local?: true
  directory: string
  stage?: string
  redirectUri?: string[]
  secretsFile?: string
  snapshotFile?: string
  flowFile?: string
  yes?: true
  json?: true
}

async function main(command: Command, values: Options): Promise<number> {
  const paint = createPaint(process.stdout, process.env)
  const output: Output = {
    secrets: [],
    text: (words) => {
      if (!values.json) process.stdout.write(`${words}\n`)
    },
    step(step, wording) {
      if (!values.json) process.stdout.write(`${renderStep(step, wording, paint, output.secrets)}\n`)
    },
  }
  const connection = await connect({
    isLocal: values.local === true,
    localDirectory: values.directory,
    stage: values.stage,
    redirectUris: values.redirectUri ?? [],
    variables: process.env,
    directory: process.cwd(),
  })
  const findings: Finding[] = []
  output.text(
    paint('bold', `PingOne environment ${connection.environmentId} at ${new URL(connection.apiUrl).host}`),
  )

  if (command === 'destroy') {
    const steps = await runDestroy(connection, output, (values.local ?? values.yes) === true)
    if (values.json) printJson({ command, steps: steps.map(toJson) })
    return stopped.ok
  }

  const { reconciler, desired } = await prepare({
    client: connection.client,
    settings: connection.settings,
    issuer: connection.issuer,
    workerClientId: connection.worker.clientId,
    clock: Date.now,
    report: (step) => {
      output.secrets = reconciler.secrets()
      const isQuiet = step.action === 'keep' || step.action === 'adopt'
      // A verification names every object; elsewhere only what changes is news.
      if (command === 'verify' || !isQuiet) output.step(step, wordings[command])
    },
    reportFindings(found) {
      findings.push(...found)
      for (const finding of found) output.text(renderFinding(finding, paint))
      output.text('')
    },
  })
  const plan = command === 'apply' ? await reconciler.apply() : await reconciler.plan()
  const snapshotFile = values.snapshotFile
  if (snapshotFile !== undefined) {
    const snapshot = await describeSnapshot({
      desired,
      environmentId: connection.environmentId,
      id: reconciler.id,
    })
    await writeFile(snapshotFile, `${JSON.stringify(snapshot, null, 2)}\n`)
    output.text(
      `\n${snapshotFile} holds the Trust Framework and the policies; docs/pingone.md tells how to import it.`,
    )
  } else if (findings.some(({ snapshotHelps }) => snapshotHelps)) {
    output.text('\nTo get the file to import, run again with --snapshot-file <file>.')
  }
  const flowFile = values.flowFile
  if (flowFile !== undefined) {
    await writeFile(flowFile, `${JSON.stringify(exportFlow(desired, reconciler.id), null, 2)}\n`)
    output.text(
      `\n${flowFile} holds the approval flow as DaVinci exports one; docs/pingone.md tells what for.`,
    )
  }
  const secretsFile = values.secretsFile
  if (command === 'apply' && secretsFile !== undefined) {
    await writeSecretsFile(secretsFile, { connector: await readConnector(reconciler) })
    output.text(`${secretsFile} holds the connector's secret. Keep it out of version control.`)
  }
  output.text(`\n${conclusion(command, plan)}`)
  const isNewlyKnown = ({ action, kind }: Step) =>
    action === 'create' && ['application', 'decisionEndpoint'].includes(kind.name)
  if (command === 'apply' && values.stage !== undefined && plan.steps.some(isNewlyKnown)) {
    output.text(
      `Clients or the decision endpoint are new, and so are their ids. If the stage ${values.stage} is deployed, let its functions know: npm run deploy -- --stage ${values.stage} --repair`,
    )
  }
  if (values.json) {
    printJson({
      command,
      environmentId: connection.environmentId,
      inOrder: !plan.needsChange,
      findings,
      steps: plan.steps.map(toJson),
    })
  }
  if (command === 'verify') return plan.needsChange ? stopped.differs : stopped.ok
  return plan.steps.some(({ action }) => action === 'refuse') ? stopped.failed : stopped.ok

  function toJson(step: Step) {
    return {
      key: step.key,
      kind: step.kind.name,
      name: step.name,
      action: step.action,
      id: step.id,
      reason: step.reason,
      differences: step.differences.map((difference) => describeDifference(difference, output.secrets)),
    }
  }
}

const wordings: Record<Exclude<Command, 'destroy'>, Wording> = {
  plan: 'planned',
  apply: 'done',
  verify: 'drift',
}

function conclusion(command: Command, { steps, needsChange }: Plan): string {
  if (command === 'plan') {
    return needsChange ? `Would be: ${summarize(steps)}.` : `Nothing to do: ${summarize(steps)}.`
  }
  if (command === 'apply') return `Done: ${summarize(steps)}.`
  if (!needsChange) return `No drift: ${summarize(steps)}.`
  const drifted = steps.filter(({ action }) => ['create', 'update', 'delete', 'refuse'].includes(action))
  return `Drift in ${drifted.length} of ${steps.length} objects. Repair it with "apply".`
}

async function runDestroy(connection: Connection, output: Output, isMeant: boolean): Promise<Step[]> {
  const steps = await destroy({
    client: connection.client,
    clock: Date.now,
    isRehearsal: !isMeant,
    report: (step) => output.step(step, 'done'),
  })
  if (!isMeant) {
    for (const step of steps) output.step(step, 'planned')
    output.text(`\nNothing was deleted. To delete these ${steps.length} objects, run again with --yes.`)
  } else {
    output.text(`\nDone: ${steps.length} objects deleted. Whatever others made is untouched.`)
  }
  return steps
}

const printJson = (document: unknown) => process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)

await runProgram(
  createProgram('npm run pingone', 'Configures a PingOne environment for MyHotels.')
    .addArgument(new Argument('<command>', 'what to do').choices(commands))
    .option('--local', 'the environment of the laptop system that "npm start" runs')
    .option('--directory <path>', 'where that system keeps its state', '.local')
    .option('--stage <name>', 'region, environment, audiences and redirect URIs of a stage in cdk.json')
    .option(
      '--redirect-uri <uri...>',
      'callback URL of a host, exactly as it shows it; may be repeated. Without any, those that the ChatGPT client has stay',
    )
    .option(
      '--secrets-file <file>',
      'apply: write the ids and secrets of the clients there, readable by you alone',
    )
    .option(
      '--snapshot-file <file>',
      'write Trust Framework and policies as a snapshot to import in the console',
    )
    .option('--flow-file <file>', 'write the approval flow as an export, to lint it or to import it by hand')
    .option('--yes', 'destroy: do it. Without --yes and --local it only shows what would go')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', more)
    .action(async (command, options) => {
      process.exitCode = await main(command, options)
    }),
  [MyHotelsError, ConnectionError, ConfigurationError],
)
