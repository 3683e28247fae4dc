// Whether what the browser sent was signed by the person's passkey, for this question and on this page.
import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from '@simplewebauthn/server'
import * as z from 'zod'
import type { Clock } from '../../../lambdas/clock.ts'
import { parseJson } from '../../../lambdas/http/parse-json.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { fromSignedBytes } from './bytes.ts'
import {
  type DeviceAuthentication,
  readDeviceAuthentication,
  writeDeviceAuthentication,
} from './device-authentication.ts'
import { deviceOf, putDevice } from './devices.ts'
import { originOf } from './relying-party.ts'

const bytes = z.base64().or(z.base64url())
const assertionSchema = z.object({
  id: bytes,
  rawId: bytes,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.nullish(),
  }),
})
const optionsSchema = z.object({ challenge: z.array(z.int().min(-128).max(127)), rpId: z.string() })

/** @returns undefined when it was not; the question can be answered once */
export async function checkAssertion(
  environment: PingOneEnvironment,
  sent: { deviceAuthenticationId: string; assertion: string; origin: string },
  clock: Clock,
): Promise<DeviceAuthentication | undefined> {
  const asked = readDeviceAuthentication(environment, sent.deviceAuthenticationId, clock)
  if (asked?.status !== 'ASSERTION_REQUIRED') return undefined
  const device = deviceOf(environment, asked.user.id, asked.selectedDevice?.id ?? '')
  const assertion = assertionSchema.safeParse(parseJson(sent.assertion)).data
  const options = optionsSchema.parse(parseJson(asked.publicKeyCredentialRequestOptions ?? ''))
  const origin = originOf(sent.origin)
  if (device?.credential === undefined || assertion === undefined || origin === undefined) return undefined
  const { credential } = device
  const checked = await verifyAuthenticationResponse({
    response: inBase64url(assertion),
    expectedChallenge: fromSignedBytes(options.challenge),
    expectedOrigin: origin,
    expectedRPID: options.rpId,
    credential: { ...credential, publicKey: new Uint8Array(Buffer.from(credential.publicKey, 'base64url')) },
  }).catch(() => undefined)
  if (checked?.verified !== true) return undefined
  const isStillAsked = readDeviceAuthentication(environment, asked.id, clock)?.status === 'ASSERTION_REQUIRED'
  if (!isStillAsked) return undefined
  const { newCounter } = checked.authenticationInfo
  putDevice(environment, asked.user.id, { ...device, credential: { ...credential, counter: newCounter } })
  const completed: DeviceAuthentication = { ...asked, status: 'COMPLETED' }
  writeDeviceAuthentication(environment, completed, clock)
  return completed
}

/** PingOne's pages send plain base64, the library takes what WebAuthn's own JSON has. */
function inBase64url({ rawId, response }: z.infer<typeof assertionSchema>): AuthenticationResponseJSON {
  const convert = (text: string) => Buffer.from(text, 'base64').toString('base64url')
  return {
    id: convert(rawId),
    rawId: convert(rawId),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: convert(response.clientDataJSON),
      authenticatorData: convert(response.authenticatorData),
      signature: convert(response.signature),
      ...(response.userHandle ? { userHandle: convert(response.userHandle) } : {}),
    },
  }
}
