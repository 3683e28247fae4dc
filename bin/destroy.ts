// `npm run destroy`: takes a stage down, PingOne's configuration included.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'

const usage = `Deletes what "npm run deploy" made, in AWS and in PingOne.

  npm run destroy                   the stage "dev"
  npm run destroy -- --stage prod   keeps tables, keys, secrets and PingOne's configuration, as cdk.json says
  npm run destroy -- --force        does not ask

Left behind in any case: the worker's secret that you made by hand, and CDK's bootstrap stack.`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    stage: { type: 'string', default: 'dev' },
    force: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(usage)
} else {
  const child = spawn(
    'cdk',
    ['destroy', '--all', '--context', `stage=${values.stage}`, ...(values.force ? ['--force'] : [])],
    { stdio: 'inherit', env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' } },
  )
  child.on('error', (error) => {
    console.error(`The CDK CLI did not start: ${error.message}. Run "npm install" first.`)
    process.exitCode = 1
  })
  child.on('close', (status) => {
    process.exitCode = status ?? 1
  })
}
