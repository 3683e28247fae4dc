// The devices on which a person can be asked who they are, in the person's order: the first is the default one.
import type { PingOneEnvironment, Stored } from '../environment.ts'

export type Device = Stored & {
  type: 'MOBILE' | 'FIDO2'
  status: 'ACTIVE' | 'ACTIVATION_REQUIRED'
  /** What a passkey's signatures are verified with. */
  credential?: Credential
}

/** Of a passkey: its id and public key as base64url, and how often it was used. */
export type Credential = { id: string; publicKey: string; counter: number }

const collection = 'devices'

export const devicesOf = (environment: PingOneEnvironment, userId: string): Device[] =>
  environment.children(collection, userId) as Device[]

export const deviceOf = (environment: PingOneEnvironment, userId: string, id: string): Device | undefined =>
  environment.getChild(collection, userId, id) as Device | undefined

/** Adds a device as the last one, or changes one in its place. */
export function putDevice(environment: PingOneEnvironment, userId: string, device: Device): void {
  environment.putChild(collection, userId, device)
}

export function deleteDevice(environment: PingOneEnvironment, userId: string, id: string): void {
  environment.deleteChild(collection, userId, id)
}

/** Puts the devices into this order; those that it does not name come after. */
export function orderDevices(environment: PingOneEnvironment, userId: string, ids: readonly string[]): void {
  const devices = devicesOf(environment, userId)
  const named = ids.flatMap((id) => devices.find((device) => device.id === id) ?? [])
  const ordered = [...named, ...devices.filter(({ id }) => !ids.includes(id))]
  for (const { id } of devices) deleteDevice(environment, userId, id)
  for (const device of ordered) putDevice(environment, userId, device)
}

/** A device as the API and the connector show it. */
export function showDevice({ credential: _, ...members }: Device): Record<string, unknown> {
  return members
}
