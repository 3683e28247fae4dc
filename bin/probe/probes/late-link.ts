import { askForApproval } from '../ask-for-approval.ts'
import { byPerson } from '../by-person.ts'
import type { Probe } from '../probe.ts'

export const lateLink: Probe = {
  id: 'late-link',
  about: 'PingOne',
  asks: 'What does a person see who opens the link after the request has ended?',
  expects: 'A page that says so, without anything to approve.',
  otherwise: {
    means: 'Somebody approves what cannot be approved any more, and wonders.',
    change: '`challengeExpiry` in `lambdas/identity/desired-state/approval-flow/send-link.ts`.',
  },
  needsPerson: true,
  async ask(tools) {
    const { end } = await askForApproval(tools, { instruction: 'Leave it alone until you are asked.' })
    const answer = await end()
    tools.record('answer', answer)
    return byPerson(
      tools,
      'The request has ended. Open the link now: does the page say so, with nothing to approve?',
    )
  },
}
