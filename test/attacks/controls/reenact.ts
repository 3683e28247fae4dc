// Rows of the tables, played in this process against a copy of the code: each tells whether it went through.
import { exportSPKI, generateKeyPair } from 'jose'
import { otherApprovals } from '../approvals.ts'
import { type Forgery, forgeries, type Kit } from '../forgeries.ts'
import { refusedByMcp, wrongAuthority } from '../tokens.ts'
import { type Edit, loadCopy } from './switch-off.ts'

type HotelApiModule = typeof import('../../hotel-api/world.ts')
type McpModule = typeof import('../../mcp/stack.ts')
type Copy = { edits: readonly Edit[] }
type Reenactment = (copy: Copy) => Promise<boolean>

const foreign = await generateKeyPair('RS256')
const publicKey = await exportSPKI(foreign.publicKey)

type HotelApi = { world: Awaited<ReturnType<HotelApiModule['startWorld']>>; module: HotelApiModule }

/** The hotel API on a table of its own; PingOne's answers are scripted. */
const atHotelApi =
  (attack: (at: HotelApi) => Promise<boolean>): Reenactment =>
  async ({ edits }) => {
    const module = await loadCopy<HotelApiModule>('test/hotel-api/world.ts', edits)
    const world = await module.startWorld()
    try {
      return await attack({ world, module })
    } finally {
      await world.stop()
    }
  }

const kitOf = ({ world, module }: HotelApi, claims: Kit['claims']): Kit => ({
  claims: { iss: module.issuer, aud: [module.audience], ...claims },
  forge: (claims, header = {}) => world.sign(claims, {}, header),
  now: () => Math.floor(world.clock.now / 1000),
  foreignKey: foreign.privateKey,
  publicKey,
})

const stay = { hotelId: 'milan-corte-dei-gelsi', startDate: '2026-12-01', nights: 2 }

const presented = ({ token }: Forgery): Reenactment =>
  atHotelApi(async (at) => {
    const kit = kitOf(at, at.module.exchangedClaims('anna'))
    const answer = await at.world.send('/booking-quotes', { token: await token(kit), body: stay })
    return answer.status === 201
  })

const confirmed = ({ token }: Forgery): Reenactment =>
  atHotelApi(async (at) => {
    const transactionId = await at.world.intend('anna', 'required')
    const kit = kitOf(at, at.module.approvalClaims('anna', transactionId))
    return (await at.world.confirm(transactionId, await token(kit))).body.status === 'confirmed'
  })

type Mcp = { stack: Awaited<ReturnType<McpModule['createStack']>>; module: McpModule }

const atMcp =
  (attack: (at: Mcp) => Promise<boolean>): Reenactment =>
  async ({ edits }) => {
    const module = await loadCopy<McpModule>('test/mcp/stack.ts', edits)
    return attack({ stack: await module.createStack(), module })
  }

/** Whether a call of the probe for bookings was answered. */
async function books(
  { stack, module }: Mcp,
  token: string | undefined,
  headers: Record<string, string> = {},
) {
  const call = { name: 'prepare_booking', arguments: {} }
  const response = await stack.server(module.post('modern', 'tools/call', call, { token, headers }))
  const { result } = (await response.json()) as { result?: { isError?: boolean } }
  return response.status === 200 && result !== undefined && result.isError !== true
}

const presentedToMcp = ({ token }: Forgery): Reenactment =>
  atMcp(async (at) => {
    const { module } = at
    const claims = {
      sub: 'anna',
      client_id: module.connectorClientId,
      scope: module.book,
      act: { sub: module.connectorClientId },
    }
    const forge: Kit['forge'] = (claims) => module.signToken(claims)
    const now = () => Math.floor(Date.now() / 1000)
    return books(at, await token({ claims, forge, now, foreignKey: foreign.privateKey, publicKey }))
  })

const others: Record<string, Reenactment> = {
  'confirms a booking with the exchanged token': atHotelApi(async ({ world }) => {
    const transactionId = await world.intend('anna', 'required')
    return (await world.confirm(transactionId, await world.tokenOf('anna'))).body.status === 'confirmed'
  }),
  'books above the limit with a token that it exchanged': atHotelApi(async ({ world, module }) => {
    const { quoteId } = await world.quote('anna')
    world.policy.answer = module.refused
    return (await intend(world, 'anna', quoteId)).status === 201
  }),
  'confirms with an approval given before leaving the group': atHotelApi(async ({ world, module }) => {
    const transactionId = await world.intend('anna', 'required')
    world.policy.answer = module.refused
    const token = await world.approvalTokenFor('anna', transactionId)
    return (await world.confirm(transactionId, token)).body.status === 'confirmed'
  }),
  'says nothing of an approval for a booking that needs one': atHotelApi(async ({ world, module }) => {
    const { quoteId } = await world.quote('anna')
    world.policy.answer = module.approvalNeeded
    return (await intend(world, 'anna', quoteId)).body.status === 'confirmed'
  }),
  'reads somebody else’s booking': atHotelApi(async ({ world }) => {
    const transactionId = await world.intend('anna', 'required')
    return (await world.read(transactionId, 'mallory')).status === 200
  }),
  'books from a quote that was made for somebody else': atHotelApi(async ({ world }) => {
    const { quoteId } = await world.quote('anna')
    return (await intend(world, 'mallory', quoteId)).status === 201
  }),
  'closes a booking with the exchanged token': atHotelApi(async ({ world }) => {
    const transactionId = await world.intend('anna', 'required')
    const sent = { token: await world.tokenOf('anna'), body: { outcome: 'cancelled' } }
    return (await world.send(`/booking-intents/${transactionId}/close`, sent)).status === 200
  }),
  'keeps an approval, and confirms with it after the booking was called off': atHotelApi(
    async ({ world }) => {
      const transactionId = await world.intend('anna', 'required')
      await world.close(transactionId, 'cancelled')
      return (
        (await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))).status ===
        200
      )
    },
  ),
  'names the person whom the booking is for': atHotelApi(async ({ world }) => {
    const { quoteId } = await world.quote('anna')
    return (await intend(world, 'anna', quoteId, { owner: 'another' })).status === 201
  }),
  'calls a tool that needs sign-in without the host': atMcp((at) => books(at, undefined)),
  'books with a token for member rates alone': atMcp(async (at) =>
    books(at, await at.module.signToken({ scope: at.module.memberRates })),
  ),
  'calls the server from a page elsewhere': atMcp(async (at) =>
    books(at, await at.module.signToken({ scope: at.module.book }), { origin: 'https://elsewhere.example' }),
  ),
  'sends the MCP server a batch, in which a protected call hides behind a public one': atMcp(async (at) => {
    const { stack, module } = at
    const single = module.post('legacy', 'tools/list', {}, { token: await module.signToken() })
    const message = await single.clone().json()
    const batch = new Request(single, { body: JSON.stringify([message, { ...message, id: 2 }]) })
    return (await stack.server(batch)).status === 200
  }),
}

type World = HotelApi['world']

async function intend(world: World, person: string, quoteId: unknown, more: object = {}) {
  return world.send('/booking-intents', {
    token: await world.tokenOf(person),
    headers: { 'idempotency-key': 'one' },
    body: { quoteId, ...more },
  })
}

const from = (
  list: readonly Forgery[],
  title: (what: string) => string,
  play: (forgery: Forgery) => Reenactment,
) => list.map((forgery) => [title(forgery.what), play(forgery)] as const)

/** By what the row tries. */
export const reenactments = new Map<string, Reenactment>([
  ...from(
    [...forgeries, ...wrongAuthority],
    (what) => `presents to the hotel API a token ${what}`,
    presented,
  ),
  ...from(otherApprovals, (what) => `confirms with an approval ${what}`, confirmed),
  ...from(
    [...forgeries, ...refusedByMcp],
    (what) => `presents to the MCP server a token ${what}`,
    presentedToMcp,
  ),
  ...Object.entries(others),
])
