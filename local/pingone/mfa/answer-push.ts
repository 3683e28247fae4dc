import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { readDeviceAuthentication, writeDeviceAuthentication } from './device-authentication.ts'

/** What the person pressed on their phone. @returns false when the notification was answered, or timed out, before */
export function answerPush(
  environment: PingOneEnvironment,
  id: string,
  isConfirmed: boolean,
  clock: Clock,
): boolean {
  const asked = readDeviceAuthentication(environment, id, clock)
  if (asked?.status !== 'PUSH_CONFIRMATION_REQUIRED') return false
  writeDeviceAuthentication(environment, { ...asked, status: isConfirmed ? 'COMPLETED' : 'FAILED' }, clock)
  return true
}
