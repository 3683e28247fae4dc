// `npm run destroy`: takes a stage down, PingOne's configuration included.
import { spawn } from 'node:child_process'
import { createProgram, runProgram } from './program.ts'

function destroy({ stage, force }: { stage: string; force?: true }): void {
  const child = spawn(
    'cdk',
    ['destroy', '--all', '--context', `stage=${stage}`, ...(force ? ['--force'] : [])],
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

await runProgram(
  createProgram('npm run destroy', 'Deletes what "npm run deploy" made, in AWS and in PingOne.')
    .option('--stage <name>', 'a stage of cdk.json; prod keeps what its configuration says', 'dev')
    .option('--force', 'do not ask')
    .addHelpText(
      'after',
      "\nLeft behind in any case: the worker's secret that you made by hand, and CDK's bootstrap stack.",
    )
    .action(destroy),
)
