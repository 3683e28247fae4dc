// The first half of adding a passkey: a device that waits for the attestation of the authenticator.
import { randomBytes, randomUUID } from 'node:crypto'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { toSignedBytes } from './bytes.ts'
import { type Device, devicesOf, putDevice } from './devices.ts'
import { relyingParty } from './relying-party.ts'

/** ES256, then RS256 (IANA COSE Algorithms). */
const algorithms = [-7, -257]

export function createPasskey(
  environment: PingOneEnvironment,
  user: Stored,
  options: { timestamp: string; rp?: { id: string; name: string }; nickname?: string },
): Device {
  const rp = options.rp ?? relyingParty
  const creation = {
    rp,
    user: {
      id: toSignedBytes(Buffer.from(user.id).toString('base64url')),
      name: String(user.username),
      displayName: String(user.username),
    },
    challenge: toSignedBytes(randomBytes(32).toString('base64url')),
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: 120_000,
    excludeCredentials: devicesOf(environment, user.id).flatMap(({ credential }) =>
      credential === undefined ? [] : [{ type: 'public-key', id: toSignedBytes(credential.id) }],
    ),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    attestation: 'none',
  }
  const device: Device = {
    id: randomUUID(),
    type: 'FIDO2',
    status: 'ACTIVATION_REQUIRED',
    rp,
    ...(options.nickname === undefined ? {} : { nickname: options.nickname }),
    publicKeyCredentialCreationOptions: JSON.stringify(creation),
    createdAt: options.timestamp,
    updatedAt: options.timestamp,
  }
  putDevice(environment, user.id, device)
  return device
}
