import { askForApproval } from '../ask-for-approval.ts'
import { byPerson } from '../by-person.ts'
import type { Probe } from '../probe.ts'

export const linkOpenedTwice: Probe = {
  id: 'link-opened-twice',
  about: 'PingOne',
  asks: 'Does the link of an approval begin anew when it is opened again, perhaps by somebody else?',
  expects: 'Yes: it asks to sign in again before it shows anything.',
  otherwise: {
    means: 'Whoever has the link sees the booking, and may approve it, once the person has signed in there.',
    change:
      '`lambdas/identity/desired-state/approval-flow/send-link.ts`, and `local/pingone/flows/run-flow.ts`.',
  },
  needsPerson: true,
  async ask(tools) {
    const { end } = await askForApproval(tools, {
      instruction:
        'Open its link and sign in, but decide nothing. Then open the link a second time, in another browser. Do what it asks, and decline.',
    })
    tools.record('answer', await end())
    return byPerson(tools, 'The second time, did the page ask you to sign in before it showed the booking?')
  },
}
