import { randomUUID } from 'node:crypto'
import { brief, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const cibaUnknownPerson: Probe = {
  id: 'ciba-unknown-person',
  about: 'PingOne',
  asks: 'What does the approval flow answer when there is nobody of the id?',
  expects: '400 `unknown_user_id`, before anything is sent to anybody.',
  otherwise: {
    means: 'The flow does not run, or ends another way; a booking waits in vain.',
    change:
      '`lambdas/identity/desired-state/approval-flow/look-up.ts`, refusals in `lambdas/mcp/approval/ciba.ts`.',
  },
  async ask({ pingOne, playground, record }) {
    const client = await playground.approver()
    const { scopes } = pingOne.settings
    const answer = await pingOne.post(
      'cibaAuthorization',
      {
        scope: `openid ${scopes.hotelApi.book}`,
        login_hint: randomUUID(),
        binding_message: 'PROBE234',
        transaction_id: '00000000-0000-4000-8000-000000000000',
      },
      client,
    )
    record('refusal', answer)
    return {
      asExpected: answer.status === 400 && text(answer, 'error') === 'unknown_user_id',
      saw: brief(answer),
    }
  },
}
