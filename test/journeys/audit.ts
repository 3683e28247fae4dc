// What the journeys left in the audit trail, as `npm run audit` shows it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { Report } from './report.ts'
import type { Journeys } from './run.ts'

/** Steps over bookings of every ending. @param directory the one of the running system */
export async function playAudit(report: Report, directory: string, journeys: Journeys): Promise<void> {
  const { endings, people } = journeys
  const audit = (...args: string[]) => run('bin/audit.ts', ...args, '--local', '--directory', directory)

  report.title('Audit trail')
  await report.step('every booking has its decision and, where needed, its approval', async () => {
    const { status, text } = await audit('--verify')
    assert.match(text, /^\d+ confirmed bookings, \d+ chains, 0 faults\.$/m)
    assert(Number.parseInt(text, 10) >= 5, text)
    assert.equal(status, 0)
  })
  for (const [ending, words] of [
    ['confirmed', [/confirmed MH-/, /PERMIT for create_booking/]],
    ['approved', [/requested/, /USER-AZ-REQUIRED/, /PERMIT for confirm_booking/, /by pwd/, /confirmed MH-/]],
    ['denied', [/requested/, /denied, ended by/]],
    ['expired', [/requested/, /expired/]],
  ] as const) {
    await report.step(`a booking that was ${ending} tells how it came to that`, async () => {
      const { status, text } = await audit(endings[ending])
      for (const word of words) assert.match(text, word)
      assert.equal(status, 0)
    })
  }
  await report.step('a confirmation code finds the same chain', async () => {
    const byId = await audit(endings.approved, '--json')
    const code = /"confirmationCode": "(MH-[^"]+)"/.exec(byId.text)?.[1]
    assert.deepEqual(await audit(code ?? '', '--json'), byId)
  })
  await report.step('no chain holds a token, a name or a password', async () => {
    for (const id of Object.values(endings)) {
      const { text } = await audit(id, '--json')
      assert.doesNotMatch(text, /eyJ[\w-]{10,}\./)
      for (const { username, password } of people) {
        assert.doesNotMatch(text, new RegExp(`\\b${username}\\b`, 'i'))
        assert(!text.includes(password))
      }
    }
  })
}

async function run(...command: string[]): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk) => said.push(chunk))
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { status, text: Buffer.concat(said).toString() }
}
