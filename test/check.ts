// `npm run check`: what tells within seconds.
import { spawn } from 'node:child_process'
import { createProgram, runProgram, statuses } from '../bin/program.ts'

/** Each tool's words stay together, however the two overlap. */
function run(tool: string, args: string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const said: Buffer[] = []
    const child = spawn(tool, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    child.stdout.on('data', (chunk) => said.push(chunk))
    child.stderr.on('data', (chunk) => said.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => {
      process.stdout.write(Buffer.concat(said))
      resolve(status)
    })
  })
}

await runProgram(
  createProgram('npm run check', 'Checks format, lint and types, all at once.')
    .option('--fix', 'mend what can be mended without asking')
    .action(async ({ fix }) => {
      const results = await Promise.all([
        run('biome', ['check', '--error-on-warnings', ...(fix ? ['--write'] : []), '.']),
        run('tsc', ['--noEmit']),
      ])
      process.exitCode = results.every((status) => status === 0) ? statuses.ok : statuses.failed
    }),
)
