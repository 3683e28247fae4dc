// One question to a person's device, as PingOne MFA keeps it. Statuses and members: Ping's pages "MFA Device
// Authentications" and "PingOne MFA Connector".
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { devicesOf, showDevice } from './devices.ts'

export type DeviceAuthentication = Stored & {
  status:
    | 'DEVICE_SELECTION_REQUIRED'
    | 'PUSH_CONFIRMATION_REQUIRED'
    | 'PUSH_CONFIRMATION_TIMED_OUT'
    | 'ASSERTION_REQUIRED'
    | 'COMPLETED'
    | 'FAILED'
  user: { id: string }
  selectedDevice?: { id: string }
  publicKeyCredentialRequestOptions?: string
  createdAt: string
}

const collection = 'deviceAuthentications'
/** The OpenAPI document: `pushTimeout` of an MFA policy. */
const pushTimeoutMs = 40_000
const keptMs = 3_600_000

/** With what time has made of it: a push that nobody answered has timed out. */
export function readDeviceAuthentication(
  environment: PingOneEnvironment,
  id: string,
  clock: Clock,
): DeviceAuthentication | undefined {
  const stored = environment.get(collection, id) as DeviceAuthentication | undefined
  if (stored?.status !== 'PUSH_CONFIRMATION_REQUIRED') return stored
  return clock() < Date.parse(stored.createdAt) + pushTimeoutMs
    ? stored
    : { ...stored, status: 'PUSH_CONFIRMATION_TIMED_OUT' }
}

/** The pushes that a person's phone shows. */
export const pushesOf = (
  environment: PingOneEnvironment,
  userId: string,
  clock: Clock,
): DeviceAuthentication[] =>
  environment
    .list(collection)
    .flatMap(({ id }) => readDeviceAuthentication(environment, id, clock) ?? [])
    .filter(({ user, status }) => user.id === userId && status === 'PUSH_CONFIRMATION_REQUIRED')

export function writeDeviceAuthentication(
  environment: PingOneEnvironment,
  written: DeviceAuthentication,
  clock: Clock,
): void {
  for (const { id, createdAt } of environment.list(collection)) {
    if (Date.parse(String(createdAt)) + keptMs < clock()) environment.delete(collection, id)
  }
  environment.put(collection, { ...written, updatedAt: new Date(clock()).toISOString() })
}

/** As the connector hands it to a flow. */
export const showDeviceAuthentication = (
  environment: PingOneEnvironment,
  authentication: DeviceAuthentication,
): Record<string, unknown> => ({
  environment: { id: environment.id },
  ...authentication,
  _embedded: { devices: devicesOf(environment, authentication.user.id).map(showDevice) },
})
