// Runs the official MCP conformance suite against this server and prints what passed.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import { parse } from 'yaml'
import { createProgram, runProgram, statuses } from '../../bin/program.ts'
import { createStack, listen, productTools, signToken } from '../mcp/stack.ts'
import { conformanceFixtures } from './fixtures.ts'

type Line = {
  scenario: string
  passed: number
  failed: number
  outcome: 'pass' | 'expected' | 'fail' | 'extra'
}
type Run = { title: string; lines: Line[]; required: number; ok: boolean }

const suite = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js')
const baseline = join(import.meta.dirname, 'baseline-2025-11-25.yml')
const productBaseline = join(import.meta.dirname, 'baseline-product.yml')

/** Scenarios that need nothing of the server but itself. */
const fixtureFree = {
  '2026-07-28': [
    'server-stateless',
    'tools-list',
    'http-header-validation',
    'dns-rebinding-protection',
    'server-sse-multiple-streams',
    'input-required-result-unsupported-methods',
    'caching',
    // A resource that nobody declared public is not spoken of to strangers: this one runs signed in.
    'sep-2164-resource-not-found',
  ],
  '2025-11-25': ['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection'],
}

let verbose = false

async function runSuite(args: string[]): Promise<{ code: number; output: string }> {
  const results = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    const child = spawn(process.execPath, [suite, 'server', ...args, '--output-dir', results], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (status) => resolve(status ?? 1))
    })
    if (verbose) console.log(output)
    return { code, output }
  } finally {
    rmSync(results, { recursive: true, force: true })
  }
}

/** The summary's lines: `✓ name: 2 passed, 0 failed`. */
function readSummary(output: string): { scenario: string; passed: number; failed: number }[] {
  const summary = output.split('=== SUMMARY ===')[1] ?? ''
  return [...summary.matchAll(/^[✓✗~⚠] ([\w-]+): (\d+) passed, (\d+) failed/gm)].map((match) => ({
    scenario: match[1] ?? '',
    passed: Number(match[2]),
    failed: Number(match[3]),
  }))
}

async function requiredScenarios(revision: string): Promise<Set<string>> {
  const path = join(
    import.meta.dirname,
    `../../node_modules/@modelcontextprotocol/conformance/requirements/${revision}.yaml`,
  )
  const document = parse(readFileSync(path, 'utf8')) as { server?: string[] }
  return new Set(document.server ?? [])
}

async function runRequirements(revision: string, expected: ReadonlySet<string>): Promise<Run> {
  const { server } = await createStack({ extension: conformanceFixtures })
  const { url, stop } = await listen(server)
  try {
    const required = await requiredScenarios(revision)
    const { code, output } = await runSuite([
      ...['--url', url, '--requirements', revision],
      ...(expected.size > 0 ? ['--expected-failures', baseline] : []),
    ])
    const lines = readSummary(output).map((line): Line => {
      const passes = line.failed === 0
      if (!required.has(line.scenario)) return { ...line, outcome: 'extra' }
      // A scenario of which nothing could be checked has not passed.
      const isExplained = expected.has(line.scenario) && (!passes || line.passed === 0)
      return { ...line, outcome: isExplained ? 'expected' : passes ? 'pass' : 'fail' }
    })
    const seen = new Set(lines.map(({ scenario }) => scenario))
    const missing = [...required].filter((scenario) => !seen.has(scenario))
    for (const scenario of missing) lines.push({ scenario, passed: 0, failed: 0, outcome: 'fail' })
    return {
      title: `${revision}, with the suite's fixtures`,
      lines,
      required: required.size,
      // The suite's own verdict must agree with what its summary says.
      ok: code === 0 && required.size > 0 && !lines.some(({ outcome }) => outcome === 'fail'),
    }
  } finally {
    await stop()
  }
}

async function runProduct(): Promise<Run> {
  const { services } = await createStack()
  const { server } = await createStack({ tools: productTools(services) })
  const token = await signToken()
  const anonymous = await listen(server)
  const signedIn = await listen((request) => {
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${token}`)
    return server(new Request(request, { headers }))
  })
  const lines: Line[] = []
  try {
    for (const [revision, scenarios] of Object.entries(fixtureFree)) {
      for (const scenario of scenarios) {
        const { url } = scenario.startsWith('sep-2164') ? signedIn : anonymous
        const { code, output } = await runSuite([
          ...['--url', url, '--scenario', scenario, '--spec-version', revision],
          ...(scenario === 'server-stateless' ? ['--expected-failures', productBaseline] : []),
        ])
        const [passed = 0, failed = 0] = (/Passed: (\d+)\/\d+, (\d+) failed/.exec(output) ?? [])
          .slice(1)
          .map(Number)
        lines.push({
          scenario: `${scenario} (${revision})`,
          passed,
          failed,
          outcome: code !== 0 ? 'fail' : failed > 0 ? 'expected' : 'pass',
        })
        if (code !== 0 && !verbose) console.log(output)
      }
    }
  } finally {
    await Promise.all([anonymous.stop(), signedIn.stop()])
  }
  return {
    title: 'the product as delivered, scenarios that need no fixture',
    lines,
    required: lines.length,
    ok: !lines.some(({ outcome }) => outcome === 'fail'),
  }
}

function print({ title, lines, required, ok }: Run): void {
  const words = {
    pass: 'pass',
    expected: 'as the baseline explains',
    fail: 'FAIL',
    extra: 'not required',
  }
  console.log(`\n${title}`)
  for (const { scenario, passed, failed, outcome } of lines) {
    const note = outcome === 'extra' ? `${words.extra}, ${failed > 0 ? 'fails' : 'passes'}` : words[outcome]
    console.log(`  ${scenario.padEnd(52)} ${`${passed}/${passed + failed}`.padStart(6)} checks  ${note}`)
  }
  const count = (wanted: Line['outcome']) => lines.filter(({ outcome }) => outcome === wanted).length
  const explained = count('expected') > 0 ? `, ${count('expected')} as the baseline explains` : ''
  console.log(
    `  ${ok ? 'ok' : 'NOT OK'}: ${count('pass')} of ${required} required scenarios pass${explained}`,
  )
}

const runNames = ['modern', 'legacy', 'product'] as const
type RunName = (typeof runNames)[number]

async function main(only: RunName | undefined): Promise<void> {
  const expected = new Set((parse(readFileSync(baseline, 'utf8')) as { server: string[] }).server)
  const runs: Record<RunName, () => Promise<Run>> = {
    modern: () => runRequirements('2026-07-28', new Set()),
    legacy: () => runRequirements('2025-11-25', expected),
    product: runProduct,
  }
  const finished: Run[] = []
  for (const name of only === undefined ? runNames : [only]) {
    const result = await runs[name]()
    print(result)
    finished.push(result)
  }
  process.exitCode = finished.every(({ ok }) => ok) ? statuses.ok : statuses.failed
}

const more = `
The runs
  modern   the server with the suite's fixtures, requirements of 2026-07-28: all must pass
  legacy   the same, requirements of 2025-11-25: all but those that baseline-2025-11-25.yml names
  product  the server as it is delivered, scenarios that need no fixture

Status: 0 when every run came out as required, 1 otherwise.`

await runProgram(
  createProgram(
    'npm run conformance',
    'Runs the official MCP conformance suite (@modelcontextprotocol/conformance) against this server.',
  )
    .addOption(new Option('--only <run>', 'one run instead of all three').choices(runNames))
    .option('--verbose', "print the suite's own output")
    .addHelpText('after', more)
    .action((options) => {
      verbose = options.verbose === true
      return main(options.only)
    }),
)
