// `npm run deploy`: checks what a deployment needs, then hands over to the CDK CLI.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfigurationError, parseConfiguration } from '../lib/configuration.ts'

const usage = `Deploys MyHotels to AWS and configures PingOne.

  npm run deploy                     the stage "dev"
  npm run deploy -- --stage prod     another stage of cdk.json
  npm run deploy -- --no-approval    does not ask before it changes permissions

Before the first time: put your PingOne environment id into cdk.json, store the worker's credentials with
  aws secretsmanager create-secret --name myhotels/pingone-worker \\
    --secret-string '{"clientId":"…","clientSecret":"…"}'
and run "npx cdk bootstrap" once for the account and region. docs/deploy.md tells it step by step.`

const placeholder = '00000000-0000-4000-8000-000000000000'

function deploy(): void {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      stage: { type: 'string', default: 'dev' },
      'no-approval': { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as {
    context: { myhotels?: Record<string, unknown> }
  }
  const configuration = parseConfiguration(values.stage, context.myhotels?.[values.stage])
  if (configuration.pingOne.environmentId === placeholder) {
    throw new ConfigurationError(
      `cdk.json still holds the placeholder for myhotels.${values.stage}.pingOne.environmentId. Put the id of your PingOne environment there (console: Settings, Environment Properties).`,
    )
  }
  const child = spawn(
    'cdk',
    [
      'deploy',
      '--all',
      '--context',
      `stage=${values.stage}`,
      '--outputs-file',
      `cdk.out/outputs-${values.stage}.json`,
      '--require-approval',
      values['no-approval'] ? 'never' : 'broadening',
    ],
    { stdio: 'inherit', env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' } },
  )
  child.on('error', (error) => fail(error))
  child.on('close', (status) => {
    process.exitCode = status ?? 1
    if (status === 0) {
      console.log(
        `\nDeployed. Check it with "npm run smoke -- --stage ${values.stage}". Then add a connector in ChatGPT on the McpUrl above; docs/deploy.md shows where the client id and secret go.`,
      )
    }
  })
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

try {
  deploy()
} catch (error) {
  fail(error)
}
