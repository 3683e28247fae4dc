// `npm run deploy`: checks what a deployment needs, then hands over to the CDK CLI.
import { readFileSync } from 'node:fs'
import { nothingLeftBehind } from '../lambdas/identity/left-behind.ts'
import { ConfigurationError, parseConfiguration } from '../lib/configuration.ts'
import { createProgram, runProgram } from './program.ts'
import { runCdk } from './run-cdk.ts'
import { outputsFile, readStageOutputs } from './stage-outputs.ts'

const more = `
Before the first time: put your PingOne environment id into cdk.json, store the worker's credentials with
  aws secretsmanager create-secret --name myhotels/pingone/worker \\
    --secret-string '{"clientId":"…","clientSecret":"…"}'
and run "npx cdk bootstrap" once for the account and region. docs/deploy.md tells it step by step.`

const placeholder = '00000000-0000-4000-8000-000000000000'

async function deploy(values: { stage: string; approval: boolean; repair?: true }): Promise<void> {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as {
    context: { myhotels?: Record<string, unknown> }
  }
  const configuration = parseConfiguration(values.stage, context.myhotels?.[values.stage])
  if (configuration.pingOne.environmentId === placeholder) {
    throw new ConfigurationError(
      `cdk.json still holds the placeholder for myhotels.${values.stage}.pingOne.environmentId. Put the id of your PingOne environment there (console: Settings, Environment Properties).`,
    )
  }
  let nobodyCanAnswer = false
  const status = await runCdk(
    [
      'deploy',
      '--all',
      '--context',
      `stage=${values.stage}`,
      // A value of its own each time: the custom resource runs, although nothing else has changed.
      ...(values.repair ? ['--context', `repair=${new Date().toISOString()}`] : []),
      '--outputs-file',
      outputsFile(values.stage),
      '--require-approval',
      values.approval ? 'broadening' : 'never',
    ],
    (words) => {
      nobodyCanAnswer ||= words.includes('terminal (TTY) is not attached')
    },
  )
  process.exitCode = status
  if (nobodyCanAnswer) {
    console.error(
      `\nPermissions would widen, and nobody is there to be asked. Look at them with "npx cdk diff --context stage=${values.stage}", then run "npm run deploy -- --stage ${values.stage} --no-approval", or deploy from a terminal.`,
    )
  }
  if (status !== 0) return
  console.log(
    `\nDeployed. Check it with "npm run smoke -- --stage ${values.stage}". Then add a connector in ChatGPT on the McpUrl above; docs/deploy.md shows where the client id and secret go.`,
  )
  const { LeftBehind: left = nothingLeftBehind } = readStageOutputs(values.stage) ?? {}
  if (left !== nothingLeftBehind) console.log(`\nLeft behind: ${left}`)
}

await runProgram(
  createProgram('npm run deploy', 'Deploys MyHotels to AWS and configures PingOne.')
    .option('--stage <name>', 'a stage of cdk.json', 'dev')
    .option(
      '--repair',
      'look at PingOne again, although nothing has changed here: make what was deleted there',
    )
    .option('--no-approval', 'do not ask before permissions are changed')
    .addHelpText('after', more)
    .action(deploy),
  [ConfigurationError],
)
