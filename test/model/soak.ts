// npm run soak: as many schedules as one likes, the seeded faults, and the price of an approval.
import { availableParallelism } from 'node:os'
import fc from 'fast-check'
import { createProgram, runProgram, statuses, wholeNumber } from '../../bin/program.ts'
import { countTransitions } from './count-transitions.ts'
import { mutants, tryMutant } from './mutants.ts'
import { runSchedule } from './run-schedule.ts'
import { type Schedule, scheduleArbitrary } from './schedule.ts'
import { prepareGround } from './world.ts'

/** Schedules that share one set of tables; new tables after that many keep the memory small. */
const batch = 2000

async function soak(schedules: number, seed: number): Promise<boolean> {
  const startedAt = performance.now()
  const total = { schedules: 0, injected: 0, actions: 0, confirmations: 0 }
  let failure: { schedule: Schedule; error: unknown } | undefined
  for (let first = 0; first < schedules && failure === undefined; first += batch) {
    const ground = await prepareGround()
    const result = await fc.check(
      fc.asyncProperty(scheduleArbitrary, async (schedule) => {
        const run = await runSchedule(ground, schedule, { trace: true })
        total.schedules++
        total.injected += run.injected
        total.actions += run.actions
        total.confirmations += run.confirmations
        if (run.violations.length > 0) throw new Error([...run.trace, ...run.violations].join('\n'))
      }),
      { numRuns: Math.min(batch, schedules - first), seed: seed + first, endOnFailure: true },
    )
    await ground.tables.close()
    const [schedule] = result.counterexample ?? []
    if (schedule !== undefined) failure = { schedule, error: result.errorInstance }
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(
    `schedules ${total.schedules}, faults injected ${total.injected}, outside actions ${total.actions}, confirmations ${total.confirmations}, violations ${failure ? 1 : 0}, seed ${seed}, ${seconds} s`,
  )
  if (failure === undefined) return true
  console.log(JSON.stringify(failure.schedule))
  console.log(failure.error instanceof Error ? failure.error.message : failure.error)
  return false
}

async function countMutants(schedules: number, seed: number, only: string | undefined): Promise<boolean> {
  // A fault counts as caught only where the code without it passes.
  if (!(await soak(schedules, seed))) return false
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
  await Promise.all(Array.from({ length: availableParallelism() }, work))
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

await runProgram(
  createProgram(
    'npm run soak',
    'Plays random schedules of crashes, races and repetitions against the booking.',
  )
    .option('--schedules <number>', 'how many', wholeNumber(1, most), 2000)
    .option('--seed <number>', 'where the random numbers start (default: the time)', wholeNumber(0, most))
    .option('--mutants', 'seed faults into copies of the code and count how many the schedules catch')
    .option('--only <text>', 'with --mutants: those whose name contains the text')
    .option('--transitions', 'count the state transitions of a booking approved after 10 s, 60 s and never')
    .action(async ({ schedules, seed = Date.now() % most, mutants, only, transitions }) => {
      if (transitions) return printTransitions()
      const held = mutants ? await countMutants(schedules, seed, only) : await soak(schedules, seed)
      process.exitCode = held ? statuses.ok : statuses.failed
    }),
)
