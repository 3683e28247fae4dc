// The hotel API asks the policy itself, about what it would book.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decisionService } from '../../../lambdas/hotel-api/decision/decide-booking.ts'
import { names, operations } from '../../../lambdas/identity/desired-state/names.ts'
import { approvalNeeded, permitted, refused, startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
beforeEach(async () => {
  await world.forgetPeople()
  world.policy.answer = permitted
  world.policy.status = 200
  world.policy.asked.length = 0
})

async function create(body: Record<string, unknown> = {}, key = randomUUID()) {
  const { quoteId } = await world.quote('anna')
  return world.send('/booking-intents', {
    token: await world.tokenOf('anna'),
    headers: { 'idempotency-key': key, 'x-correlation-id': 'call-1' },
    body: { quoteId, ...body },
  })
}

const notPermits: [string, unknown, number, number, string][] = [
  ['refuses', refused, 200, 403, 'denied_by_policy'],
  ['refuses without a word', { decision: 'DENY' }, 200, 403, 'denied_by_policy'],
  ['does not know the operation', { decision: 'NOT_APPLICABLE' }, 200, 403, 'denied_by_policy'],
  ['cannot tell', { decision: 'INDETERMINATE', statements: [] }, 200, 403, 'denied_by_policy'],
  [
    'permits under an obligation that nobody knows',
    { decision: 'PERMIT', statements: [{ code: 'CALL-HOME', obligatory: true, fulfilled: false }] },
    200,
    403,
    'denied_by_policy',
  ],
  ['is away', permitted, 500, 503, 'decision_unavailable'],
  ['answers nonsense', { decision: 'permit' }, 200, 503, 'decision_unavailable'],
]

describe('a booking is made', () => {
  test('by the policy’s word about this quote and this token, in the call’s own correlation', async () => {
    const answer = await create()

    expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed', approval: 'not_required' } })
    expect(world.policy.asked).toEqual([
      {
        correlationId: 'call-1',
        parameters: {
          'MyHotels.service': 'myhotels-hotelapi',
          'MyHotels.resource': 'create_booking',
          'MyHotels.bearerToken': await world.tokenOf('anna'),
          'MyHotels.parameters.quoteId': (answer.body.quote as { quoteId: string }).quoteId,
          'MyHotels.parameters.hotelId': 'milan-corte-dei-gelsi',
          'MyHotels.parameters.startDate': '2026-12-01',
          'MyHotels.parameters.nights': 2,
          'MyHotels.parameters.nightlyRate': 169,
          'MyHotels.parameters.totalPrice': 338,
          'MyHotels.parameters.currency': 'EUR',
          'MyHotels.parameters.approvalRequired': false,
          'MyHotels.person.openApprovals': 0,
          'MyHotels.person.secondsSinceDecline': 86_400,
          'MyHotels.person.unapprovedTotal': 338,
        },
      },
    ])
  })

  test('under the names that the policy knows', () => {
    expect([decisionService, 'create_booking', 'confirm_booking']).toEqual([
      names.services.hotelApi,
      operations.create,
      operations.confirm,
    ])
  })

  test.each(notPermits)('not when the policy %s', async (_what, answer, status, expected, code) => {
    world.policy.answer = answer
    world.policy.status = status
    const bookings = async () => (await world.stored()).filter(({ kind }) => kind === 'intent')
    const before = await bookings()

    const refusal = await create()

    expect(refusal).toMatchObject({ status: expected, body: { code } })
    expect(await bookings()).toEqual(before)
  })

  test('pending where policy asks for an approval, in its words or beside them', async () => {
    for (const change of [{}, { obligatory: false }, { fulfilled: true }]) {
      const [statement] = approvalNeeded.statements
      world.policy.answer = { ...approvalNeeded, statements: [{ ...statement, ...change }] }
      expect((await create()).body).toMatchObject({ status: 'pending', approval: 'required' })
    }
  })

  test('pending when the caller asks for an approval that policy does not', async () => {
    const answer = await create({ approvalRequired: true })

    expect(answer.body).toMatchObject({ status: 'pending', approval: 'required' })
  })

  test.each([
    { approval: 'not_required' },
    { approval: 'required' },
    { approvalRequired: false },
    { status: 'confirmed' },
  ])('never by its caller’s word: %j is not a request', async (body) => {
    world.policy.answer = approvalNeeded

    const answer = await create(body)

    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
    expect(world.policy.asked).toEqual([])
  })

  test('once: whoever repeats it gets the first answer, and policy is not asked again', async () => {
    const key = randomUUID()
    const first = await create({}, key)
    world.policy.answer = refused

    const again = await create({}, key)

    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(world.policy.asked).toHaveLength(1)
  })

  test('not with a token that the policy calls inactive: the host must sign in again', async () => {
    world.policy.answer = { decision: 'DENY', statements: [{ code: 'INVALID-TOKEN', obligatory: false }] }

    const answer = await create()

    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } })
  })
})

describe('an approved booking is judged again before it is confirmed', () => {
  async function approve(transactionId: string) {
    return world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))
  }

  test('by the token of the approval, about the same quote', async () => {
    const transactionId = await world.intend('anna', 'required')
    world.policy.asked.length = 0
    world.policy.answer = approvalNeeded
    const token = await world.approvalTokenFor('anna', transactionId)

    const answer = await world.confirm(transactionId, token)

    expect(answer).toMatchObject({ status: 200, body: { status: 'confirmed' } })
    expect(world.policy.asked).toEqual([
      {
        correlationId: expect.any(String),
        parameters: expect.objectContaining({
          'MyHotels.service': 'myhotels-hotelapi',
          'MyHotels.resource': 'confirm_booking',
          'MyHotels.bearerToken': token,
          'MyHotels.parameters.totalPrice': 338,
        }),
      },
    ])
  })

  test('and what policy denies by then is cancelled for good', async () => {
    const transactionId = await world.intend('anna', 'required')
    world.policy.answer = refused

    const denied = await approve(transactionId)
    world.policy.answer = permitted
    const again = await approve(transactionId)

    expect(denied).toMatchObject({
      status: 403,
      body: { code: 'denied_by_policy', detail: 'Too expensive.' },
    })
    expect(again).toMatchObject({ status: 409, body: { code: 'booking_closed' } })
    expect((await world.read(transactionId, 'anna')).body.status).toBe('cancelled')
  })

  test.each([
    ['is away', permitted, 503],
    ['cannot tell', { decision: 'INDETERMINATE' }, 200],
    ['does not know the operation', { decision: 'NOT_APPLICABLE' }, 200],
  ])('and is confirmed later when policy %s', async (_what, answer, status) => {
    const transactionId = await world.intend('anna', 'required')
    world.policy.answer = answer
    world.policy.status = status

    const refusal = await approve(transactionId)
    world.policy.answer = permitted
    world.policy.status = 200
    const later = await approve(transactionId)

    expect(refusal).toMatchObject({ status: 503, body: { code: 'decision_unavailable' } })
    expect(later).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  })

  test('but not when it was confirmed already', async () => {
    const transactionId = await world.intend('anna', 'required')
    const first = await approve(transactionId)
    world.policy.answer = refused

    const again = await approve(transactionId)

    expect(again).toMatchObject({ status: 200, body: first.body })
  })
})
