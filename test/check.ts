// `npm run check`: what tells within seconds.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'

const usage = `Checks format, lint and types, all at once.

  npm run check            tells what is wrong
  npm run check -- --fix   mends what can be mended without asking`

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' }, fix: { type: 'boolean' } } })
if (values.help) {
  console.log(usage)
} else {
  const statuses = await Promise.all([
    run('biome', ['check', '--error-on-warnings', ...(values.fix ? ['--write'] : []), '.']),
    run('tsc', ['--noEmit']),
  ])
  process.exitCode = statuses.every((status) => status === 0) ? 0 : 1
}

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
