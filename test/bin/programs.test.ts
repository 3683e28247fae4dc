import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

/** The files behind `npm run …`, and the one that `npm test` runs as a part. */
const programs = [
  ...Object.values(scripts).flatMap((script) => /^node (\S+\.ts)$/.exec(script)?.[1] ?? []),
  'test/journeys/browser.ts',
]

function run(file: string, ...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

describe('every command-line program', () => {
  test('is found in package.json', () => {
    expect(programs.length).toBeGreaterThanOrEqual(16)
  })

  test.each(programs)('%s refuses an unknown option with one sentence and status 2', async (file) => {
    const { status, stdout, stderr } = await run(file, '--nonsense')

    expect(stderr).toBe("Unknown option '--nonsense'. See --help.\n")
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })

  test.each(programs)('%s explains itself and its options with --help', async (file) => {
    const { status, stdout, stderr } = await run(file, '--help')

    expect(stdout).toMatch(/^Usage: npm /)
    expect(stdout).toContain('-h, --help')
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test.each([
    ['a near miss', 'bin/smoke.ts', ['--stag', 'dev'], "Unknown option '--stag' (did you mean --stage?)."],
    ['a missing value', 'bin/smoke.ts', ['--stage'], "Option '--stage <name>' argument missing."],
    ['a number that is none', 'bench/run.ts', ['--calls', '3'], '"3" is no whole number from 10 to 10000.'],
    ['too many words', 'bin/deploy.ts', ['dev'], 'Too many arguments. Expected 0 arguments but got 1.'],
    [
      'a choice that is not there',
      'test/run.ts',
      ['--only', 'lunch'],
      "Option '--only <part>' argument 'lunch' is invalid. Allowed choices are check, unit, journeys, browser, rehearse, access.",
    ],
  ] as const)('says of %s what is wrong', async (_, file, args, sentence) => {
    const { status, stderr } = await run(file, ...args)

    expect(stderr).toBe(`${sentence} See --help.\n`)
    expect(status).toBe(2)
  })
})
