import { member } from '../answer.ts'
import type { Probe } from '../probe.ts'
import { decisionEndpointPath } from '../set-up-objects.ts'

const needed = ['code', 'obligatory', 'payload'] as const

export const decisionAnswer: Probe = {
  id: 'decision-answer',
  about: 'PingOne',
  asks: 'What do a decision and its statements look like, and how long does one take?',
  expects:
    'Status 200 also for DENY; statements with `code`, `payload` and `obligatory`; less than a second.',
  otherwise: {
    means: 'Refusals come without the policy’s words, or approvals are not asked for.',
    change: 'The schema of a decision in `lambdas/decision/decide.ts`.',
  },
  async ask({ pingOne, record }) {
    const path = await decisionEndpointPath(pingOne)
    // A booking without a person is denied, with words.
    const parameters = {
      'MyHotels.service': 'myhotels-hotelmcp',
      'MyHotels.resource': 'prepare_booking',
      'MyHotels.parameters.totalPrice': 498,
      'MyHotels.parameters.currency': 'EUR',
    }
    const began = performance.now()
    const answer = await pingOne.api('POST', path, { body: { parameters } })
    const milliseconds = Math.round(performance.now() - began)
    record('denial', answer)
    const statements = member(answer, 'statements')
    const [first] = Array.isArray(statements) ? statements : []
    const missing = needed.filter((name) => first?.[name] === undefined)
    return {
      asExpected:
        answer.status === 200 &&
        member(answer, 'decision') === 'DENY' &&
        missing.length === 0 &&
        milliseconds < 1000,
      saw: `${answer.status} ${String(member(answer, 'decision'))}, ${
        missing.length === 0 ? 'a statement with everything' : `statement without ${missing.join(', ')}`
      }, ${milliseconds} ms`,
    }
  },
}
