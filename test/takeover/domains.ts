import { generateKeyPair } from 'jose'
import type { Party } from '../attacks/row.ts'
import { apiScopes } from '../attacks/world/world.ts'
import { until } from '../journeys/report.ts'

export const mcpDomain: Party = {
  party: 'the MCP domain as a whole',
  holds: 'all its keys, roles and tables, and the token of one person',
  rows: [
    {
      tries: 'books above the limit with a token that it exchanged',
      stoppedBy: '403 denied_by_policy',
      async attack({ invite, intent, stay, tell }) {
        return tell(await intent(await invite(), stay('too expensive')))
      },
    },
    {
      tries: 'books what needs an approval and confirms it with every token that it can get',
      stoppedBy:
        '401 invalid_token: ERR_JWT_CLAIM_VALIDATION_FAILED, 403 approval_required: issued to another client, 403 insufficient_scope; the booking is pending',
      async attack({ invite, intent, stay, clients, exchanged, confirm, tell, statusOf }) {
        const person = await invite()
        const { transactionId } = (await intent(person, stay())).json
        const tokens = [
          await person.token(),
          await exchanged(person),
          (await clients.ownToken('workflow', apiScopes.close)).json.access_token,
          (await clients.ownToken('decision')).json.access_token,
        ]
        const ends = await Promise.all(tokens.map(async (token) => tell(await confirm(transactionId, token))))
        return `${[...new Set(ends)].sort().join(', ')}; the booking is ${await statusOf(transactionId)}`
      },
    },
    {
      tries: 'signs an approval itself',
      stoppedBy: '401 invalid_token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED; the booking is pending',
      async attack({ invite, intent, stay, shownOf, clients, forge, confirm, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const client_id = clients.clientId('approval')
        const { privateKey } = await generateKeyPair('RS256')
        const claims = {
          sub: await person.subject(),
          client_id,
          scope: apiScopes.book,
          act: { sub: client_id },
        }
        const token = await forge({ ...claims, ...shownOf(json), approval_amr: 'pwd' }, {}, privateKey)
        return tellWith(await confirm(json.transactionId, token), json.transactionId)
      },
    },
    {
      tries: 'uses one approval for two bookings',
      stoppedBy: '403 approval_required: approval of another transaction; the booking is pending',
      async attack({ invite, intent, stay, shownOf, approvalOf, confirm, tellWith }) {
        const person = await invite()
        const [first, second] = [(await intent(person, stay())).json, (await intent(person, stay())).json]
        const token = await approvalOf(person, shownOf(first))
        await confirm(first.transactionId, token)
        return tellWith(await confirm(second.transactionId, token), second.transactionId)
      },
    },
    {
      tries: 'keeps an approval, and confirms with it after the booking was called off',
      stoppedBy: '409 booking_closed; the booking is cancelled',
      async attack({ invite, intent, stay, shownOf, approvalOf, clients, hotelApi, confirm, tellWith }) {
        const person = await invite()
        const { json } = await intent(person, stay())
        const token = await approvalOf(person, shownOf(json))
        const closing = (await clients.ownToken('workflow', apiScopes.close)).json.access_token
        const sent = { token: closing, body: { outcome: 'cancelled' } }
        await hotelApi(`POST /booking-intents/${json.transactionId}/close`, sent)
        return tellWith(await confirm(json.transactionId, token), json.transactionId)
      },
    },
    {
      tries: 'books for somebody whose token it never had',
      stoppedBy: '400 invalid_grant',
      async attack({ bystander, clients, forge, endpoints, tell }) {
        const { privateKey } = await generateKeyPair('RS256')
        const claims = {
          iss: endpoints.issuer,
          sub: await bystander.subject(),
          client_id: clients.clientId('connector'),
        }
        const token = await forge(
          { ...claims, aud: ['myhotels-hotelmcp'], scope: 'my-hotels:mcp:book' },
          {},
          privateKey,
        )
        return tell(await clients.exchange(token, apiScopes.book))
      },
    },
    {
      tries: 'names somebody else as the actor’s person in an exchange',
      stoppedBy: '404 unknown_booking: owner',
      async attack({ invite, bystander, clients, hotelApi, tell }) {
        const person = await invite()
        const more = { login_hint: bystander.id, sub: bystander.id, requested_subject: bystander.id }
        const { json } = await clients.exchange(await person.token(), apiScopes.book, 'exchange', more)
        const { transactionId } = bystander.booking
        return tell(await hotelApi(`GET /booking-intents/${transactionId}`, { token: json.access_token }))
      },
    },
    {
      tries: 'gives the hotel API a decision of its own along with the request',
      stoppedBy: '201 pending',
      async attack({ invite, exchanged, hotelApi, stay, tell }) {
        const token = await exchanged(await invite())
        const { json } = await hotelApi('POST /booking-quotes', { token, body: stay() })
        const headers = {
          'idempotency-key': 'decided',
          'x-decision': 'PERMIT',
          'x-ping-decision': 'PERMIT',
          'x-approval': 'not_required',
        }
        return tell(
          await hotelApi('POST /booking-intents', { token, headers, body: { quoteId: json.quoteId } }),
        )
      },
    },
    {
      tries: 'runs the workflow of a booking under another name',
      stoppedBy: 'the booking is pending',
      async attack({ invite, pending, aws, variables, cloud, statusOf }) {
        const { transactionId } = await pending(await invite())
        const name = `mine-${transactionId}`
        const stateMachineArn = variables('/McpServer').APPROVAL_WORKFLOW_ARN
        await aws('server', 'states:StartExecution', {
          stateMachineArn,
          name,
          input: JSON.stringify({ transactionId }),
        })
        await until('the second workflow', async () =>
          Object.keys(cloud.counters().transitions).some((arn) => arn.endsWith(`:${name}`)),
        )
        return `the booking is ${await statusOf(transactionId)}`
      },
    },
  ],
}

export const caller: Party = {
  party: 'the hotel API’s caller',
  holds: 'the address of the hotel API, and its public description',
  rows: [
    {
      tries: 'prices a stay without a token',
      stoppedBy: '401 missing_token',
      attack: async ({ hotelApi, stay, tell }) =>
        tell(await hotelApi('POST /booking-quotes', { body: stay() })),
    },
    {
      tries: 'looks at member rates without a token',
      stoppedBy: '401 missing_token',
      attack: async ({ hotelApi, tell }) => tell(await hotelApi('GET /hotels?city=Rome&memberRates=true')),
    },
    {
      tries: 'reads a booking without a token',
      stoppedBy: '401 missing_token',
      attack: async ({ hotelApi, bystander, tell }) =>
        tell(await hotelApi(`GET /booking-intents/${bystander.booking.transactionId}`)),
    },
    {
      tries: 'closes a booking without a token',
      stoppedBy: '401 missing_token; the booking is pending',
      async attack({ hotelApi, bystander, tellWith }) {
        const { transactionId } = bystander.pending
        const body = { outcome: 'cancelled' }
        return tellWith(
          await hotelApi(`POST /booking-intents/${transactionId}/close`, { body }),
          transactionId,
        )
      },
    },
    {
      tries: 'sends a name and a password instead of a token',
      stoppedBy: '401 invalid_token: the Authorization header holds no bearer token',
      attack: async ({ hotelApi, stay, tell }) =>
        tell(
          await hotelApi('POST /booking-quotes', {
            body: stay(),
            headers: { authorization: `Basic ${btoa('anna:password')}` },
          }),
        ),
    },
  ],
}
