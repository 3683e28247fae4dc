import type { Kind, Row } from './row.ts'
import { kitsOf } from './world/kits.ts'
import type { World } from './world/world.ts'

const absent = '00000000-0000-4000-8000-000000000000'

/** Ways to write an id that is somebody else’s. */
const spellings: [what: string, write: (id: string) => string, stoppedBy: string][] = [
  ['as it is', (id) => id, '404 unknown_booking: owner'],
  ['in capital letters', (id) => id.toUpperCase(), '404 unknown_booking: absent'],
  ['with a space behind it', (id) => `${id}%20`, '404 unknown_booking: form'],
  ['with a zero byte behind it', (id) => `${id}%00`, '404 unknown_booking: form'],
  ['in braces', (id) => `%7B${id}%7D`, '404 unknown_booking: form'],
  ['with the prefix of the table', (id) => `intent%23${id}`, '404 unknown_booking: form'],
  ['as a query', (id) => `x?transactionId=${id}`, '404 unknown_booking: form'],
  ['behind an encoded slash', (id) => `x%2F..%2F${id}`, '404 unknown_booking: owner'],
]

const rows: Row[] = spellings.map(([what, write, stoppedBy]) => ({
  tries: `reads somebody else’s booking, its id written ${what}`,
  stoppedBy,
  async attack(world: World) {
    const token = await world.exchanged((await kitsOf(world)).person)
    return world.tell(
      await world.hotelApi(`GET /booking-intents/${write(world.bystander.booking.transactionId)}`, { token }),
    )
  },
}))

export const ownership: Kind = {
  kind: 'ownership',
  rows: [
    ...rows,
    {
      tries: 'tells a booking that is somebody else’s from one that there is not, at the hotel API',
      stoppedBy: 'the two answers are the same',
      async attack(world) {
        const token = await world.exchanged((await kitsOf(world)).person)
        const ask = async (id: string) => {
          const { status, text } = await world.hotelApi(`GET /booking-intents/${id}`, { token })
          return `${status} ${text}`
        }
        const same = (await ask(absent)) === (await ask(world.bystander.booking.transactionId))
        return `the two answers ${same ? 'are the same' : 'differ'}`
      },
    },
    {
      tries: 'confirms somebody else’s booking with an approval of its own',
      stoppedBy: '404 unknown_booking: owner; the booking is pending',
      async attack(world) {
        const { approval } = await kitsOf(world)
        const { transactionId } = world.bystander.pending
        const token = await approval.forge({ ...approval.claims, transaction_id: transactionId })
        return world.tellWith(await world.confirm(transactionId, token), transactionId)
      },
    },
    {
      tries: 'tells a quote that is somebody else’s from one that there is not',
      stoppedBy: 'the two answers are the same',
      async attack(world) {
        const [token, theirs] = [
          await world.exchanged((await kitsOf(world)).person),
          await world.exchanged(await world.invite()),
        ]
        const { json } = await world.hotelApi('POST /booking-quotes', {
          token: theirs,
          body: world.stay('cheap'),
        })
        const ask = async (quoteId: string) => {
          const headers = { 'idempotency-key': quoteId }
          const { status, text } = await world.hotelApi('POST /booking-intents', {
            token,
            headers,
            body: { quoteId },
          })
          return `${status} ${text}`
        }
        const same = (await ask(absent)) === (await ask(json.quoteId))
        return `the two answers ${same ? 'are the same' : 'differ'}`
      },
    },
    {
      tries: 'finds somebody else’s booking by the idempotency key that they sent',
      stoppedBy: 'a booking of its own',
      async attack(world) {
        const [theirs, mine] = [await world.invite(), await world.invite()]
        const stay = world.stay('cheap')
        const book = async (who: typeof mine) => {
          const token = await world.exchanged(who)
          const { json } = await world.hotelApi('POST /booking-quotes', { token, body: stay })
          const headers = { 'idempotency-key': 'the-same-key' }
          return (
            await world.hotelApi('POST /booking-intents', { token, headers, body: { quoteId: json.quoteId } })
          ).json
        }
        const [first, second] = [await book(theirs), await book(mine)]
        return first.transactionId === second.transactionId
          ? 'the booking of another'
          : 'a booking of its own'
      },
    },
  ],
}
