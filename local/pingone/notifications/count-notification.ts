// How many notifications a policy lets through in a day, to one person or to all together. Ping's pages "Notification
// Policies" and "PingOne Notifications Connector": a policy that is not named is the default one.
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'

type Quota = {
  type: 'USER' | 'ENVIRONMENT'
  deliveryMethods: string[]
  total?: number
  /** Of those that nobody answered; nothing answers the notifications of the template "general". */
  unclaimed?: number
}

/** Of the running day, by `<policy> <person>` and `<policy> <everybody>`. */
type Counts = { day: string; sent: Record<string, number> }

const everybody = 'ENVIRONMENT'

/** Counts an email. @returns false when the policy is not there, or lets no more through today */
export function countEmail(
  environment: PingOneEnvironment,
  email: { policyId: string; userId: string },
  clock: Clock,
): boolean {
  const policy =
    email.policyId === ''
      ? environment.list('notificationsPolicies').find((each) => each.default === true)
      : environment.get('notificationsPolicies', email.policyId)
  if (policy === undefined) return email.policyId === ''
  // Days are those of UTC; when PingOne's begin is not documented.
  const day = new Date(clock()).toISOString().slice(0, 10)
  const known = environment.values.notificationCounts as Counts | undefined
  const sent = known?.day === day ? known.sent : {}
  const counted = [email.userId, everybody].map((who) => `${policy.id} ${who}`)
  const isUsedUp = (policy.quotas as Quota[])
    .filter(({ deliveryMethods }) => deliveryMethods.includes('Email'))
    .some(({ type, total, unclaimed }) => {
      const key = counted[type === 'USER' ? 0 : 1] ?? ''
      return (sent[key] ?? 0) >= (total ?? unclaimed ?? Number.POSITIVE_INFINITY)
    })
  if (isUsedUp) return false
  const more = Object.fromEntries(counted.map((key) => [key, (sent[key] ?? 0) + 1]))
  environment.values.notificationCounts = { day, sent: { ...sent, ...more } } satisfies Counts
  environment.changed()
  return true
}
