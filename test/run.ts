// `npm test`: everything that has to hold, in order of how fast it tells.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'

const usage = `Checks everything: format, lint, types, unit and integration tests with the synth checks, the journeys over MCP
and in a browser.

  npm test                   all of it
  npm test -- --only unit    one part: check, unit, journeys, browser
  npm run check              only format, lint and types
  npm run unit -- test/mcp   only the tests below a folder`

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
]

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, only: { type: 'string' } },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const chosen = parts.filter((part) => values.only === undefined || part.name === values.only)
if (chosen.length === 0) {
  console.error(
    `There is no part "${values.only}". Choose one of ${parts.map((part) => part.name).join(', ')}.`,
  )
  process.exit(2)
}

const results: { name: string; passed: boolean; seconds: number }[] = []
for (const part of chosen) {
  console.log(`\n▶ ${part.name}: ${part.what}`)
  const startedAt = performance.now()
  const passed = (await run(part.command)) === 0
  results.push({ name: part.name, passed, seconds: (performance.now() - startedAt) / 1000 })
  // A later part tells little when an earlier one fails, and costs minutes.
  if (!passed) break
}

console.log('')
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? '✔' : '✘'} ${name.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s`)
}
const failed = results.filter(({ passed }) => !passed).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

function run([command = '', ...args]: string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
    child.on('error', reject)
    child.on('close', resolve)
  })
}
