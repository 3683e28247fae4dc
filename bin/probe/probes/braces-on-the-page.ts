import { askForApproval } from '../ask-for-approval.ts'
import { byPerson } from '../by-person.ts'
import type { Probe } from '../probe.ts'

const name = 'Hotel {{global.parameters.authorizationRequest.login_hint}}'

export const bracesOnThePage: Probe = {
  id: 'braces-on-the-page',
  about: 'PingOne',
  asks: 'Is `{{…}}` in a hotel’s name filled in when the page shows it?',
  expects: 'No: the braces stand there as they came.',
  otherwise: {
    means: 'A hotel’s name could show a value of the flow to the person who approves.',
    change: 'Take braces out of what is sent, in `lambdas/mcp/approval`.',
  },
  needsPerson: true,
  async ask(tools) {
    await askForApproval(tools, {
      changes: { hotel_name: name },
      instruction: 'Open its link, sign in, and look at the name of the hotel. Then decline.',
    })
    return byPerson(tools, `Is the hotel called exactly "${name}", braces and all?`)
  },
}
