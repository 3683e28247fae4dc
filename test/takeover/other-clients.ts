import type { ClientRole } from '../../lambdas/identity/desired-state/applications.ts'
import type { Party, Row } from '../attacks/row.ts'
import { apiScopes, type World } from '../attacks/world/world.ts'

const tokenOf = async ({ clients }: World, role: ClientRole, scope?: string): Promise<string> =>
  (await clients.ownToken(role, scope)).json.access_token

export const connectorClient: Party = {
  party: 'the connector’s secret',
  holds: 'the secret that hosts sign people in with, and nobody’s token',
  rows: [
    {
      tries: 'gets a token for itself, without a person',
      stoppedBy: '400 unauthorized_client',
      attack: async ({ clients, tell }) => tell(await clients.ownToken('connector')),
    },
    {
      tries: 'guesses a code',
      stoppedBy: '400 invalid_grant',
      async attack({ clients, tell }) {
        const form = {
          grant_type: 'authorization_code',
          code: 'guess',
          redirect_uri: 'http://127.0.0.1:4199/callback',
        }
        return tell(await clients.post('connector', 'token', { ...form, code_verifier: 'x'.repeat(43) }))
      },
    },
    {
      tries: 'guesses a refresh token',
      stoppedBy: '400 invalid_grant',
      async attack({ clients, tell }) {
        return tell(
          await clients.post('connector', 'token', { grant_type: 'refresh_token', refresh_token: 'guess' }),
        )
      },
    },
    {
      tries: 'sends people to an address of its own after they signed in',
      stoppedBy: 'no way back to https://elsewhere.example',
      async attack({ clients, endpoints }) {
        const url = new URL(`${endpoints.issuer}/authorize`)
        url.search = new URLSearchParams({
          response_type: 'code',
          client_id: clients.clientId('connector'),
          redirect_uri: 'https://elsewhere.example/callback',
          scope: 'my-hotels:mcp:book',
          code_challenge: 'x'.repeat(43),
          code_challenge_method: 'S256',
        }).toString()
        const response = await fetch(url, { redirect: 'manual' })
        const goesThere = response.headers.get('location')?.startsWith('https://elsewhere.example')
        return `${goesThere ? 'a' : 'no'} way back to https://elsewhere.example`
      },
    },
    {
      tries: 'signs people in without a challenge, so that a stolen code is enough',
      stoppedBy: 'invalid_request',
      async attack({ clients, endpoints }) {
        const url = new URL(`${endpoints.issuer}/authorize`)
        url.search = new URLSearchParams({
          response_type: 'code',
          client_id: clients.clientId('connector'),
          redirect_uri: 'http://127.0.0.1:4199/callback',
          scope: 'my-hotels:mcp:book',
        }).toString()
        const response = await fetch(url, { redirect: 'manual' })
        return (
          new URL(response.headers.get('location') ?? 'none:').searchParams.get('error') ??
          String(response.status)
        )
      },
    },
  ],
}

export const workflowClient: Party = {
  party: 'the workflow’s client',
  holds: 'the key of the client that closes bookings',
  rows: [
    {
      tries: 'confirms a booking',
      stoppedBy: '403 insufficient_scope; the booking is pending',
      async attack(world) {
        const { transactionId } = await world.pending(await world.invite())
        const token = await tokenOf(world, 'workflow', apiScopes.close)
        return world.tellWith(await world.confirm(transactionId, token), transactionId)
      },
    },
    {
      tries: 'reads a booking',
      stoppedBy: '403 insufficient_scope',
      async attack(world) {
        const token = await tokenOf(world, 'workflow', apiScopes.close)
        const { transactionId } = world.bystander.booking
        return world.tell(await world.hotelApi(`GET /booking-intents/${transactionId}`, { token }))
      },
    },
    {
      tries: 'closes a booking that is confirmed',
      stoppedBy: '409 already_confirmed; the booking is confirmed',
      async attack(world) {
        const token = await tokenOf(world, 'workflow', apiScopes.close)
        const { transactionId } = world.bystander.booking
        const sent = { token, body: { outcome: 'cancelled' } }
        return world.tellWith(
          await world.hotelApi(`POST /booking-intents/${transactionId}/close`, sent),
          transactionId,
        )
      },
    },
    {
      tries: 'closes a booking as confirmed',
      stoppedBy: '422 invalid_request: body; the booking is pending',
      async attack(world) {
        const { transactionId } = await world.pending(await world.invite())
        const sent = {
          token: await tokenOf(world, 'workflow', apiScopes.close),
          body: { outcome: 'confirmed' },
        }
        return world.tellWith(
          await world.hotelApi(`POST /booking-intents/${transactionId}/close`, sent),
          transactionId,
        )
      },
    },
    {
      tries: 'asks for the scope that books',
      stoppedBy: '400 invalid_scope',
      attack: async ({ clients, tell }) => tell(await clients.ownToken('workflow', apiScopes.book)),
    },
    {
      tries: 'prices a stay',
      stoppedBy: '403 insufficient_scope',
      async attack(world) {
        const token = await tokenOf(world, 'workflow', apiScopes.close)
        return world.tell(await world.hotelApi('POST /booking-quotes', { token, body: world.stay() }))
      },
    },
    {
      tries: 'exchanges a person’s token',
      stoppedBy: '400 unauthorized_client',
      async attack({ invite, clients, tell }) {
        return tell(await clients.exchange(await (await invite()).token(), apiScopes.book, 'workflow'))
      },
    },
  ],
}

const managing = (
  role: 'decision' | 'hotelApiDecision',
  tries: string,
  method: string,
  path: (world: World) => string,
  body?: object,
): Row => ({
  tries,
  stoppedBy: '403 ACCESS_FAILED',
  attack: async (world) =>
    world.tell(await world.manage(await tokenOf(world, role), method, path(world), body)),
})

/** What an administrator may do, and a client that asks for decisions may not. */
const managingRows = (role: 'decision' | 'hotelApiDecision'): Row[] => [
  managing(role, 'sets somebody’s password', 'PUT', ({ bystander }) => `/users/${bystander.id}/password`, {
    value: 'Mine-2026-A1',
    forceChange: false,
  }),
  managing(role, 'reads the accounts', 'GET', () => '/users'),
  managing(
    role,
    'reads a client’s secret',
    'GET',
    ({ clients }) => `/applications/${clients.clientId('connector')}/secret`,
  ),
  managing(role, 'makes a client of its own', 'POST', () => '/applications', {
    name: 'Mine',
    enabled: true,
    type: 'WORKER',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['CLIENT_CREDENTIALS'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  }),
  managing(role, 'reads the policies', 'GET', () => '/authorizationPolicies'),
]

/** Whoever asks for decisions may do nothing else; the two clients are taken over alike. */
const decisionRows = (role: 'decision' | 'hotelApiDecision'): Row[] => [
  ...managingRows(role),
  {
    tries: 'takes its token to the hotel API',
    stoppedBy: '401 invalid_token: ERR_JWT_CLAIM_VALIDATION_FAILED',
    async attack(world) {
      const token = await tokenOf(world, role)
      return world.tell(await world.hotelApi('POST /booking-quotes', { token, body: world.stay() }))
    },
  },
  {
    tries: 'takes its token to the MCP server',
    stoppedBy: '401 refused:invalid_token: ERR_JWT_CLAIM_VALIDATION_FAILED',
    async attack(world) {
      const token = await tokenOf(world, role)
      return world.tell(
        await world.tool(undefined, 'search_hotels_member_rates', { city: 'Rome' }, { token }),
      )
    },
  },
  {
    tries: 'exchanges a person’s token',
    stoppedBy: '400 unauthorized_client',
    async attack({ invite, clients, tell }) {
      return tell(await clients.exchange(await (await invite()).token(), apiScopes.book, role))
    },
  },
  {
    tries: 'asks a person for an approval',
    stoppedBy: '400 unauthorized_client',
    async attack({ invite, clients, tell }) {
      const { id: login_hint } = await invite()
      return tell(await clients.startCiba({ scope: `openid ${apiScopes.book}`, login_hint }, role))
    },
  },
]

export const decisionClient: Party = {
  party: 'the MCP server’s decision client',
  holds: 'the key of the client that asks for the decisions on tool calls',
  rows: decisionRows('decision'),
}

export const hotelApiDecisionClient: Party = {
  party: 'the hotel API’s decision client',
  holds: 'the key of the client that asks for the decisions on bookings',
  rows: decisionRows('hotelApiDecision'),
}
