import type { Party } from '../attacks/row.ts'
import { apiScopes } from '../attacks/world/world.ts'

export const approvalClient: Party = {
  party: 'the approval client',
  holds: 'the key of the client that asks people for approvals',
  rows: [
    {
      tries: 'has a cheap stay approved and confirms a dear one with it',
      stoppedBy: '403 approval_required: approval of another hotel; the booking is pending',
      async attack({ invite, intent, stay, shownOf, approvalOf, confirm, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const shown = shownOf(json)
        const cheap = {
          hotel_id: 'florence-foresteria-del-forno',
          hotel_name: 'Foresteria del Forno',
          amount: '79.00',
        }
        const token = await approvalOf(person, { ...shown, ...cheap })
        return tellWith(await confirm(json.transactionId, token), json.transactionId)
      },
    },
    {
      tries: 'shows a lower amount than would be booked',
      stoppedBy: '403 approval_required: approval of another amount; the booking is pending',
      async attack({ invite, intent, stay, shownOf, approvalOf, confirm, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const token = await approvalOf(person, { ...shownOf(json), amount: '23.50' })
        return tellWith(await confirm(json.transactionId, token), json.transactionId)
      },
    },
    {
      tries: 'shows other dates than would be booked',
      stoppedBy: '403 approval_required: approval of other dates; the booking is pending',
      async attack({ invite, intent, stay, shownOf, approvalOf, confirm, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const token = await approvalOf(person, {
          ...shownOf(json),
          check_in: '2027-08-01',
          check_out: '2027-08-02',
        })
        return tellWith(await confirm(json.transactionId, token), json.transactionId)
      },
    },
    {
      tries: 'uses the approval of one booking for another of the same stay',
      stoppedBy: '403 approval_required: approval of another transaction; the booking is pending',
      async attack({ invite, intent, stay, shownOf, approvalOf, confirm, tellWith }) {
        const person = await invite()
        const [first, second] = [(await intent(person, stay())).json, (await intent(person, stay())).json]
        const token = await approvalOf(person, { ...shownOf(second), transaction_id: first.transactionId })
        return tellWith(await confirm(second.transactionId, token), second.transactionId)
      },
    },
    {
      tries: 'lets an accomplice approve somebody else’s booking',
      stoppedBy: '404 unknown_booking: owner; the booking is pending',
      async attack({ invite, intent, stay, shownOf, approvalOf, confirm, tellWith }) {
        const [person, accomplice] = [await invite(), await invite()]
        const { json } = await intent(person, stay())
        const token = await approvalOf(accomplice, shownOf(json))
        return tellWith(await confirm(json.transactionId, token), json.transactionId)
      },
    },
    {
      tries: 'leaves out what is to be shown',
      stoppedBy:
        '403 approval_required: an approval that does not say what was displayed; the booking is pending',
      async attack({ invite, intent, stay, shownOf, approvalOf, confirm, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const { transaction_id, hotel_id } = shownOf(json)
        const token = await approvalOf(person, {
          transaction_id: transaction_id ?? '',
          hotel_id: hotel_id ?? '',
        })
        return tellWith(await confirm(json.transactionId, token), json.transactionId)
      },
    },
    {
      tries: 'uses an approval as if it were an exchanged token',
      stoppedBy: '403 wrong_authority: issued to another client',
      async attack({ invite, intent, stay, shownOf, approvalOf, hotelApi, tell }) {
        const person = await invite()
        const token = await approvalOf(person, shownOf((await intent(person, stay())).json))
        return tell(await hotelApi('POST /booking-quotes', { token, body: stay() }))
      },
    },
    {
      tries: 'fetches its answer before the person has given one',
      stoppedBy: '400 authorization_pending; the booking is pending',
      async attack({ invite, intent, stay, shownOf, ask, clients, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const { authReqId } = await ask(person, shownOf(json))
        return tellWith(await clients.pollCiba(authReqId), json.transactionId)
      },
    },
    {
      tries: 'fetches an answer after the person has declined',
      stoppedBy: '400 access_denied; the booking is pending',
      async attack({ invite, intent, stay, shownOf, ask, clients, decideOnPhone, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const { authReqId, code } = await ask(person, shownOf(json))
        await decideOnPhone(person, code, 'decline')
        return tellWith(await clients.pollCiba(authReqId), json.transactionId)
      },
    },
    {
      tries: 'fetches the answer to one approval twice',
      stoppedBy: '400 invalid_grant',
      async attack({ invite, intent, stay, shownOf, ask, clients, decideOnPhone, tell }) {
        const person = await invite()
        const { authReqId, code } = await ask(person, shownOf((await intent(person, stay())).json))
        await decideOnPhone(person, code, 'approve')
        await clients.pollCiba(authReqId)
        return tell(await clients.pollCiba(authReqId))
      },
    },
    {
      tries: 'guesses the id of a request',
      stoppedBy: '400 invalid_grant',
      async attack({ clients, tell }) {
        return tell(await clients.pollCiba('3f1c2a52-6c1f-4b0e-9b2e-0b8f8a1c2d3e'))
      },
    },
    {
      tries: 'asks for the workflow’s scope, and closes with what it gets',
      stoppedBy: '403 insufficient_scope; the booking is pending',
      async attack({ invite, intent, stay, shownOf, clients, decideOnPhone, hotelApi, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const asked = await clients.startCiba({
          scope: `openid ${apiScopes.book} ${apiScopes.close}`,
          login_hint: person.id,
          binding_message: 'WIDER',
          ...shownOf(json),
        })
        await decideOnPhone(person, 'WIDER', 'approve')
        const { access_token: token } = (await clients.pollCiba(asked.json.auth_req_id)).json
        const sent = { token, body: { outcome: 'cancelled' } }
        return tellWith(
          await hotelApi(`POST /booking-intents/${json.transactionId}/close`, sent),
          json.transactionId,
        )
      },
    },
    {
      tries: 'exchanges a person’s token',
      stoppedBy: '400 unauthorized_client',
      async attack({ invite, clients, tell }) {
        return tell(await clients.exchange(await (await invite()).token(), apiScopes.book, 'approval'))
      },
    },
    {
      tries: 'gets a token for itself, without a person',
      stoppedBy: '400 unauthorized_client',
      async attack({ clients, tell }) {
        return tell(await clients.ownToken('approval', apiScopes.book))
      },
    },
  ],
}
