// The phone as a device of its owner's account: paired for notifications, or with a passkey.
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { activatePasskey } from '../mfa/activate-passkey.ts'
import { createPasskey } from '../mfa/create-passkey.ts'
import { type Device, deleteDevice, devicesOf, orderDevices } from '../mfa/devices.ts'
import { pairMobile } from '../mfa/pair-mobile.ts'
import { phonePasskeys } from './phone-passkeys.ts'

export type ShownDevice = { id: string; type: Device['type']; isDefault: boolean }

export const shownDevices = (environment: PingOneEnvironment, user: Stored): ShownDevice[] =>
  devicesOf(environment, user.id)
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ id, type }, index) => ({ id, type, isDefault: index === 0 }))

/** Makes the phone the owner's default device of this type, and pairs it first where it is not. */
export async function usePhoneAs(
  type: Device['type'],
  services: { environment: PingOneEnvironment; clock: Clock; authUrl: string },
  user: Stored,
): Promise<void> {
  const { environment } = services
  const paired = devicesOf(environment, user.id).find(
    (device) => device.type === type && device.status === 'ACTIVE',
  )
  const device =
    paired ?? (type === 'MOBILE' ? pairMobile(environment, user.id, services.clock) : await addPasskey())
  orderDevices(environment, user.id, [device.id])

  async function addPasskey(): Promise<Device> {
    const timestamp = new Date(services.clock()).toISOString()
    const waiting = createPasskey(environment, user, { timestamp })
    const made = phonePasskeys(environment, user.id, services.authUrl).add(
      String(waiting.publicKeyCredentialCreationOptions),
    )
    const active = await activatePasskey(environment, user.id, waiting, { ...made, timestamp })
    if (active === undefined) throw new Error('PingOne does not take the passkey of its own phone.')
    return active
  }
}

export function forgetPhone(environment: PingOneEnvironment, user: Stored): void {
  for (const { id } of devicesOf(environment, user.id)) deleteDevice(environment, user.id, id)
  const { [user.id]: _, ...others } = (environment.values.phonePasskeys ?? {}) as Record<string, unknown>
  environment.values.phonePasskeys = others
  environment.changed()
}
