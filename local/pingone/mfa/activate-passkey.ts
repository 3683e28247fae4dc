// The second half of adding a passkey: the attestation that the browser got from the authenticator.
import { type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server'
import * as z from 'zod'
import { parseJson } from '../../../lambdas/http/parse-json.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { fromSignedBytes } from './bytes.ts'
import { type Device, putDevice } from './devices.ts'
import { originOf } from './relying-party.ts'

const bytes = z.base64().or(z.base64url())
const attestationSchema = z.object({
  id: bytes,
  rawId: bytes,
  type: z.literal('public-key'),
  response: z.object({ clientDataJSON: bytes, attestationObject: bytes }),
})
const optionsSchema = z.object({ challenge: z.array(z.int().min(-128).max(127)) })

/** @returns undefined when the attestation is not one for this device and page */
export async function activatePasskey(
  environment: PingOneEnvironment,
  userId: string,
  device: Device,
  sent: { attestation: string; origin: string; timestamp: string },
): Promise<Device | undefined> {
  const attestation = attestationSchema.safeParse(parseJson(sent.attestation)).data
  const options = optionsSchema.safeParse(parseJson(String(device.publicKeyCredentialCreationOptions))).data
  const origin = originOf(sent.origin)
  if (attestation === undefined || options === undefined || origin === undefined) return undefined
  const checked = await verifyRegistrationResponse({
    response: inBase64url(attestation),
    expectedChallenge: fromSignedBytes(options.challenge),
    expectedOrigin: origin,
    expectedRPID: (device.rp as { id: string }).id,
  }).catch(() => undefined)
  if (checked?.verified !== true) return undefined
  const { id, publicKey, counter } = checked.registrationInfo.credential
  const { publicKeyCredentialCreationOptions: _, ...members } = device
  const active: Device = {
    ...members,
    status: 'ACTIVE',
    credential: { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter },
    updatedAt: sent.timestamp,
  }
  putDevice(environment, userId, active)
  return active
}

/** Browsers' pages of PingOne send plain base64, the library takes what WebAuthn's own JSON has. */
function inBase64url(attestation: z.infer<typeof attestationSchema>): RegistrationResponseJSON {
  const { rawId, response } = attestation
  const convert = (text: string) => Buffer.from(text, 'base64').toString('base64url')
  return {
    id: convert(rawId),
    rawId: convert(rawId),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: convert(response.clientDataJSON),
      attestationObject: convert(response.attestationObject),
    },
  }
}
