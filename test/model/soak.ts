// npm run soak: as many schedules as one likes, the seeded faults, and the price of an approval.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import fc from 'fast-check'
import { createProgram, runProgram, statuses, wholeNumber } from '../../bin/program.ts'
import { countTransitions } from './count-transitions.ts'
import { mutants, tryMutant } from './mutants.ts'
import { runSchedule } from './run-schedule.ts'
import { scheduleArbitrary } from './schedule.ts'
import { type Ground, prepareGround } from './world.ts'

/** Schedules that share one set of tables; new tables after that many keep the memory small. */
const batch = 2000

type Total = {
  schedules: number
  injected: number
  actions: number
  confirmations: number
  violations: number
}

/** Plays them in this process, and prints the first that finds a violation. */
async function play(schedules: number, seed: number): Promise<Total> {
  const total = { schedules: 0, injected: 0, actions: 0, confirmations: 0, violations: 0 }
  let ground: Ground | undefined
  for (let first = 0; first < schedules && total.violations === 0; first += batch) {
    const here = await prepareGround(ground)
    ground = here
    const result = await fc.check(
      fc.asyncProperty(scheduleArbitrary, async (schedule) => {
        const run = await runSchedule(here, schedule)
        total.schedules++
        total.injected += run.injected
        total.actions += run.actions
        total.confirmations += run.confirmations
        if (run.violations.length > 0) throw new Error(run.violations.join('\n'))
      }),
      { numRuns: Math.min(batch, schedules - first), seed: seed + first, endOnFailure: true },
    )
    const [schedule] = result.counterexample ?? []
    if (schedule !== undefined) {
      total.violations = 1
      console.log(JSON.stringify(schedule))
      const { trace, violations } = await runSchedule(here, schedule, { trace: true })
      console.log([...trace, ...violations].join('\n'))
    }
    await here.tables.close()
  }
  return total
}

/** Plays them in as many processes, each from seeds of its own. */
async function soak(schedules: number, seed: number, processes: number): Promise<boolean> {
  const startedAt = performance.now()
  const share = processes === 1 ? schedules : Math.max(1000, Math.ceil(schedules / processes))
  const parts = Array.from({ length: Math.ceil(schedules / share) }, (_, index) => ({
    schedules: Math.min(share, schedules - index * share),
    seed: seed + index * share,
  }))
  const totals =
    parts.length === 1 ? [await play(schedules, seed)] : await Promise.all(parts.map(playInProcess))
  const sum = (name: keyof Total) => totals.reduce((so, total) => so + total[name], 0)
  const seconds = (performance.now() - startedAt) / 1000
  console.log(
    `schedules ${sum('schedules')}, faults injected ${sum('injected')}, outside actions ${sum('actions')}, confirmations ${sum('confirmations')}, violations ${sum('violations')}, seed ${seed}, ${seconds.toFixed(1)} s, ${(sum('schedules') / seconds).toFixed(1)} schedules/s in ${parts.length} processes`,
  )
  return sum('violations') === 0
}

function playInProcess(part: { schedules: number; seed: number }): Promise<Total> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--part', JSON.stringify(part)])
    child.on('message', (total) => resolve(total as Total))
    child.on('error', reject)
    child.on('exit', (status) => reject(new Error(`a process ended with ${status}`)))
  })
}

async function countMutants(
  schedules: number,
  seed: number,
  processes: number,
  only: string | undefined,
): Promise<boolean> {
  // A fault counts as caught only where the code without it passes.
  if (!(await soak(schedules, seed, processes))) return false
  const chosen = mutants.filter(({ name }) => only === undefined || name.includes(only))
  let caught = 0
  const waiting = [...chosen]
  const work = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { verdict, detail } = await tryMutant(mutant, { schedules, seed })
      if (verdict === 'caught') caught++
      console.log(`${verdict}: ${mutant.name} (${detail})`)
    }
  }
  await Promise.all(Array.from({ length: processes }, work))
  console.log(`caught ${caught}/${chosen.length}`)
  return caught === chosen.length
}

async function printTransitions(): Promise<void> {
  const ground = await prepareGround()
  console.log(
    'approved after  looked at  outcome    transitions  task  MCP calls   (interval 5 s, expires in 300 s)',
  )
  for (const watched of [false, true]) {
    for (const approvedAfter of [10, 60, undefined]) {
      const cost = await countTransitions(ground, { approvedAfter, watched, interval: 5, expiresIn: 300 })
      const columns = [
        (approvedAfter === undefined ? 'never' : `${approvedAfter} s`).padEnd(14),
        (watched ? 'by widget' : 'by nobody').padEnd(9),
        cost.status.padEnd(9),
        String(cost.transitions).padStart(11),
        String(cost.advances).padStart(4),
        String(cost.calls).padStart(9),
      ]
      console.log(columns.join('  '))
    }
  }
  await ground.tables.close()
}

const most = 2 ** 31 - 1

const [, , first, part] = process.argv
if (first === '--part') {
  const { schedules, seed } = JSON.parse(part ?? '') as { schedules: number; seed: number }
  process.send?.(await play(schedules, seed))
  process.disconnect()
} else {
  await runProgram(
    createProgram(
      'npm run soak',
      'Plays random schedules of crashes, races and repetitions against the booking.',
    )
      .option('--schedules <number>', 'how many', wholeNumber(1, most), 2000)
      .option('--seed <number>', 'where the random numbers start (default: the time)', wholeNumber(0, most))
      .option(
        '--processes <number>',
        'that play at the same time',
        wholeNumber(1, 64),
        availableParallelism(),
      )
      .option('--mutants', 'seed faults into copies of the code and count how many the schedules catch')
      .option('--only <text>', 'with --mutants: those whose name contains the text')
      .option('--transitions', 'count the state transitions of a booking approved after 10 s, 60 s and never')
      .action(async ({ schedules, seed = Date.now() % most, processes, mutants, only, transitions }) => {
        if (transitions) return printTransitions()
        const held = mutants
          ? await countMutants(schedules, seed, processes, only)
          : await soak(schedules, seed, processes)
        process.exitCode = held ? statuses.ok : statuses.failed
      }),
  )
}
