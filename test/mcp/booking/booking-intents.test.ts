import { expect, test } from '@jest/globals'
import { createBookingIntents } from '../../../lambdas/mcp/booking/booking-intents.ts'

const asked = { hotelId: 'milan-la-ringhiera', startDate: '2026-12-24', nights: 3 }
const quote = {
  quoteId: 'q-1',
  hotelName: 'La Ringhiera',
  city: 'Milan',
  endDate: '2026-12-27',
  nightlyRate: 125,
  totalPrice: 375,
  currency: 'EUR',
  ...asked,
}
const call = { token: 't', correlationId: 'c' }

test('a quote for the stay that was asked for is taken', async () => {
  const intents = createBookingIntents(async () => quote)

  expect(await intents.quote(asked, call)).toEqual(quote)
})

test.each([
  ['another hotel', { hotelId: 'milan-corte-dei-gelsi' }],
  ['another day', { startDate: '2026-12-25' }],
  ['more nights', { nights: 4 }],
  ['no price', { totalPrice: null }],
  ['a price below nothing', { totalPrice: -1 }],
  ['a price that is text', { totalPrice: '375' }],
])('a quote for %s is no quote', async (_case, over) => {
  const intents = createBookingIntents(async () => ({ ...quote, ...over }))

  await expect(intents.quote(asked, call)).rejects.toMatchObject({
    code: 'hotel_api_unavailable',
    retryable: true,
  })
})
