// npm run soak: as many schedules as one likes, the seeded faults, and the price of an approval.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { countTransitions } from './count-transitions.ts'
import { mutants, tryMutant } from './mutants.ts'
import { runSchedule } from './run-schedule.ts'
import { scheduleArbitrary } from './schedule.ts'
import { prepareGround } from './world.ts'

const help = `Usage: npm run soak -- [options]

  --schedules N   play N random schedules (default 2000)
  --seed N        where the random numbers start (default: the time)
  --mutants       seed faults into copies of the code and count how many the schedules catch
  --only TEXT     with --mutants: those whose name contains the text
  --transitions   count state transitions and invocations of a booking approved after 10 s, 60 s and never
  --help          this text
`

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string' },
    transitions: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

async function soak(schedules: number, seed: number): Promise<boolean> {
  const ground = await prepareGround()
  const startedAt = performance.now()
  let played = 0
  let injected = 0
  let confirmations = 0
  let actions = 0
  const result = await fc.check(
    fc.asyncProperty(scheduleArbitrary, async (schedule) => {
      const run = await runSchedule(ground, schedule, { trace: true })
      played++
      injected += run.injected
      confirmations += run.confirmations
      actions += run.actions
      if (run.violations.length > 0) throw new Error([...run.trace, ...run.violations].join('\n'))
    }),
    { numRuns: schedules, seed, endOnFailure: process.env.SOAK_SHRINK === undefined },
  )
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(
    `schedules ${played}, faults injected ${injected}, outside actions ${actions}, confirmations ${confirmations}, violations ${result.failed ? 1 : 0}, seed ${seed}, ${seconds} s`,
  )
  if (result.failed && result.counterexample) {
    const [schedule] = result.counterexample
    console.log(JSON.stringify(schedule))
    console.log(result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance)
    const run = await runSchedule(ground, schedule)
    console.log('again:', run.violations.join('\n'))
  }
  await ground.tables.close()
  return !result.failed
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

const seed = Number(values.seed ?? Date.now() % 2 ** 31)
if (values.help) {
  console.log(help)
} else if (values.transitions) {
  await printTransitions()
} else if (values.mutants) {
  process.exitCode = (await countMutants(Number(values.schedules), seed, values.only)) ? 0 : 1
} else {
  process.exitCode = (await soak(Number(values.schedules), seed)) ? 0 : 1
}
