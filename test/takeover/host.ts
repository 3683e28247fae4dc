import { decodeJwt } from 'jose'
import type { Party } from '../attacks/row.ts'
import { apiScopes, mcpScopes } from '../attacks/world/world.ts'

/** A host that turns against the person who connected it. */
export const host: Party = {
  party: 'the host',
  holds: 'the person’s token for the MCP server, its refresh token, and the connector’s secret',
  rows: [
    {
      tries: 'takes its token straight to the hotel API',
      stoppedBy: '401 invalid_token: ERR_JWT_CLAIM_VALIDATION_FAILED',
      async attack({ invite, hotelApi, stay, tell }) {
        const token = await (await invite()).token()
        return tell(await hotelApi('POST /booking-quotes', { token, body: stay() }))
      },
    },
    {
      tries: 'confirms a booking with its token',
      stoppedBy: '401 invalid_token: ERR_JWT_CLAIM_VALIDATION_FAILED; the booking is pending',
      async attack({ invite, pending, confirm, tellWith }) {
        const person = await invite()
        const { transactionId } = await pending(person)
        return tellWith(await confirm(transactionId, await person.token()), transactionId)
      },
    },
    {
      tries: 'exchanges its token for one of the hotel API by itself',
      stoppedBy: '400 unauthorized_client',
      async attack({ invite, clients, tell }) {
        return tell(await clients.exchange(await (await invite()).token(), apiScopes.book, 'connector'))
      },
    },
    {
      tries: 'asks the person for an approval by itself',
      stoppedBy: '400 unauthorized_client',
      async attack({ invite, clients, tell }) {
        const { id: login_hint } = await invite()
        return tell(await clients.startCiba({ scope: `openid ${apiScopes.book}`, login_hint }, 'connector'))
      },
    },
    {
      tries: 'has the person sign in for the hotel API’s scope',
      stoppedBy: 'invalid_scope',
      async attack({ invite }) {
        return (await invite()).signIn(apiScopes.book).then(
          () => 'a token',
          (error) => /invalid_scope/.exec(String(error))?.[0] ?? String(error),
        )
      },
    },
    {
      tries: 'refreshes its token into one with more scopes than the person allowed',
      stoppedBy: '400 invalid_scope',
      async attack({ invite, clients, tell }) {
        const { refresh_token } = await (await invite()).signIn(mcpScopes.memberRates)
        const form = {
          grant_type: 'refresh_token',
          refresh_token: refresh_token ?? '',
          scope: mcpScopes.book,
        }
        return tell(await clients.post('connector', 'token', form))
      },
    },
    {
      tries: 'books with a token for member rates alone',
      stoppedBy: '403 refused:insufficient_scope: 403',
      async attack({ invite, tool, stay, tell }) {
        const person = await invite()
        const token = await person.token(mcpScopes.memberRates)
        return tell(await tool(person, 'prepare_booking', stay('cheap'), { token }))
      },
    },
    {
      tries: 'goes on with a token that was revoked',
      stoppedBy: '401 refused:invalid_token: token exchange: invalid_grant',
      async attack({ invite, clients, tool, stay, tell }) {
        const person = await invite()
        const { access_token: token } = await person.signIn()
        await clients.post('connector', 'revoke', { token })
        return tell(await tool(person, 'prepare_booking', stay('cheap'), { token }))
      },
    },
    {
      tries: 'looks at member rates with a token that was revoked',
      stoppedBy: '401 refused:invalid_token: the policy calls the token inactive',
      async attack({ invite, clients, tool, tell }) {
        const person = await invite()
        const { access_token: token } = await person.signIn()
        await clients.post('connector', 'revoke', { token })
        return tell(await tool(person, 'search_hotels_member_rates', { city: 'Florence' }, { token }))
      },
    },
    {
      tries: 'changes the name in the token that it holds',
      stoppedBy: '401 refused:invalid_token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      async attack({ invite, bystander, tool, stay, tell }) {
        const person = await invite()
        const [header, , signature] = (await person.token()).split('.')
        const claims = { ...decodeJwt(await person.token()), sub: bystander.id }
        const token = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
        return tell(await tool(person, 'prepare_booking', stay('cheap'), { token }))
      },
    },
  ],
}
