import { member } from '../answer.ts'
import type { Probe } from '../probe.ts'
import { decisionEndpointPath } from '../set-up-objects.ts'

export const decisionParameterTypes: Probe = {
  id: 'decision-parameter-types',
  about: 'PingOne',
  asks: 'May an amount be sent to a decision as a number?',
  expects: 'Yes: the decision is made, and its status is `OKAY`.',
  otherwise: {
    means: 'Every booking is refused, because the amount cannot be read.',
    change: '`parametersOf` in `lambdas/decision/decide.ts`.',
  },
  async ask({ pingOne, record }) {
    const path = await decisionEndpointPath(pingOne)
    const parameters = {
      'MyHotels.service': 'myhotels-hotelmcp',
      'MyHotels.resource': 'prepare_booking',
      'MyHotels.parameters.totalPrice': 498.5,
      'MyHotels.parameters.nights': 2,
    }
    const answer = await pingOne.api('POST', path, { body: { parameters } })
    record('numbers', answer)
    const code = member(answer, 'status', 'code')
    return { asExpected: code === 'OKAY', saw: `${answer.status}, status ${String(code)}` }
  },
}
