// `npm run destroy`: takes a stage down, PingOne's configuration included.
import { createProgram, runProgram } from './program.ts'
import { runCdk } from './run-cdk.ts'

async function destroy({ stage, force }: { stage: string; force?: true }): Promise<void> {
  process.exitCode = await runCdk([
    'destroy',
    '--all',
    '--context',
    `stage=${stage}`,
    ...(force ? ['--force'] : []),
  ])
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
