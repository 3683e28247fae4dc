import type { Party } from '../attacks/row.ts'
import type { Guest } from '../attacks/world/guests.ts'
import { until } from '../journeys/report.ts'

export const formerEmployee: Party = {
  party: 'a former employee',
  holds: 'the tokens, links and bookings of an account that is no longer what it was',
  rows: [
    {
      tries: 'authenticates as the exchange client with the secret that PingOne keeps of every client',
      stoppedBy: '401 invalid_client',
      attack: async ({ clients, tell }) =>
        tell(await clients.postWithSecret('exchange', 'token', { grant_type: 'client_credentials' })),
    },
    {
      tries: 'books after leaving the group',
      stoppedBy: '200 failed:denied_by_policy',
      async attack({ invite, leaveGroup, tool, stay, tell }) {
        const person = await invite()
        await person.token()
        await leaveGroup(person)
        return tell(await tool(person, 'prepare_booking', stay('cheap')))
      },
    },
    {
      tries: 'approves after leaving the group what was asked before',
      stoppedBy: 'the booking is cancelled',
      async attack({ invite, pending, leaveGroup, decideOnPhone, statusOf }) {
        const person = await invite()
        const { transactionId, bindingMessage } = await pending(person)
        await leaveGroup(person)
        await decideOnPhone(person, bindingMessage, 'approve')
        return until('the end', async () => {
          const status = await statusOf(transactionId)
          return status !== 'pending' && `the booking is ${status}`
        })
      },
    },
    {
      tries: 'uses the token of an account that was deleted',
      stoppedBy: '401 refused:invalid_token: the policy calls the token inactive',
      async attack({ invite, administer, tool, tell }) {
        const person = await invite()
        await person.token()
        await administer('DELETE', `/users/${person.id}`)
        return tell(await tool(person, 'search_hotels_member_rates', { city: 'Rome' }))
      },
    },
    {
      tries: 'books with the token of an account that was deleted',
      stoppedBy: '401 refused:invalid_token: token exchange: invalid_grant',
      async attack({ invite, administer, tool, stay, tell }) {
        const person = await invite()
        await person.token()
        await administer('DELETE', `/users/${person.id}`)
        return tell(await tool(person, 'prepare_booking', stay('cheap')))
      },
    },
    {
      tries: 'books with a token that was exchanged before the account was deleted',
      stoppedBy: '401 invalid_token: the policy calls the token inactive',
      async attack({ invite, administer, exchanged, hotelApi, stay, tell }) {
        const person = await invite()
        const token = await exchanged(person)
        const { json } = await hotelApi('POST /booking-quotes', { token, body: stay('cheap') })
        await administer('DELETE', `/users/${person.id}`)
        const headers = { 'idempotency-key': 'late' }
        return tell(
          await hotelApi('POST /booking-intents', { token, headers, body: { quoteId: json.quoteId } }),
        )
      },
    },
    {
      tries: 'reads, with an account that was given the name again, the booking of the one before',
      stoppedBy: '200 failed:unknown_booking',
      async attack({ invite, pending, administer, tool, tell }) {
        const before = await invite()
        const { transactionId } = await pending(before)
        await administer('DELETE', `/users/${before.id}`)
        const namesake = await invite(true, before.username)
        return tell(await tool(namesake, 'finalize_booking', { transactionId }))
      },
    },
    {
      tries: 'asks, with an account that was given the name again, for the booking that the key made before',
      stoppedBy: '201 pending: another booking',
      async attack({ invite, exchanged, administer, hotelApi, stay }) {
        const wanted = stay()
        const bookAs = async (who: Guest) => {
          const token = await exchanged(who)
          const { json } = await hotelApi('POST /booking-quotes', { token, body: wanted })
          const headers = { 'idempotency-key': 'the-same-key' }
          const body = { quoteId: json.quoteId }
          return hotelApi('POST /booking-intents', { token, headers, body })
        }
        const before = await invite()
        const first = await bookAs(before)
        await administer('DELETE', `/users/${before.id}`)
        const second = await bookAs(await invite(true, before.username))
        const same = first.json.transactionId === second.json.transactionId
        return `${second.status} ${second.json.status}: ${same ? 'the same' : 'another'} booking`
      },
    },
    {
      tries: 'reads the booking of the account that has the name now, with the token of the one before',
      stoppedBy: '404 unknown_booking: owner',
      async attack({ invite, exchanged, pending, administer, hotelApi, tell }) {
        const before = await invite()
        const token = await exchanged(before)
        await administer('DELETE', `/users/${before.id}`)
        const { transactionId } = await pending(await invite(true, before.username))
        return tell(await hotelApi(`GET /booking-intents/${transactionId}`, { token }))
      },
    },
    {
      tries: 'refreshes the token of an account that was deleted',
      stoppedBy: '400 invalid_grant',
      async attack({ invite, administer, clients, tell }) {
        const person = await invite()
        const { refresh_token = '' } = await person.signIn()
        await administer('DELETE', `/users/${person.id}`)
        return tell(await clients.post('connector', 'token', { grant_type: 'refresh_token', refresh_token }))
      },
    },
    {
      tries: 'uses the token of an account that was disabled',
      stoppedBy: '401 refused:invalid_token: the policy calls the token inactive',
      async attack({ invite, administer, tool, tell }) {
        const person = await invite()
        await person.token()
        await administer('PUT', `/users/${person.id}/enabled`, { enabled: false })
        return tell(await tool(person, 'search_hotels_member_rates', { city: 'Rome' }))
      },
    },
    {
      tries: 'confirms with an approval given before leaving the group',
      stoppedBy: '403 denied_by_policy; the booking is cancelled',
      async attack({
        invite,
        intent,
        stay,
        shownOf,
        ask,
        clients,
        decideOnPhone,
        leaveGroup,
        confirm,
        tellWith,
      }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const { authReqId, code } = await ask(person, shownOf(json))
        await leaveGroup(person)
        await decideOnPhone(person, code, 'approve')
        const { access_token } = (await clients.pollCiba(authReqId)).json
        return tellWith(await confirm(json.transactionId, access_token), json.transactionId)
      },
    },
    {
      tries: 'comes back under the name of somebody who was deleted, and asks for their booking',
      stoppedBy: '200 failed:unknown_booking',
      async attack({ invite, administer, approved, tool, tell }) {
        const first = await invite()
        const { transactionId } = await approved(first)
        await administer('DELETE', `/users/${first.id}`)
        const namesake = await invite(true, first.username)
        return tell(await tool(namesake, 'finalize_booking', { transactionId }))
      },
    },
    {
      tries: 'asks with the old token for a booking of the person who has the name now',
      stoppedBy: '401 refused:invalid_token: the policy calls the token inactive',
      async attack({ invite, administer, approved, tool, tell }) {
        const first = await invite()
        const token = await first.token()
        await administer('DELETE', `/users/${first.id}`)
        const namesake = await invite(true, first.username)
        const { transactionId } = await approved(namesake)
        return tell(await tool(undefined, 'finalize_booking', { transactionId }, { token }))
      },
    },
  ],
}
