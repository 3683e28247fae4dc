import type { Party, Row } from '../attacks/row.ts'
import { apiScopes, mcpScopes } from '../attacks/world/world.ts'

/** What it may not do with the exchanged token: the routes that take another one. */
const otherRoutes: Row[] = [
  {
    tries: 'confirms a booking with the exchanged token',
    stoppedBy: '403 approval_required: issued to another client; the booking is pending',
    async attack({ invite, pending, exchanged, confirm, tellWith }) {
      const person = await invite()
      const { transactionId } = await pending(person)
      return tellWith(await confirm(transactionId, await exchanged(person)), transactionId)
    },
  },
  {
    tries: 'closes a booking with the exchanged token',
    stoppedBy: '403 insufficient_scope; the booking is pending',
    async attack({ invite, pending, exchanged, hotelApi, tellWith }) {
      const person = await invite()
      const { transactionId } = await pending(person)
      const sent = { token: await exchanged(person), body: { outcome: 'cancelled' } }
      return tellWith(await hotelApi(`POST /booking-intents/${transactionId}/close`, sent), transactionId)
    },
  },
]

export const exchangeClient: Party = {
  party: 'the exchange client',
  holds: 'the key of the client that exchanges tokens, and one person’s token for the MCP server',
  rows: [
    ...otherRoutes,
    {
      tries: 'makes a booking token of a token for member rates alone',
      stoppedBy: '403 wrong_authority: exchanged from a token without the scope',
      async attack({ invite, clients, hotelApi, stay, tell }) {
        const theirs = await (await invite()).token(mcpScopes.memberRates)
        const { json } = await clients.exchange(theirs, apiScopes.book)
        return tell(await hotelApi('POST /booking-quotes', { token: json.access_token, body: stay('cheap') }))
      },
    },
    {
      tries: 'reads member rates with a token for booking alone',
      stoppedBy: '403 wrong_authority: exchanged from a token without the scope',
      async attack({ invite, clients, hotelApi, tell }) {
        const theirs = await (await invite()).token(mcpScopes.book)
        const { json } = await clients.exchange(theirs, apiScopes.memberRates)
        return tell(await hotelApi('GET /hotels?city=Rome&memberRates=true', { token: json.access_token }))
      },
    },
    {
      tries: 'books 1,317 EUR straight at the hotel API',
      stoppedBy: '403 denied_by_policy',
      async attack({ invite, intent, stay, tell }) {
        return tell(await intent(await invite(), stay('too expensive')))
      },
    },
    {
      tries: 'says that no approval is needed',
      stoppedBy: '422 invalid_request: body',
      async attack({ invite, intent, stay, tell }) {
        return tell(await intent(await invite(), stay(), { approval: 'not_required' }))
      },
    },
    {
      tries: 'says that an approval is not required',
      stoppedBy: '422 invalid_request: body',
      async attack({ invite, intent, stay, tell }) {
        return tell(await intent(await invite(), stay(), { approvalRequired: false }))
      },
    },
    {
      tries: 'says nothing of an approval for a booking that needs one',
      stoppedBy: '201 pending',
      async attack({ invite, intent, stay, tell }) {
        return tell(await intent(await invite(), stay()))
      },
    },
    {
      tries: 'sends a price along with the quote',
      stoppedBy: '422 invalid_request: body',
      async attack({ invite, intent, stay, tell }) {
        return tell(await intent(await invite(), stay(), { totalPrice: 1, currency: 'EUR' }))
      },
    },
    {
      tries: 'names the person whom the booking is for',
      stoppedBy: '422 invalid_request: body',
      async attack({ invite, bystander, intent, stay, tell }) {
        return tell(await intent(await invite(), stay(), { owner: bystander.id }))
      },
    },
    {
      tries: 'books from a quote that was made for somebody else',
      stoppedBy: '404 unknown_quote: owner',
      async attack({ invite, exchanged, hotelApi, stay, tell }) {
        const [theirs, mine] = [await exchanged(await invite()), await exchanged(await invite())]
        const { json } = await hotelApi('POST /booking-quotes', { token: theirs, body: stay('cheap') })
        const headers = { 'idempotency-key': 'theirs' }
        return tell(
          await hotelApi('POST /booking-intents', { token: mine, headers, body: { quoteId: json.quoteId } }),
        )
      },
    },
    {
      tries: 'makes two bookings from one quote',
      stoppedBy: '409 quote_used',
      async attack({ invite, exchanged, hotelApi, stay, tell }) {
        const token = await exchanged(await invite())
        const { json } = await hotelApi('POST /booking-quotes', { token, body: stay() })
        const book = (key: string) =>
          hotelApi('POST /booking-intents', {
            token,
            headers: { 'idempotency-key': key },
            body: { quoteId: json.quoteId },
          })
        await book('first')
        return tell(await book('second'))
      },
    },
    {
      tries: 'reads somebody else’s booking',
      stoppedBy: '404 unknown_booking: owner',
      async attack({ invite, bystander, exchanged, hotelApi, tell }) {
        const token = await exchanged(await invite())
        return tell(await hotelApi(`GET /booking-intents/${bystander.booking.transactionId}`, { token }))
      },
    },
    {
      tries: 'exchanges without a person’s token',
      stoppedBy: '400 invalid_grant',
      async attack({ clients, tell }) {
        return tell(await clients.exchange('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIn0.', apiScopes.book))
      },
    },
    {
      tries: 'exchanges a token that was revoked',
      stoppedBy: '400 invalid_grant',
      async attack({ invite, clients, tell }) {
        const { access_token: token } = await (await invite()).signIn()
        await clients.post('connector', 'revoke', { token })
        return tell(await clients.exchange(token, apiScopes.book))
      },
    },
    {
      tries: 'exchanges for the workflow’s scope',
      stoppedBy: '400 invalid_scope',
      async attack({ invite, clients, tell }) {
        return tell(await clients.exchange(await (await invite()).token(), apiScopes.close))
      },
    },
    {
      tries: 'exchanges an exchanged token once more',
      stoppedBy: '403 wrong_authority: another actor chain',
      async attack({ invite, exchanged, clients, hotelApi, stay, tell }) {
        const again = await clients.exchange(await exchanged(await invite()), apiScopes.book)
        return tell(await hotelApi('POST /booking-quotes', { token: again.json.access_token, body: stay() }))
      },
    },
    {
      tries: 'asks for an approval',
      stoppedBy: '400 unauthorized_client',
      async attack({ invite, clients, tell }) {
        const { id: login_hint } = await invite()
        return tell(await clients.startCiba({ scope: `openid ${apiScopes.book}`, login_hint }, 'exchange'))
      },
    },
    {
      tries: 'gets a token for itself, without a person',
      stoppedBy: '400 unauthorized_client',
      async attack({ clients, tell }) {
        return tell(await clients.ownToken('exchange', apiScopes.book))
      },
    },
    {
      tries: 'books for a person who has left the group meanwhile',
      stoppedBy: '403 denied_by_policy',
      async attack({ invite, leaveGroup, intent, stay, tell }) {
        const person = await invite()
        await person.token()
        await leaveGroup(person)
        return tell(await intent(person, stay('cheap')))
      },
    },
  ],
}
