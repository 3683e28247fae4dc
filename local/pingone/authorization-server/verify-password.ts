// Whether a password is a person's. PingOne's standard password policy locks it for 15 minutes after five wrong ones in
// a row, so that nobody can try them out, neither where people sign in nor behind the link of a flow.
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { equalInConstantTime } from './authenticate-caller.ts'

const mostFailures = 5
const lockedMs = 900_000

/** Compared with when there is no such user, so that the answer takes as long. */
const noPassword = 'f2b1c9d0-there-is-no-such-user'

type Failures = Record<string, { count: number; lastAt: number }>

/** `locked` whether the password was right or not. */
export function verifyPassword(
  services: { environment: PingOneEnvironment; clock: Clock },
  user: Stored | undefined,
  sent: string,
): 'right' | 'wrong' | 'locked' {
  const { environment } = services
  const now = services.clock()
  const password = environment.passwords[user?.id ?? '']
  const matches = equalInConstantTime(password ?? noPassword, sent)
  if (user === undefined || password === undefined || user.enabled === false) return 'wrong'
  const { [user.id]: known, ...others } = (environment.values.passwordFailures ?? {}) as Failures
  const failures = known !== undefined && now - known.lastAt < lockedMs ? known : { count: 0, lastAt: 0 }
  if (failures.count >= mostFailures) return 'locked'
  environment.values.passwordFailures = matches
    ? others
    : { ...others, [user.id]: { count: failures.count + 1, lastAt: now } }
  if (!matches || known !== undefined) environment.changed()
  return matches ? 'right' : 'wrong'
}

/** A new password is nobody's guess yet. */
export function forgetFailures(environment: PingOneEnvironment, userId: string): void {
  const { [userId]: _, ...others } = (environment.values.passwordFailures ?? {}) as Failures
  environment.values.passwordFailures = others
  environment.changed()
}
