// `npm test`: everything that has to hold, in order of how fast it tells.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import { createProgram, runProgram, statuses } from '../bin/program.ts'
import { accessRecordVariable } from './access/record-access.ts'

const node = process.execPath
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
]

const parts = [
  { name: 'check', what: 'format, lint and types', command: ['npm', 'run', '--silent', 'check'] },
  { name: 'unit', what: 'unit and integration tests, synth checks', command: [node, ...jest] },
  { name: 'journeys', what: 'the journeys, over MCP', command: [node, 'test/journeys/run.ts'] },
  { name: 'browser', what: 'the journeys, in a browser', command: [node, 'test/journeys/browser.ts'] },
  {
    name: 'rehearse',
    what: 'deployment, change and end, with the real CDK CLI',
    command: [node, 'test/rehearse/run.ts'],
  },
  {
    name: 'access',
    what: 'grants that none of the above used, and uses without a grant',
    command: [node, 'test/access/run.ts'],
  },
]

async function runParts(chosen: typeof parts): Promise<number> {
  const accessRecord = mkdtempSync(join(tmpdir(), 'myhotels-access-'))
  process.env[accessRecordVariable] = accessRecord
  const results: { name: string; passed: boolean; seconds: number }[] = []
  for (const part of chosen) {
    console.log(`\n▶ ${part.name}: ${part.what}`)
    const startedAt = performance.now()
    const passed = (await run(part.command)) === 0
    results.push({ name: part.name, passed, seconds: (performance.now() - startedAt) / 1000 })
    // A later part tells little when an earlier one fails, and costs minutes.
    if (!passed) break
  }
  rmSync(accessRecord, { recursive: true, force: true })
  console.log('')
  for (const { name, passed, seconds } of results) {
    console.log(`${passed ? '✔' : '✘'} ${name.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s`)
  }
  const failed = results.filter(({ passed }) => !passed).length
  console.log(`${results.length - failed} passed, ${failed} failed`)
  return failed === 0 ? statuses.ok : statuses.failed
}

function run([command = '', ...args]: string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
    child.on('error', reject)
    child.on('close', resolve)
  })
}

await runProgram(
  createProgram('npm test --', 'Checks everything, in order of how fast it tells.')
    .addOption(new Option('--only <part>', 'one part').choices(parts.map(({ name }) => name)))
    .addHelpText(
      'after',
      `
${parts.map(({ name, what }) => `  ${name.padEnd(11)}${what}`).join('\n')}

  npm run check              only format, lint and types
  npm run unit -- test/mcp   only the tests below a folder`,
    )
    .action(async ({ only }) => {
      process.exitCode = await runParts(parts.filter(({ name }) => only === undefined || name === only))
    }),
)
