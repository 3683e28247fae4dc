// Rows and controls belong together: with one control off, a row goes through that is refused otherwise.
import { spawn } from 'node:child_process'
import { beforeAll, expect, test } from '@jest/globals'
import { parties } from '../../takeover/parties.ts'
import { kinds } from '../kinds.ts'
import { controls } from './controls.ts'
import type { Outcome } from './run.ts'

const outcomes = new Map<string, Outcome>()

beforeAll(async () => {
  // In a process of its own: Jest loads modules in its own way, without the hooks that switch a control off.
  const { output, errors } = await run('test/attacks/controls/run.ts')
  for (const line of output.split('\n').filter(Boolean)) {
    const outcome = JSON.parse(line) as Outcome
    outcomes.set(outcome.control, outcome)
  }
  if (outcomes.size < controls.length) throw new Error(`The controls were not all tried. ${errors}`)
})

test.each(controls.map((control) => [control.control, control.lets, control] as const))(
  'without %s somebody %s, and with it nobody',
  (name, lets) => {
    const titles = [...parties, ...kinds].flatMap(({ rows }) => rows.map(({ tries }) => tries))
    expect(titles).toContain(lets)
    expect(outcomes.get(name)).toEqual({ control: name, on: 'refused', off: 'through' })
  },
)

function run(file: string): Promise<{ output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [output, errors] = ['', '']
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', () => resolve({ output, errors }))
  })
}
