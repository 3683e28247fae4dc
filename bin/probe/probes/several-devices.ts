import { byPerson } from '../by-person.ts'
import { NotAskedError } from '../not-asked.ts'
import type { Probe } from '../probe.ts'

export const severalDevices: Probe = {
  id: 'several-devices',
  about: 'PingOne',
  asks: 'With `push` or `passkey`, can somebody approve who has several MFA devices and no default?',
  expects: 'No, and the page says to choose a default device.',
  otherwise: {
    means: 'Such a person sees a page that goes nowhere, or a device that they did not choose is asked.',
    change: '`lambdas/identity/desired-state/approval-flow/sign-in`.',
  },
  needsPerson: true,
  async ask(tools) {
    requireMethod(tools.pingOne.settings.approval.authentication, ['push', 'passkey'])
    return byPerson(
      tools,
      'As such a person, open the link of an approval: does the page say to choose a default device?',
    )
  },
}

export function requireMethod(method: string, methods: readonly string[]): void {
  if (!methods.includes(method)) throw new NotAskedError(`the stage's approval.authentication is ${method}`)
}
