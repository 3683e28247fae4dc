import { byPerson } from '../by-person.ts'
import type { Probe } from '../probe.ts'
import { requireMethod } from './several-devices.ts'

export const passkeyOnThePage: Probe = {
  id: 'passkey-on-the-page',
  about: 'PingOne',
  asks: 'With `passkey`, does the page go on when the passkey was used, also on a custom domain?',
  expects: 'Yes: the form is left by `submit`, and the origin is the issuer’s.',
  otherwise: {
    means: 'The page does not go on, or every passkey is refused.',
    change: '`lambdas/identity/desired-state/approval-flow/sign-in/passkey.ts`.',
  },
  needsPerson: true,
  async ask(tools) {
    requireMethod(tools.pingOne.settings.approval.authentication, ['passkey'])
    return byPerson(tools, 'Approve with a passkey: does the page show the booking after you used it?')
  },
}
