import { brief, claimsOf, text } from '../answer.ts'
import { exchange } from '../exchange.ts'
import type { Probe } from '../probe.ts'

export const exchangeActorChain: Probe = {
  id: 'exchange-actor-chain',
  about: 'PingOne',
  asks: 'What does a token exchange for the hotel API yield?',
  expects:
    'A token for the hotel API’s audience alone, with `act` of the exchange client and, in it, of the connector, and with the scopes of the exchanged token in `subject_scope`.',
  otherwise: {
    means: 'The hotel API refuses the MCP server: no member rates and no booking.',
    change:
      '`actorChain` and `subjectScope` in `lambdas/identity/desired-state/resources.ts`, the request in `lambdas/mcp/exchange/exchange.ts`.',
  },
  async ask(tools) {
    const { playground, record } = tools
    const [connector, exchanger, api] = [
      await playground.connector(),
      await playground.exchanger(),
      await playground.hotelApi(),
    ]
    const signedIn = await playground.signedIn()
    const answer = await exchange(tools, text(signedIn, 'access_token'))
    record('answer', answer)
    const value = text(answer, 'access_token')
    if (value === '') return { asExpected: false, saw: brief(answer) }
    record('token', { token: value })
    const { act, aud, subject_scope } = claimsOf({ token: value })
    const chain = { sub: exchanger.clientId, act: { sub: connector.clientId } }
    const isChain = JSON.stringify(act) === JSON.stringify(chain)
    const isAudience = JSON.stringify([aud].flat()) === JSON.stringify([api.audience])
    const isCarried = subject_scope === claimsOf({ token: text(signedIn, 'access_token') }).scope
    return {
      asExpected: isChain && isAudience && isCarried,
      saw: `the chain is ${isChain ? 'whole' : 'another'}, the audience ${isAudience ? "the hotel API's alone" : 'another'}, the scopes ${isCarried ? 'are carried over' : 'are not carried over'}`,
    }
  },
}
