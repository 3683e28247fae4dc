// Tokens that are good, each for one purpose, presented wherever another kind is asked for.
import type { Kind, Row } from './row.ts'
import { kitsOf } from './world/kits.ts'
import { apiScopes, type World } from './world/world.ts'

type TokenKind = (typeof kinds)[number]
const kinds = ['host’s', 'exchanged', 'member rates', 'approval', 'workflow’s', 'worker’s', 'ID'] as const

const wrongAudience = '401 invalid_token: ERR_JWT_CLAIM_VALIDATION_FAILED'
const anotherClient = '403 wrong_authority: issued to another client'
const noScope = '403 insufficient_scope'

/** For each route, how each kind of token is refused; what is left out is the kind that belongs there. */
const routes: [route: string, refusals: Partial<Record<TokenKind, string>>][] = [
  ['POST /booking-quotes', { 'member rates': noScope, approval: anotherClient, 'workflow’s': noScope }],
  ['POST /booking-intents', { 'member rates': noScope, approval: anotherClient, 'workflow’s': noScope }],
  ['GET /booking-intents/{id}', { 'member rates': noScope, approval: anotherClient, 'workflow’s': noScope }],
  [
    'POST /booking-intents/{id}/confirm',
    {
      exchanged: '403 approval_required: issued to another client',
      'member rates': noScope,
      'workflow’s': noScope,
    },
  ],
  ['POST /booking-intents/{id}/close', { exchanged: noScope, 'member rates': noScope, approval: noScope }],
  [
    'GET /hotels?city=Rome&memberRates=true',
    { exchanged: noScope, approval: noScope, 'workflow’s': noScope },
  ],
]
const nowhere: Partial<Record<TokenKind, string>> = { 'host’s': wrongAudience, 'worker’s': wrongAudience }

async function tokenOf(world: World, kind: TokenKind): Promise<string> {
  const { person, approval, exchanged } = await kitsOf(world)
  switch (kind) {
    case 'host’s':
      return person.token()
    case 'exchanged':
      return world.exchanged(person)
    case 'member rates':
      return world.exchanged(person, apiScopes.memberRates)
    case 'approval':
      return approval.forge(approval.claims)
    case 'workflow’s':
      return (await world.clients.ownToken('workflow', apiScopes.close)).json.access_token
    case 'worker’s':
      return (await world.clients.ownToken('decision')).json.access_token
    case 'ID':
      return exchanged.forge({
        sub: exchanged.claims.sub,
        aud: world.clients.clientId('connector'),
        nonce: 'n',
        at_hash: 'h',
      })
  }
}

const rows: Row[] = routes.flatMap(([route, refusals]) =>
  Object.entries({ ...nowhere, ID: wrongAudience, ...refusals }).map(([kind, stoppedBy]) => ({
    tries: `presents the ${kind} token at ${route}`,
    stoppedBy,
    async attack(world: World) {
      const token = await tokenOf(world, kind as TokenKind)
      const { intent } = await kitsOf(world)
      const target = route.replace('{id}', intent.transactionId)
      const isGet = target.startsWith('GET')
      return world.tell(await world.hotelApi(target, { token, ...(isGet ? {} : { body: {} }) }))
    },
  })),
)

const mcpRows: Row[] = (
  ['exchanged', 'member rates', 'approval', 'workflow’s', 'worker’s', 'ID'] as const
).map((kind) => ({
  tries: `presents the ${kind} token at the MCP server`,
  stoppedBy: '401 refused:invalid_token: ERR_JWT_CLAIM_VALIDATION_FAILED',
  async attack(world: World) {
    const token = await tokenOf(world, kind)
    return world.tell(await world.tool(undefined, 'search_hotels_member_rates', { city: 'Rome' }, { token }))
  },
}))

export const purposes: Kind = { kind: 'tokens of another purpose', rows: [...rows, ...mcpRows] }
