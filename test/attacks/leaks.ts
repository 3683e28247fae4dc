import type { Kind, Row } from './row.ts'
import type { Answer } from './world/answer.ts'
import { kitsOf } from './world/kits.ts'
import type { World } from './world/world.ts'

/** What an answer must not tell: where the code lies, what it runs on, how it failed. */
const inside =
  /node_modules|\bat [\w.<>]+ \(|\.[cm]?[jt]s:\d+|\/tmp\/|\/var\/task|dynamodb|arn:aws|ECONN|ENOTFOUND|ZodError|TypeError|SyntaxError/i
const product = /x-powered-by|^server$/i

const silent = (what: string, ask: (world: World) => Promise<Answer>, status: number): Row => ({
  tries: `looks for a word about the inside in ${what}`,
  stoppedBy: `${status}, and nothing of the inside`,
  async attack(world: World) {
    const { status, text, headers } = await ask(world)
    const told = inside.exec(text)?.[0] ?? [...headers.keys()].find((name) => product.test(name))
    return `${status}, and ${told === undefined ? 'nothing' : told} of the inside`
  },
})

const token = async (world: World) => world.exchanged((await kitsOf(world)).person)

export const leaks: Kind = {
  kind: 'leaks',
  rows: [
    silent('an address that there is not', ({ hotelApi }) => hotelApi('GET /admin'), 404),
    silent(
      'a refused token',
      ({ hotelApi, stay }) => hotelApi('POST /booking-quotes', { token: 'a.b.c', body: stay() }),
      401,
    ),
    silent(
      'a body that is no JSON',
      async (world) => world.hotelApi('POST /booking-quotes', { token: await token(world), body: '{' }),
      400,
    ),
    silent(
      'a refused body',
      async (world) => world.hotelApi('POST /booking-quotes', { token: await token(world), body: { a: 1 } }),
      422,
    ),
    silent('the public description', ({ hotelApi }) => hotelApi('GET /openapi.json'), 200),
    silent('a call of no tool', ({ tool }) => tool(undefined, 'no_such_tool', {}), 200),
    silent('a method that there is not', ({ mcp }) => mcp('no/such/method'), 404),
    silent('a refused sign-in', ({ tool, stay }) => tool(undefined, 'prepare_booking', stay()), 401),
    silent('a tool’s failure', ({ tool }) => tool(undefined, 'search_hotels', { city: 'Nowhere' }), 200),
    {
      tries: 'learns from the refusal of a token which check it failed',
      stoppedBy: 'all refusals read the same',
      async attack(world) {
        const { exchanged } = await kitsOf(world)
        const wrong = [{ iss: 'x' }, { aud: 'x' }, { exp: 1 }, { client_id: '' }, { act: 'x' }]
        const answers = await Promise.all(
          wrong.map(async (claims) =>
            world.hotelApi('POST /booking-quotes', {
              token: await exchanged.forge({ ...exchanged.claims, ...claims }),
              body: world.stay(),
            }),
          ),
        )
        const texts = new Set(
          answers.map(({ status, text, headers }) => `${status} ${text} ${headers.get('www-authenticate')}`),
        )
        return texts.size === 1 ? 'all refusals read the same' : [...texts].join('\n')
      },
    },
    {
      tries: 'learns from the refusal of an approval which check it failed',
      stoppedBy: 'all refusals read the same',
      async attack(world) {
        const { approval, intent } = await kitsOf(world)
        const wrong = [{ amount: '1.00' }, { hotel_id: 'x' }, { approval_amr: 'x' }, { client_id: 'x' }]
        const answers = await Promise.all(
          wrong.map(async (claims) =>
            world.confirm(intent.transactionId, await approval.forge({ ...approval.claims, ...claims })),
          ),
        )
        const texts = new Set(answers.map(({ status, text }) => `${status} ${text}`))
        return texts.size === 1 ? 'all refusals read the same' : [...texts].join('\n')
      },
    },
    {
      tries: 'finds out by a request for approval which accounts there are',
      stoppedBy: '400 unknown_user_id',
      attack: async ({ ask, invite, tell }) =>
        tell((await ask({ ...(await invite()), id: '00000000-0000-4000-8000-000000000000' }, {})).answer),
    },
  ],
}
