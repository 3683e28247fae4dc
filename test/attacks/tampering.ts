import type { Kind, Row } from './row.ts'
import { kitsOf } from './world/kits.ts'
import type { World } from './world/world.ts'

const stayWith = (tries: string, change: object, stoppedBy: string): Row => ({
  tries: `prices a stay with ${tries}`,
  stoppedBy,
  async attack(world: World) {
    const token = await world.exchanged((await kitsOf(world)).person)
    return world.tell(
      await world.hotelApi('POST /booking-quotes', { token, body: { ...world.stay(), ...change } }),
    )
  },
})

const intentWith = (tries: string, change: object, stoppedBy: string): Row => ({
  tries: `books with ${tries}`,
  stoppedBy,
  async attack(world: World) {
    return world.tell(await world.intent((await kitsOf(world)).person, world.stay(), change))
  },
})

const callWith = (tries: string, change: object, stoppedBy: string): Row => ({
  tries: `calls prepare_booking with ${tries}`,
  stoppedBy,
  async attack(world: World) {
    const { person } = await kitsOf(world)
    return world.tell(
      await world.tool(person, 'prepare_booking', { ...world.stay('too expensive'), ...change }),
    )
  },
})

const body = '422 invalid_request: body'
const badArguments = '200 rejected:call'

export const tampering: Kind = {
  kind: 'tampering',
  rows: [
    stayWith('a price', { totalPrice: 1 }, body),
    stayWith('a rate', { nightlyRate: 0.01 }, body),
    stayWith('a currency', { currency: 'JPY' }, body),
    stayWith('an owner', { owner: 'another' }, body),
    stayWith('no nights', { nights: 0 }, '422 invalid_nights'),
    stayWith('minus one night', { nights: -1 }, '422 invalid_nights'),
    stayWith('half a night', { nights: 0.5 }, '422 invalid_nights'),
    stayWith('31 nights', { nights: 31 }, '422 invalid_nights'),
    stayWith('a number of nights beyond all numbers', { nights: 1e308 }, '422 invalid_nights'),
    stayWith('a text as its nights', { nights: '1' }, '422 invalid_nights'),
    stayWith('a day that is over', { startDate: '2020-01-01' }, '422 past_date'),
    stayWith('a day that there is not', { startDate: '2027-02-30' }, '422 invalid_date'),
    stayWith('a day in a hundred years', { startDate: '2126-01-01' }, '422 date_too_far'),
    stayWith('a moment as its day', { startDate: '2027-01-01T00:00:00Z' }, '422 invalid_date'),
    stayWith('a hotel by the name of a property', { hotelId: '__proto__' }, '404 unknown_hotel'),
    stayWith('a list as its hotel', { hotelId: ['florence-la-doratrice'] }, body),
    intentWith('a status', { status: 'confirmed' }, body),
    intentWith('a confirmation code', { confirmationCode: 'MH-AAAA-AAAA' }, body),
    intentWith('a transaction id', { transactionId: '11111111-1111-8111-8111-111111111111' }, body),
    intentWith('a decision', { decision: 'PERMIT', decisionId: 'mine' }, body),
    intentWith('an end of its own', { expiresAt: '2099-01-01T00:00:00Z' }, body),
    intentWith('a list as its quote', { quoteId: ['a', 'b'] }, body),
    intentWith(
      'a quote that there is not',
      { quoteId: '00000000-0000-4000-8000-000000000000' },
      '404 unknown_quote: absent',
    ),
    callWith('a text as its nights', { nights: '3' }, badArguments),
    callWith('an object as its hotel', { hotelId: { $ne: '' } }, badArguments),
    callWith('a request id that is no id', { requestId: '../../x' }, badArguments),
    callWith('a hotel id that is longer than any', { hotelId: 'x'.repeat(101) }, badArguments),
    callWith('a day in another writing', { startDate: '24.12.2026' }, badArguments),
  ],
}
