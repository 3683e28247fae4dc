// Asks a person's default device. With one device, or where the MFA policy says so, it is asked at once; else the person
// has to choose one first.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { toSignedBytes } from './bytes.ts'
import { type DeviceAuthentication, writeDeviceAuthentication } from './device-authentication.ts'
import { type Device, devicesOf } from './devices.ts'

/** @returns undefined when the person has no device that could be asked */
export function beginDeviceAuthentication(
  environment: PingOneEnvironment,
  userId: string,
  clock: Clock,
): DeviceAuthentication | undefined {
  const devices = devicesOf(environment, userId).filter(({ status }) => status === 'ACTIVE')
  const [first] = devices
  if (first === undefined) return undefined
  const begun: DeviceAuthentication = {
    id: randomUUID(),
    user: { id: userId },
    createdAt: new Date(clock()).toISOString(),
    ...(devices.length > 1 && asksWhich(environment)
      ? { status: 'DEVICE_SELECTION_REQUIRED' as const }
      : { selectedDevice: { id: first.id }, ...askedOf(first) }),
  }
  writeDeviceAuthentication(environment, begun, clock)
  return begun
}

function asksWhich(environment: PingOneEnvironment): boolean {
  const policy = environment.list('deviceAuthenticationPolicies').find((each) => each.default === true)
  const selection = (policy?.authentication as { deviceSelection?: string } | undefined)?.deviceSelection
  return selection !== undefined && selection !== 'DEFAULT_TO_FIRST'
}

function askedOf(device: Device): Pick<DeviceAuthentication, 'status' | 'publicKeyCredentialRequestOptions'> {
  if (device.credential === undefined) return { status: 'PUSH_CONFIRMATION_REQUIRED' }
  const request = {
    challenge: toSignedBytes(randomBytes(32).toString('base64url')),
    timeout: 120_000,
    rpId: (device.rp as { id: string }).id,
    allowCredentials: [{ type: 'public-key', id: toSignedBytes(device.credential.id) }],
    userVerification: 'required',
  }
  return { status: 'ASSERTION_REQUIRED', publicKeyCredentialRequestOptions: JSON.stringify(request) }
}
