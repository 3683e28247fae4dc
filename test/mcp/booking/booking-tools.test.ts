import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { transactionParameters } from '../../../lambdas/identity/desired-state/approval-flow/transaction.ts'
import { names } from '../../model/scripted-pingone.ts'
import { type Ground, prepareGround, type ToolResult, World } from '../../model/world.ts'

// The tools on the real approval engine, hotel API and DynamoDB engine; PingOne and time are scripted.
let ground: Ground
let runs = 1_000_000
beforeAll(async () => {
  ground = await prepareGround()
})
afterAll(() => ground.tables.close())

const stay = { hotelId: 'milan-locanda-del-binario', startDate: '2026-12-24', nights: 3 }

function newWorld(options: { faults?: ConstructorParameters<typeof World>[1]['faults'] } = {}) {
  const run = runs++
  const world = new World(ground, {
    run,
    seed: 1,
    faults: options.faults ?? [],
    pingOne: { interval: 2, expiresIn: 300, slowDownAt: [] },
    trace: true,
  })
  const anna = `anna-${run}`
  const ben = `ben-${run}`
  /** Lets time pass until the call has ended, and no further. */
  async function call(tool: ToolResult['tool'], input: Record<string, unknown>, user = anna) {
    const [result] = await callTogether(tool, [input], user)
    return result as ToolResult
  }
  async function callTogether(tool: ToolResult['tool'], inputs: Record<string, unknown>[], user = anna) {
    let open = inputs.length
    const results = inputs.map((input) =>
      world.call(tool, user, input).finally(() => {
        open--
      }),
    )
    for (let waited = 0; open > 0 && waited < 40_000; waited += 50) {
      await world.simulation.run(world.simulation.now + 50)
    }
    return Promise.all(results)
  }
  const pass = (seconds: number) => world.simulation.run(world.simulation.now + seconds * 1000)
  return { world, anna, ben, call, callTogether, pass }
}

function bookingOf(result: ToolResult | undefined) {
  if (result === undefined || !('booking' in result)) throw new Error(`No booking: ${JSON.stringify(result)}`)
  return result.booking
}

describe('prepare_booking', () => {
  test('books at once what policy permits', async () => {
    const { call, world } = newWorld()

    const booking = bookingOf(await call('prepare_booking', { ...stay, nights: 1 }))

    expect(booking).toMatchObject({
      status: 'confirmed',
      nights: 1,
      totalPrice: 74.5,
      currency: 'EUR',
      city: 'Milan',
    })
    expect(booking.confirmationCode).toMatch(/^MH-/)
    expect(world.pingOne.requests).toHaveLength(0)
    expect(world.workflow.executions.size).toBe(0)
  })

  test('asks for the approval that policy wants, for exactly what policy judged', async () => {
    const { call, world, anna } = newWorld()

    const booking = bookingOf(await call('prepare_booking', stay))

    expect(booking).toMatchObject({ status: 'pending', totalPrice: 223.5, pollAfterSeconds: 3 })
    expect(booking.bindingMessage).toMatch(/^[A-HJKMNP-Z2-9]{8}$/)
    expect(booking.message).toContain(booking.bindingMessage)
    expect(world.pingOne.requests.map(({ parameters }) => parameters)).toEqual([
      {
        scope: `openid ${names.bookScope}`,
        login_hint: anna,
        binding_message: booking.bindingMessage,
        transaction_id: booking.transactionId,
        hotel_id: stay.hotelId,
        hotel_name: booking.hotelName,
        city: 'Milan',
        check_in: '2026-12-24',
        check_out: '2026-12-27',
        nights: '3',
        amount: '223.50',
        currency: 'EUR',
      },
    ])
    expect(world.pingOne.decisions[0]?.parameters).toMatchObject({
      'MyHotels.resource': 'prepare_booking',
      'MyHotels.parameters.hotelId': stay.hotelId,
      'MyHotels.parameters.startDate': '2026-12-24',
      'MyHotels.parameters.nights': 3,
      'MyHotels.parameters.nightlyRate': 74.5,
      'MyHotels.parameters.totalPrice': 223.5,
      'MyHotels.parameters.currency': 'EUR',
    })
  })

  test('sends each parameter that the approval flow shows or ties to the booking, and no other', async () => {
    const { call, world } = newWorld()

    await call('prepare_booking', stay)

    const [{ parameters } = { parameters: {} }] = world.pingOne.requests
    const { scope: _, login_hint: __, ...transaction } = parameters as Record<string, string>
    expect(Object.keys(transaction).toSorted()).toEqual([...transactionParameters].sort())
  })

  test('passes on the words of a policy that refuses, and stores nothing', async () => {
    const { call, world } = newWorld()

    const result = await call('prepare_booking', { ...stay, nights: 14 })

    expect(result).toMatchObject({
      error: { code: 'denied_by_policy', message: 'Too expensive for an agent.' },
    })
    expect(world.intents.size).toBe(0)
  })

  test.each([
    ['an unknown hotel', { hotelId: 'milan-nowhere' }, 'unknown_hotel'],
    ['zero nights', { nights: 0 }, 'invalid_nights'],
    ['31 nights', { nights: 31 }, 'invalid_nights'],
    ['a date in the past', { startDate: '2026-11-01' }, 'past_date'],
    ['a date that is none', { startDate: '2026-02-31' }, 'invalid_date'],
  ])('refuses %s before anything is stored', async (_case, wrong, code) => {
    const { call, world } = newWorld()

    expect(await call('prepare_booking', { ...stay, ...wrong })).toMatchObject({ error: { code } })
    expect([world.intents.size, world.quoteOwners.size]).toEqual([0, 0])
  })

  test.each([
    ['permitted at once', 1, 'confirmed'],
    ['waiting for approval', 3, 'pending'],
  ])('answers a repeated call with the first booking when it is %s', async (_case, nights, status) => {
    const { call, world } = newWorld()

    const first = bookingOf(await call('prepare_booking', { ...stay, nights }))
    const second = bookingOf(await call('prepare_booking', { ...stay, nights }))

    expect(second).toMatchObject({ transactionId: first.transactionId, status })
    expect(world.intents.size).toBe(1)
    expect(world.pingOne.requests.length).toBe(nights === 1 ? 0 : 1)
  })

  test('makes one booking of ten clicks at once', async () => {
    const { callTogether, world } = newWorld()

    const results = await callTogether('prepare_booking', Array(10).fill({ ...stay, requestId: 'form-1' }))

    expect(new Set(results.map((result) => bookingOf(result).transactionId)).size).toBe(1)
    expect(world.pingOne.requests).toHaveLength(1)
    expect(world.workflow.executions.size).toBe(1)
  })

  test('makes one booking of one stay, asked for by a form and by a model', async () => {
    for (const nights of [1, 3]) {
      for (const order of [0, 1]) {
        const { call, world } = newWorld()
        const asked = [
          { ...stay, nights },
          { ...stay, nights, requestId: 'form-1' },
        ]

        await call('prepare_booking', asked[order] ?? {})
        await call('prepare_booking', asked[1 - order] ?? {})

        const held = [...world.intents.values()].filter(({ status }) => status !== 'cancelled')
        expect(held).toHaveLength(1)
      }
    }
  })

  test('names the booking that another form would repeat, and makes another room of it when that is wanted', async () => {
    const { call, world } = newWorld()
    const first = bookingOf(await call('prepare_booking', { ...stay, nights: 1, requestId: 'form-1' }))

    const refused = await call('prepare_booking', { ...stay, nights: 1, requestId: 'form-2' })
    const wanted = { ...stay, nights: 1, additionalRoomTo: first.transactionId }
    const second = bookingOf(await call('prepare_booking', wanted))
    const repeated = bookingOf(await call('prepare_booking', wanted))

    expect(refused).toMatchObject({
      error: {
        code: 'stay_overlaps',
        message: `Locanda del Binario from 2026-12-24 to 2026-12-25 is booked (${first.confirmationCode}) already, so nothing else was booked. Say whether you want another room as well.`,
      },
    })
    expect(second.transactionId).not.toBe(first.transactionId)
    expect(repeated.transactionId).toBe(second.transactionId)
    expect(world.confirmations).toHaveLength(2)
  })

  test('puts a stay in the place of one that waits, whose approval then confirms nothing', async () => {
    const { call, world, pass } = newWorld()
    const first = bookingOf(await call('prepare_booking', stay))

    const refused = await call('prepare_booking', { ...stay, nights: 4 })
    const second = bookingOf(
      await call('prepare_booking', { ...stay, nights: 4, insteadOf: first.transactionId }),
    )
    for (const request of world.pingOne.requests) world.pingOne.approve(request)
    await pass(60)

    expect(refused).toMatchObject({ error: { code: 'stay_overlaps' } })
    expect(world.intents.get(first.transactionId)?.status).toBe('cancelled')
    expect(world.intents.get(second.transactionId)?.status).toBe('confirmed')
    expect(world.confirmations).toHaveLength(1)
    expect(world.approvals.get(first.transactionId)?.status).toBe('cancelled')
  })

  test('asks about one stay three times at most, with whatever keys it is asked for', async () => {
    const { callTogether, world } = newWorld()

    const results = await callTogether(
      'prepare_booking',
      Array.from({ length: 20 }, (_, index) => ({ ...stay, requestId: `form-${index}` })),
    )

    expect(world.pingOne.requests.length).toBeLessThanOrEqual(3)
    expect([...world.intents.values()].filter(({ status }) => status === 'pending')).toHaveLength(1)
    for (const result of results) {
      if ('error' in result)
        expect(['denied_by_policy', 'hotel_api_unavailable']).toContain(result.error.code)
    }
  })

  test.each([null, ''])('takes %j for an argument that was left out', async (nothing) => {
    const { call } = newWorld()

    const first = bookingOf(await call('prepare_booking', { ...stay, nights: 1 }))
    const again = bookingOf(
      await call('prepare_booking', {
        ...{ ...stay, nights: 1 },
        ...{ requestId: nothing, additionalRoomTo: nothing, insteadOf: nothing },
      }),
    )

    expect(again.transactionId).toBe(first.transactionId)
  })

  test('asks nobody again who has just declined, and begins anew when the pause is over', async () => {
    const { call, world, pass } = newWorld()
    const first = bookingOf(await call('prepare_booking', stay))
    for (const request of world.pingOne.requests) world.pingOne.deny(request)
    await pass(20)

    const tooSoon = await call('prepare_booking', stay)
    const cheap = bookingOf(await call('prepare_booking', { ...stay, nights: 1 }))
    await pass(300)
    const later = bookingOf(await call('prepare_booking', { ...stay, startDate: '2026-12-26' }))

    expect(world.intents.get(first.transactionId)?.status).toBe('denied')
    expect(tooSoon).toMatchObject({ error: { code: 'denied_by_policy' } })
    expect(cheap.status).toBe('confirmed')
    expect(later.status).toBe('pending')
    expect(world.pingOne.requests).toHaveLength(2)
  })

  test('answers the form that repeats what was declined with that', async () => {
    const { call, world, pass } = newWorld()
    const sent = { ...stay, requestId: 'form-1' }
    await call('prepare_booking', sent)
    for (const request of world.pingOne.requests) world.pingOne.deny(request)
    await pass(400)

    const again = bookingOf(await call('prepare_booking', sent))

    expect(again).toMatchObject({
      status: 'denied',
      message: 'You declined, so nothing was booked, and you are not asked again.',
    })
    expect(world.pingOne.requests).toHaveLength(1)
  })

  test('withdraws what waits when policy denies the same stay by now', async () => {
    const { call, world, pass } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', stay))
    world.pingOne.policy = 'closed'

    const refused = await call('prepare_booking', stay)
    for (const request of world.pingOne.requests) world.pingOne.approve(request)
    await pass(20)

    expect(refused).toMatchObject({ error: { code: 'denied_by_policy' } })
    expect(world.confirmations).toHaveLength(0)
    expect(world.intents.get(transactionId)?.status).toBe('cancelled')
    expect(world.approvals.get(transactionId)?.status).toBe('cancelled')
  })

  test('asks policy twice, as two who do not trust each other: the server for the call, the hotel API for the booking', async () => {
    const { call, world } = newWorld()

    await call('prepare_booking', { ...stay, nights: 1 })

    expect(
      world.pingOne.decisions.map(({ service, resource, effect }) => [service, resource, effect]),
    ).toEqual([
      ['myhotels-hotelmcp', 'prepare_booking', 'permit'],
      ['myhotels-hotelapi', 'create_booking', 'permit'],
    ])
  })

  test('does not confirm an approved booking that policy refuses by then', async () => {
    const { call, world, pass } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', stay))
    world.pingOne.policy = 'closed'
    for (const request of world.pingOne.requests) world.pingOne.approve(request)
    await pass(30)
    world.pingOne.policy = 'shipped'

    const booking = bookingOf(await call('finalize_booking', { transactionId }))

    expect(booking.status).toBe('cancelled')
    expect(world.confirmations).toHaveLength(0)
  })
})

describe('finalize_booking', () => {
  test('finishes an approved booking', async () => {
    const { call, world, pass } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', stay))
    for (const request of world.pingOne.requests) world.pingOne.approve(request)
    await pass(3)

    const booking = bookingOf(await call('finalize_booking', { transactionId }))

    expect(booking.status).toBe('confirmed')
    expect(booking.message).toBe(`Booked. Confirmation code ${booking.confirmationCode}.`)
  })

  test('is not needed: the workflow finishes the booking', async () => {
    const { call, world, pass } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', stay))
    for (const request of world.pingOne.requests) world.pingOne.approve(request)

    await pass(20)

    expect(world.intents.get(transactionId)?.status).toBe('confirmed')
    expect(world.workflow.executions.get(transactionId)).toMatchObject({
      status: 'succeeded',
      endedIn: 'Confirmed',
    })
  })

  test('does not poll before the interval has passed', async () => {
    const { callTogether, call, world } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', stay))

    const results = await callTogether('finalize_booking', Array(5).fill({ transactionId }))

    expect(results.map((result) => bookingOf(result).status)).toEqual(Array(5).fill('pending'))
    expect(world.pingOne.polls).toBe(0)
  })

  test('answers 200 calls at once about one approved booking with one confirmation', async () => {
    const { callTogether, call, world, pass } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', stay))
    for (const request of world.pingOne.requests) world.pingOne.approve(request)
    await pass(3)

    const results = await callTogether('finalize_booking', Array(200).fill({ transactionId }))

    const answers = new Set(results.map((result) => JSON.stringify(bookingOf(result))))
    expect(results).toHaveLength(200)
    expect([...answers]).toEqual([expect.stringContaining('"status":"confirmed"')])
    expect(world.confirmations).toHaveLength(1)
    expect(world.pingOne.polls).toBe(1)
    expect(world.pingOne.violations).toEqual([])
  })

  test.each(['approve', 'deny'] as const)(
    'asks nobody again whose answer (%s) was lost on its way, and confirms nothing',
    async (said) => {
      const answered = async (world: World, pass: (seconds: number) => Promise<unknown>) => {
        for (const request of world.pingOne.requests) world.pingOne[said](request)
        await pass(40)
      }
      const smooth = newWorld()
      await smooth.call('prepare_booking', stay)
      await answered(smooth.world, smooth.pass)
      const poll = /#(\d+) PingOne token ciba/.exec(smooth.world.simulation.trace.join('\n'))?.[1]
      const { call, world, pass } = newWorld({ faults: [{ at: Number(poll), kind: 'fail after' }] })
      const { transactionId } = bookingOf(await call('prepare_booking', stay))

      await answered(world, pass)
      const booking = bookingOf(await call('finalize_booking', { transactionId }))

      expect(booking).toMatchObject({
        status: 'cancelled',
        message:
          'Your answer was lost on its way, so nothing was booked, and you are not asked again. Start again if you want it.',
      })
      expect(world.pingOne.requests).toHaveLength(1)
      expect(world.confirmations).toHaveLength(0)
    },
  )

  test('finds the booking of a call whose answer was lost by what was sent, or says that there is none', async () => {
    for (const nights of [1, 3]) {
      for (const requestId of ['form-1', undefined]) {
        const { call, ben } = newWorld()
        const sent = { ...stay, nights, requestId }
        const before = await call('finalize_booking', sent)
        const made = bookingOf(await call('prepare_booking', sent))

        const found = bookingOf(await call('finalize_booking', sent))
        const byStay = bookingOf(await call('finalize_booking', { ...sent, requestId: undefined }))
        const bens = await call('finalize_booking', sent, ben)

        for (const nothing of [before, bens])
          expect(nothing).toMatchObject({ error: { code: 'unknown_booking' } })
        for (const booking of [found, byStay]) {
          expect(booking).toMatchObject({ transactionId: made.transactionId, status: made.status })
        }
      }
    }
  })

  test('wants a booking or a stay named', async () => {
    const { call } = newWorld()

    for (const input of [{}, { transactionId: null }, { hotelId: stay.hotelId, nights: 1 }]) {
      expect(await call('finalize_booking', input)).toMatchObject({ error: { code: 'no_booking_named' } })
    }
  })

  test('does not know the booking of another person', async () => {
    const { call, ben } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', stay))

    expect(await call('finalize_booking', { transactionId }, ben)).toMatchObject({
      error: { code: 'unknown_booking' },
    })
  })

  test('reads a booking that needed no approval from the hotel API, for its owner alone', async () => {
    const { call, ben } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', { ...stay, nights: 1 }))

    expect(bookingOf(await call('finalize_booking', { transactionId })).status).toBe('confirmed')
    expect(await call('finalize_booking', { transactionId }, ben)).toMatchObject({
      error: { code: 'unknown_booking' },
    })
  })

  test.each([
    ['declined', 'denied' as const, 30],
    ['left alone', 'expired' as const, 330],
  ])('tells that a booking was %s', async (_case, status, seconds) => {
    const { call, world, pass } = newWorld()
    const { transactionId } = bookingOf(await call('prepare_booking', stay))
    if (status === 'denied') for (const request of world.pingOne.requests) world.pingOne.deny(request)
    await pass(seconds)

    const booking = bookingOf(await call('finalize_booking', { transactionId }))

    expect(booking.status).toBe(status)
    expect(world.intents.get(transactionId)?.status).toBe(status)
    expect(world.workflow.executions.get(transactionId)?.endedIn?.toLowerCase()).toBe(status)
  })
})
