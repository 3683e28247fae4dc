import { claimsOf } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const actWithoutSubjectToken: Probe = {
  id: 'act-without-subject-token',
  about: 'PingOne',
  asks: 'What does the hotel API’s `act` become where there is no subject token, as with client credentials and CIBA?',
  expects: '`act` names the client alone: `{"sub": "<client>"}`.',
  otherwise: {
    means:
      'No approval and no closing of a booking works: the hotel API refuses their tokens, or none is issued.',
    change: 'The expression `actorChain` in `lambdas/identity/desired-state/resources.ts`.',
  },
  async ask({ pingOne, playground, record }) {
    const client = await playground.service()
    const { scope } = await playground.hotelApi()
    const token = { token: await pingOne.tokenOf(client, { scope }) }
    record('token', token)
    const { act } = claimsOf(token)
    const isClient = JSON.stringify(act) === JSON.stringify({ sub: client.clientId })
    return {
      asExpected: isClient,
      saw: isClient ? 'act names the client alone' : `act is ${act === undefined ? 'missing' : typeof act}`,
    }
  },
}
