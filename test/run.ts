// `npm test`: everything that has to hold, in order of how fast it tells.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import { createProgram, runProgram, statuses } from '../bin/program.ts'
import { accessRecordVariable } from './access/record-access.ts'

const node = process.execPath
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
]

type Part = { name: string; what: string; command: string[] }

const check = { name: 'check', what: 'format, lint and types', command: ['npm', 'run', '--silent', 'check'] }
const unit = { name: 'unit', what: 'unit and integration tests, synth checks', command: [node, ...jest] }
const journeys = { name: 'journeys', what: 'the journeys, over MCP', command: [node, 'test/journeys/run.ts'] }
const browser = {
  name: 'browser',
  what: 'the journeys, in a browser',
  command: [node, 'test/journeys/browser.ts'],
}
const rehearse = {
  name: 'rehearse',
  what: 'deployment, change and end, with the real CDK CLI',
  command: [node, 'test/rehearse/run.ts'],
}
const access = {
  name: 'access',
  what: 'grants that none of the above used, and uses without a grant',
  command: [node, 'test/access/run.ts'],
}

/** Stages follow each other. The lanes of a stage run side by side: the second one waits most of the time. */
const stages: Part[][][] = [[[check]], [[unit], [journeys, browser, rehearse]], [[access]]]
const parts = stages.flat(2)

type Result = Part & { passed: boolean; seconds: number }

async function runParts(chosen: (part: Part) => boolean): Promise<number> {
  const accessRecord = mkdtempSync(join(tmpdir(), 'myhotels-access-'))
  process.env[accessRecordVariable] = accessRecord
  // The programs that the tests start load the same modules again and again.
  process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/compile')
  const startedAt = performance.now()
  const results: Result[] = []
  const hasFailed = () => results.some(({ passed }) => !passed)
  const runLane = async (lane: Part[], isFirst: boolean) => {
    // A later part tells little when an earlier one fails, and costs minutes.
    for (const part of lane) if (!hasFailed()) results.push(await runPart(part, isFirst))
  }
  for (const lanes of stages) {
    const filtered = lanes.map((lane) => lane.filter(chosen)).filter(({ length }) => length > 0)
    await Promise.all(filtered.map((lane, index) => runLane(lane, index === 0)))
  }
  rmSync(accessRecord, { recursive: true, force: true })
  console.log('')
  for (const { name, passed, seconds } of results) {
    console.log(`${passed ? '✔' : '✘'} ${name.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s`)
  }
  const failed = results.filter(({ passed }) => !passed).length
  const seconds = (performance.now() - startedAt) / 1000
  console.log(`${results.length - failed} passed, ${failed} failed, in ${seconds.toFixed(1)} s`)
  return failed === 0 ? statuses.ok : statuses.failed
}

/** @param isLive what the part says is shown at once; otherwise when it has ended, in one piece */
async function runPart(part: Part, isLive: boolean): Promise<Result> {
  const startedAt = performance.now()
  const title = `\n▶ ${part.name}: ${part.what}\n`
  const held: Buffer[] = []
  if (isLive) process.stdout.write(title)
  const status = await run(part.command, (said) => {
    if (isLive) process.stdout.write(said)
    else held.push(said)
  })
  if (!isLive) process.stdout.write(Buffer.concat([Buffer.from(title), ...held]))
  return { ...part, passed: status === 0, seconds: (performance.now() - startedAt) / 1000 }
}

function run([command = '', ...args]: string[], hear: (said: Buffer) => void): Promise<number | null> {
  return new Promise((ended, reject) => {
    const child = spawn(command, args, {
      stdio: ['inherit', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      env: { ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...process.env },
    })
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', reject)
    child.on('close', ended)
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
      process.exitCode = await runParts(({ name }) => only === undefined || name === only)
    }),
)
