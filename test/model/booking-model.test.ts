import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { countTransitions } from './count-transitions.ts'
import { runSchedule } from './run-schedule.ts'
import { scheduleArbitrary } from './schedule.ts'
import { type Ground, prepareGround } from './world.ts'

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterAll(() => ground.tables.close())

const batch = 500
/** The suite plays the same schedules every time; `npm run soak` looks for new ones. */
const seeds = [20_261_123, 20_261_124, 20_261_125, 20_261_126]

test.each(seeds)(
  `bookings keep their promises in ${batch} random schedules with faults at any outside action, from the seed %i`,
  async (seed) => {
    let played = 0
    let injected = 0
    let confirmations = 0

    await fc.assert(
      fc.asyncProperty(scheduleArbitrary, async (schedule) => {
        const run = await runSchedule(ground, schedule)
        played++
        injected += run.injected
        confirmations += run.confirmations
        expect(run.violations).toEqual([])
      }),
      { numRuns: batch, seed },
    )

    console.info(
      `schedules ${played}, faults injected ${injected}, confirmations ${confirmations}, violations 0, seed ${seed}`,
    )
    expect(injected).toBeGreaterThan(batch / 2)
    expect(confirmations).toBeGreaterThan(batch / 2)
  },
)

describe('an approval costs little', () => {
  test.each([
    ['after 10 s', 10, 'confirmed', 8, 2],
    ['after 60 s', 60, 'confirmed', 32, 10],
    ['never, within 300 s', undefined, 'expired', 95, 31],
  ])('when it is given %s', async (_case, approvedAfter, status, transitions, advances) => {
    const cost = await countTransitions(ground, {
      approvedAfter,
      watched: false,
      interval: 5,
      expiresIn: 300,
    })

    expect(cost.status).toBe(status)
    expect(cost.transitions).toBeLessThanOrEqual(transitions)
    expect(cost.advances).toBeLessThanOrEqual(advances)
  })
})
