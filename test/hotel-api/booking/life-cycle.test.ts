import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { outcomes, successors } from '../../../lambdas/booking/life-cycle.ts'
import {
  asOf,
  closed,
  confirmed,
  intentRecordSchema,
  openIntent,
  type PendingIntent,
} from '../../../lambdas/hotel-api/booking/life-cycle.ts'
import { startWorld, type World } from '../world.ts'

const pending: PendingIntent = openIntent({
  transactionId: '00000000-0000-8000-8000-000000000001',
  owner: 'anna',
  approval: 'required',
  quote: {
    quoteId: '00000000-0000-4000-8000-000000000002',
    hotelId: 'rome-sette-scalini',
    hotelName: 'Sette Scalini',
    city: 'Rome',
    startDate: '2026-12-01',
    endDate: '2026-12-02',
    nights: 1,
    nightlyRateCents: 6990,
    totalPriceCents: 6990,
    expiresAt: 600_000,
  },
  createdAt: 0,
  expiresAt: 1_800_000,
})

describe('the life cycle', () => {
  test('leaves pending for one of four ends, and none of those', () => {
    expect(successors.pending).toEqual(['confirmed', ...outcomes])
    for (const end of successors.pending) expect(successors[end]).toEqual([])
  })

  test('makes records that the table’s schema accepts', () => {
    const ends = [
      confirmed(pending, { at: 5, confirmationCode: 'MH-AAAA-2222' }),
      ...outcomes.map((outcome) => closed(pending, { at: 5, outcome })),
    ]
    for (const record of [pending, ...ends]) expect(intentRecordSchema.parse(record)).toEqual(record)
    for (const record of ends) expect(record.version).toBe(2)
  })

  test('keeps what was booked through every transition', () => {
    const { quote, owner, approval, transactionId } = pending
    for (const record of [
      confirmed(pending, { at: 5, confirmationCode: 'MH-AAAA-2222' }),
      ...outcomes.map((outcome) => closed(pending, { at: 5, outcome })),
    ]) {
      expect(record).toMatchObject({ quote, owner, approval, transactionId })
    }
  })

  test('shows a pending intent as pending exactly until its time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000 }), (now) => {
        expect(asOf(pending, now).status).toBe(now < pending.expiresAt ? 'pending' : 'expired')
      }),
    )
  })

  test('does not change a finished intent with time', () => {
    const record = confirmed(pending, { at: 5, confirmationCode: 'MH-AAAA-2222' })
    expect(asOf(record, Number.MAX_SAFE_INTEGER)).toBe(record)
  })
})

type Step =
  | {
      kind: 'confirm'
      with: 'exchanged' | 'approval' | 'foreign approval' | 'used approval' | 'other person'
    }
  | { kind: 'close'; outcome: string }
  | { kind: 'wait'; seconds: number }
  | { kind: 'repeat creation' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('confirm' as const),
    with: fc.constantFrom('exchanged', 'approval', 'foreign approval', 'used approval', 'other person'),
  }),
  fc.record({ kind: fc.constant('close' as const), outcome: fc.constantFrom(...outcomes) }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 300, 900, 1799, 1800) }),
  fc.record({ kind: fc.constant('repeat creation' as const) }),
)

describe('a booking, whatever is done to it in whatever order', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test('ends at most once, only with the authority that it needs, and stays as people saw it', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 7 }),
        async (schedule) => {
          world.clock.now = Date.parse('2026-11-23T10:00:00Z')
          const key = `run-${run++}`
          await world.forgetPeople()
          const { quoteId } = await world.quote('anna')
          const create = async () =>
            world.send('/booking-intents', {
              token: await world.tokenOf('anna'),
              headers: { 'idempotency-key': key },
              body: { quoteId },
            })
          const created = await create()
          const transactionId = String(created.body.transactionId)
          const expiresAt = Date.parse(String(created.body.expiresAt))
          const used = await world.approvalTokenFor('anna', 'elsewhere', { jti: `used-${run}` })
          await spend(world, `used-${run}`)

          const enough = 'approval'
          const tokens = {
            exchanged: await world.tokenOf('anna'),
            approval: await world.approvalTokenFor('anna', transactionId, { exp: expiresAt }),
            'foreign approval': used,
            'used approval': await world.approvalTokenFor('anna', transactionId, { jti: `used-${run}` }),
            'other person': await world.approvalTokenFor('ben', transactionId),
          }
          let final: unknown
          let authorized = false

          for (const together of schedule) {
            const answers = await Promise.all(
              together.map(async (action) => {
                switch (action.kind) {
                  case 'wait':
                    return undefined
                  case 'close':
                    return world.close(transactionId, action.outcome)
                  case 'repeat creation':
                    return create()
                  case 'confirm':
                    return world.confirm(transactionId, tokens[action.with])
                }
              }),
            )
            authorized ||= together.some((action) => action.kind === 'confirm' && action.with === enough)
            const shown = (await world.read(transactionId, 'anna')).body

            if (shown.status === 'confirmed') {
              expect(authorized).toBe(true)
              expect(Date.parse(String(shown.confirmedAt))).toBeLessThan(expiresAt)
            }
            if (shown.status === 'pending') expect(world.clock.now).toBeLessThan(expiresAt)
            // What a successful answer showed is what is there, unless it was shown before the end.
            for (const answer of answers) {
              if (answer?.status === 200 && answer.body.status !== 'pending')
                expect(answer.body).toEqual(shown)
            }
            for (const [index, action] of together.entries()) {
              if (action.kind !== 'confirm' || action.with === enough) continue
              // An approval that was spent elsewhere confirms nothing; it may still show what another one confirmed.
              if (action.with === 'used approval' && shown.status === 'confirmed' && authorized) continue
              expect(answers[index]?.status).toBeGreaterThanOrEqual(400)
            }
            if (final !== undefined) expect(shown).toEqual(final)
            if (shown.status !== 'pending') final = shown
            for (const action of together) {
              if (action.kind === 'wait') world.clock.now += action.seconds * 1000
            }
          }

          const item = (await world.item(`intent#${transactionId}`)) as { version: number }
          expect(item.version).toBeLessThanOrEqual(2)
        },
      ),
      { numRuns: 80 },
    )
  }, 60_000)
})

/** Uses the approval with this jti up for a booking of its own. */
async function spend(world: World, jti: string): Promise<void> {
  const transactionId = await world.intend('anna', 'required')
  await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId, { jti }))
}
