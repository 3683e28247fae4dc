import { brief, text } from '../answer.ts'
import { askForApproval } from '../ask-for-approval.ts'
import type { Probe } from '../probe.ts'

export const declineByEmail: Probe = {
  id: 'decline-by-email',
  about: 'PingOne',
  asks: 'What does the client learn when the person declines?',
  expects: '`access_denied`.',
  otherwise: {
    means:
      'A "no" is not recognized as one; the booking ends as cancelled instead of declined, without a pause.',
    change:
      'The table `kinds` in `lambdas/mcp/approval/ciba.ts`, and the branch of the flow in `approval-flow/decide.ts`.',
  },
  needsPerson: true,
  async ask(tools) {
    const { end } = await askForApproval(tools, { instruction: 'Open its link, sign in, and decline.' })
    const answer = await end()
    tools.record('answer', answer)
    return { asExpected: text(answer, 'error') === 'access_denied', saw: brief(answer) }
  },
}
