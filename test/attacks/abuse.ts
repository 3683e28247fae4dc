import { until } from '../journeys/report.ts'
import type { Kind } from './row.ts'
import type { Answer } from './world/answer.ts'

/** A front that is asked for more than it admits says so, and says nothing else. */
const all = (answers: readonly Answer[], status: number) =>
  answers.every((answer) => answer.status === status || answer.status === 429)
    ? `answered with ${status} or 429`
    : `answered with ${[...new Set(answers.map((answer) => answer.status))].join(', ')}`

/** Played after the others: while the front is closed to these, it is closed to all. */
export const abuse: Kind = {
  kind: 'abuse',
  rows: [
    {
      tries: 'floods the MCP server with 200 calls at once',
      stoppedBy: 'answered with 200 or 429; afterwards with 200',
      async attack({ tool }) {
        const flood = await Promise.all(
          Array.from({ length: 200 }, () => tool(undefined, 'search_hotels', { city: 'Rome' })),
        )
        const afterwards = await until('the end of the flood', async () => {
          const { status } = await tool(undefined, 'search_hotels', { city: 'Rome' })
          return status === 200 && status
        })
        return `${all(flood, 200)}; afterwards with ${afterwards}`
      },
    },
    {
      tries: 'floods the hotel API with 200 bad tokens at once',
      stoppedBy: 'answered with 401 or 429; afterwards with 200',
      async attack({ hotelApi, stay }) {
        const body = stay()
        const flood = await Promise.all(
          Array.from({ length: 200 }, (_, index) =>
            hotelApi('POST /booking-quotes', { token: `bad.${index}.token`, body }),
          ),
        )
        const afterwards = await until('the end of the flood', async () => {
          const { status } = await hotelApi('GET /hotels?city=Rome')
          return status === 200 && status
        })
        return `${all(flood, 401)}; afterwards with ${afterwards}`
      },
    },
    {
      tries: 'has the keys of PingOne read for each of twenty tokens of unknown keys',
      stoppedBy: 'no more readings than instances',
      async attack({ hotelApi, forge, stay, wire }) {
        const readings = () => wire.exchanges.filter(({ path }) => path.endsWith('/jwks')).length
        const [before, body] = [readings(), stay()]
        const tokens = await Promise.all(
          Array.from({ length: 20 }, (_, index) => forge({}, { kid: `unknown-${index}` })),
        )
        await Promise.all(tokens.map((token) => hotelApi('POST /booking-quotes', { token, body })))
        // Three instances answer at the same time at most, and each keeps keys of its own.
        return readings() - before <= 3
          ? 'no more readings than instances'
          : `${readings() - before} readings`
      },
    },
  ],
}
