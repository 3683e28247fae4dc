// npm run soak: as many schedules as one likes, the seeded faults, and the price of an approval.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { runSchedule } from './run-schedule.ts'
import { scheduleArbitrary } from './schedule.ts'
import { prepareGround } from './world.ts'

const help = `Usage: npm run soak -- [options]

  --schedules N   play N random schedules (default 2000)
  --seed N        where the random numbers start (default: the time)
  --mutants       seed faults into copies of the code and count how many the schedules catch
  --transitions   count state transitions and invocations of a booking approved after 10 s, 60 s and never
  --help          this text
`

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    mutants: { type: 'boolean', default: false },
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

if (values.help) console.log(help)
else
  process.exitCode = (await soak(Number(values.schedules), Number(values.seed ?? Date.now() % 2 ** 31)))
    ? 0
    : 1
