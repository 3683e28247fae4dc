import { askForApproval } from '../ask-for-approval.ts'
import { byPerson } from '../by-person.ts'
import type { Probe } from '../probe.ts'
import { requireMethod } from './several-devices.ts'

export const declinedPush: Probe = {
  id: 'declined-push',
  about: 'PingOne',
  asks: 'With `push`, what does the page say when the person declines the notification, or lets it pass?',
  expects: 'That the phone has not confirmed, and nothing of the booking.',
  otherwise: {
    means:
      'Somebody who has the link sees the booking although the person said no, or nobody learns what to do.',
    change: '`lambdas/identity/desired-state/approval-flow/sign-in/push.ts`, and `local/pingone/mfa`.',
  },
  needsPerson: true,
  async ask(tools) {
    requireMethod(tools.pingOne.settings.approval.authentication, ['push'])
    const { end } = await askForApproval(tools, {
      instruction:
        'Open its link, continue, and say no to the notification on your phone. Then continue on the page.',
    })
    const seen = await byPerson(
      tools,
      'Did the page say that your phone has not confirmed, and show nothing of the booking?',
    )
    tools.record('answer', await end())
    return seen
  },
}
