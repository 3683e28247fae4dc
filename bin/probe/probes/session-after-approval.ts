import { byPerson } from '../by-person.ts'
import type { Probe } from '../probe.ts'

export const sessionAfterApproval: Probe = {
  id: 'session-after-approval',
  about: 'PingOne',
  asks: 'Does the browser in which somebody approved stay signed in?',
  expects: 'No longer than five minutes (`idleTimeout`).',
  otherwise: {
    means: 'Whoever uses that browser next is signed in as the person.',
    change: '`idleTimeout` in `lambdas/identity/desired-state/approval-flow/decide.ts`.',
  },
  needsPerson: true,
  ask: (tools) =>
    byPerson(
      tools,
      'Five minutes after an approval, open another application of this environment in the same browser: are you asked to sign in?',
    ),
}
