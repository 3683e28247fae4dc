import { claim, type Forgery, forgeries } from './forgeries.ts'
import type { Kind, Row } from './row.ts'
import { kitsOf } from './world/kits.ts'

const atHotelApi = ({ what, token }: Forgery, stoppedBy: string): Row => ({
  tries: `presents to the hotel API a token ${what}`,
  stoppedBy,
  async attack(world) {
    const { exchanged } = await kitsOf(world)
    return world.tell(
      await world.hotelApi('POST /booking-quotes', { token: await token(exchanged), body: world.stay() }),
    )
  },
})

const atMcp = ({ what, token }: Forgery, stoppedBy: string): Row => ({
  tries: `presents to the MCP server a token ${what}`,
  stoppedBy,
  async attack(world) {
    const { host } = await kitsOf(world)
    const sent = { token: await token(host) }
    return world.tell(await world.tool(undefined, 'prepare_booking', world.stay('cheap'), sent))
  },
})

const notCarried = '403 wrong_authority: exchanged from a token without the scope'

/** Good for the verifier, and issued for another purpose at this API: status, code and check. */
export const wrongAuthority: readonly Forgery[] = [
  {
    what: 'that was exchanged more than five minutes ago, and has not ended',
    because: '401 invalid_token: exchanged too long ago',
    token: ({ claims, forge, now }) => forge({ ...claims, iat: now() - 301, exp: now() + 1500 }),
  },
  claim('sub', 'a person', undefined, '403 wrong_authority: no subject'),
  claim('sub', 'an empty person', '', '403 wrong_authority: no subject'),
  claim('sub', 'a number as its person', 5, '403 wrong_authority: no subject'),
  claim('scope', 'a scope', undefined, '403 insufficient_scope'),
  claim('scope', 'a scope that begins alike', 'my-hotels:api:booking', '403 insufficient_scope'),
  claim('scope', 'a list as its scope', ['my-hotels:api:book'], '403 insufficient_scope'),
  claim('scope', 'the scope for member rates alone', 'my-hotels:api:member_rates', '403 insufficient_scope'),
  claim('client_id', 'another client', 'another', '403 wrong_authority: issued to another client'),
  claim('act', 'an actor', undefined, '403 wrong_authority: another actor chain'),
  claim('act', 'another actor', { sub: 'another' }, '403 wrong_authority: another actor chain'),
  {
    what: 'in which the two actors have changed places',
    because: '403 wrong_authority: another actor chain',
    token: ({ claims, forge }) => {
      const { sub, act } = claims.act as { sub: string; act: { sub: string } }
      return forge({ ...claims, act: { sub: act.sub, act: { sub } } })
    },
  },
  {
    what: 'without the host in its chain',
    because: '403 wrong_authority: another actor chain',
    token: ({ claims, forge }) => forge({ ...claims, act: { sub: (claims.act as { sub: string }).sub } }),
  },
  {
    what: 'with one more actor behind the host',
    because: '403 wrong_authority: a longer actor chain',
    token: ({ claims, forge }) => {
      const { sub, act } = claims.act as { sub: string; act: { sub: string } }
      return forge({ ...claims, act: { sub, act: { ...act, act: { sub: 'behind' } } } })
    },
  },
  claim('subject_scope', 'the scopes that the person allowed', undefined, notCarried),
  claim('subject_scope', 'a list as the scopes that the person allowed', ['my-hotels:mcp:book'], notCarried),
  claim(
    'subject_scope',
    'the person’s leave for member rates alone',
    'my-hotels:mcp:member_rates',
    notCarried,
  ),
]

export const refusedByMcp: readonly Forgery[] = [
  claim('sub', 'a person', undefined, '401 refused:invalid_token: the token stands for no person'),
  claim(
    'client_id',
    'another client',
    'another',
    '401 refused:invalid_token: the token was issued to another client',
  ),
  claim(
    'act',
    'another actor',
    { sub: 'another' },
    '401 refused:invalid_token: the token names another actor',
  ),
  {
    what: 'with an actor behind the host',
    because: '401 refused:invalid_token: the token names an actor behind the connector',
    token: ({ claims, forge }) =>
      forge({ ...claims, act: { ...(claims.act as { sub: string }), act: { sub: 'behind' } } }),
  },
  claim('scope', 'a scope', undefined, '403 refused:insufficient_scope: 403'),
  claim('scope', 'a scope that begins alike', 'my-hotels:mcp:booking', '403 refused:insufficient_scope: 403'),
]

export const tokens: Kind = {
  kind: 'tokens',
  rows: [
    ...forgeries.map((forgery) => atHotelApi(forgery, `401 invalid_token: ${forgery.because}`)),
    ...wrongAuthority.map((forgery) => atHotelApi(forgery, forgery.because)),
    ...forgeries.map((forgery) => atMcp(forgery, `401 refused:invalid_token: ${forgery.because}`)),
    ...refusedByMcp.map((forgery) => atMcp(forgery, forgery.because)),
  ],
}
