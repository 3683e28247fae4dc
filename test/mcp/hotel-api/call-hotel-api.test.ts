import { describe, expect, test } from '@jest/globals'
import { createHotelApi } from '../../../lambdas/mcp/hotel-api/call-hotel-api.ts'
import { createOutside, hotelApiUrl, json } from '../outside.ts'

function setUp() {
  const outside = createOutside()
  const time = { now: 0 }
  const hotelApi = createHotelApi({
    fetch: outside.fetch,
    clock: () => time.now,
    wait: async (milliseconds) => {
      time.now += milliseconds
    },
    url: `${hotelApiUrl}/`,
  })
  return { outside, hotelApi }
}
const correlationId = 'c-1'

test('sends the token, JSON and the correlation id', async () => {
  const { outside, hotelApi } = setUp()
  outside.answers.hotels = () => json(201, { quoteId: 'q' })
  await expect(
    hotelApi('/booking-quotes', { method: 'POST', token: 'exchanged', body: { nights: 2 }, correlationId }),
  ).resolves.toEqual({ quoteId: 'q' })
  const [asked] = outside.asked
  expect(asked?.url.href).toBe(`${hotelApiUrl}/booking-quotes`)
  expect(asked?.body).toBe('{"nights":2}')
  expect(asked?.headers.get('authorization')).toBe('Bearer exchanged')
  expect(asked?.headers.get('x-correlation-id')).toBe('c-1')
})

test('sends no credential for an anonymous read', async () => {
  const { outside, hotelApi } = setUp()
  await hotelApi('/hotels?city=Milan', { correlationId })
  expect(outside.asked[0]?.headers.has('authorization')).toBe(false)
})

describe('a passing failure', () => {
  const cases = [
    { name: 'of a GET', request: {}, attempts: 3 },
    { name: 'of a POST', request: { method: 'POST' }, attempts: 1 },
    {
      name: 'of a POST with an idempotency key',
      request: { method: 'POST', headers: { 'Idempotency-Key': 'k' } },
      attempts: 3,
    },
    { name: 'of a POST that says it may', request: { method: 'POST', repeatable: true }, attempts: 3 },
    { name: 'of a GET that says it may not', request: { repeatable: false }, attempts: 1 },
  ] as const

  test.each(cases)('$name is met with $attempts attempts', async ({ request, attempts }) => {
    const { outside, hotelApi } = setUp()
    outside.answers.hotels = () => json(503, {})
    await expect(hotelApi('/hotels', { ...request, correlationId })).rejects.toMatchObject({
      name: 'HotelApiUnavailableError',
      retryable: true,
    })
    expect(outside.asked).toHaveLength(attempts)
  })
})

describe('an answer', () => {
  test('with problem details becomes an error of their code and words', async () => {
    const { outside, hotelApi } = setUp()
    outside.answers.hotels = () =>
      json(422, { type: 'about:blank', title: 'Past date', detail: 'Choose a later day.', code: 'past_date' })
    await expect(hotelApi('/booking-quotes', { method: 'POST', correlationId })).rejects.toMatchObject({
      name: 'HotelApiProblemError',
      code: 'past_date',
      status: 422,
      message: 'Choose a later day.',
    })
  })

  const unreadable: [string, () => Response | Promise<Response>][] = [
    ['a 200 that is not JSON', () => new Response('<html>')],
    ['a 500 with problem details', () => json(500, { code: 'internal', title: 'Stack trace' })],
    ['a 404 without a code', () => json(404, { message: 'Not Found' })],
    ['a 400 whose code is no code', () => json(400, { code: '<script>' })],
    ['a redirect', () => Promise.reject(new TypeError('unexpected redirect'))],
    ['more than a megabyte', () => new Response(JSON.stringify('x'.repeat(1_100_000)))],
  ]
  test.each(unreadable)('that is %s counts as none', async (_name, answer) => {
    const { outside, hotelApi } = setUp()
    outside.answers.hotels = answer
    await expect(hotelApi('/hotels', { correlationId })).rejects.toMatchObject({
      name: 'HotelApiUnavailableError',
      message: 'The hotels cannot be reached at the moment. Try again shortly.',
    })
  })
})
