// The passkeys that the phone keeps: a software authenticator in place of the chip of a real one. It signs for the page
// that the phone's browser shows, and for no other.
import {
  AuthenticatorEmulator,
  deserializeCredential,
  getRepositoryId,
  type PasskeyDiscoverableCredential,
  serializeCredential,
  WebAuthnEmulator,
} from 'nid-webauthn-emulator'
import * as z from 'zod'
import { parseJson } from '../../../lambdas/http/parse-json.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { fromSignedBytes } from '../mfa/bytes.ts'
import { originOf } from '../mfa/relying-party.ts'

const signedBytes = z.array(z.int().min(-128).max(127)).max(1024).transform(fromSignedBytes)
const credentials = z.array(z.object({ type: z.literal('public-key'), id: signedBytes })).optional()
const creationSchema = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: signedBytes, name: z.string(), displayName: z.string() }),
  challenge: signedBytes,
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
  excludeCredentials: credentials,
  authenticatorSelection: z.object({ userVerification: z.literal('required') }).optional(),
})
const requestSchema = z.object({ challenge: signedBytes, rpId: z.string(), allowCredentials: credentials })

/** The phone has no passkey for this page. */
export class NoPasskeyError extends Error {
  override readonly name = 'NoPasskeyError'
}

/** The keys of one person's phone, for a browser that shows pages of `authUrl`. */
export function phonePasskeys(environment: PingOneEnvironment, userId: string, authUrl: string) {
  const origin = originOf(authUrl) ?? ''
  const authenticator = new WebAuthnEmulator(
    new AuthenticatorEmulator({ credentialsRepository: keptIn(environment, userId) }),
  )

  return {
    /** @param options `publicKeyCredentialCreationOptions` of PingOne @returns the attestation, as its pages send it */
    add(options: string): { attestation: string; origin: string } {
      const creation = creationSchema.parse(parseJson(options))
      const { rawId, type, response } = authenticator.createJSON(origin, creation as never)
      const { clientDataJSON, attestationObject } = response
      return {
        origin,
        attestation: JSON.stringify({
          id: rawId,
          rawId: plain(rawId),
          type,
          response: { clientDataJSON: plain(clientDataJSON), attestationObject: plain(attestationObject) },
        }),
      }
    },

    /**
     * @param options `publicKeyCredentialRequestOptions` of PingOne
     * @returns the `assertionValue` that its pages send
     * @throws {NoPasskeyError}
     */
    use(options: string): object {
      const request = requestSchema.safeParse(parseJson(options)).data
      if (request === undefined) throw new NoPasskeyError('The page asks for no passkey.')
      try {
        const { rawId, type, response } = authenticator.getJSON(origin, request as never)
        return {
          id: rawId,
          rawId: plain(rawId),
          type,
          response: {
            clientDataJSON: plain(response.clientDataJSON),
            authenticatorData: plain(response.authenticatorData),
            signature: plain(response.signature),
            userHandle: response.userHandle ? plain(response.userHandle) : null,
          },
        }
      } catch (cause) {
        if (cause instanceof DOMException)
          throw new NoPasskeyError('This phone has no passkey for this page.', { cause })
        throw cause
      }
    },
  }
}

const plain = (base64url: string) => Buffer.from(base64url, 'base64url').toString('base64')

/** Private keys, in the file of the environment as everything else that must outlive a restart. */
function keptIn(environment: PingOneEnvironment, userId: string) {
  const read = () => (environment.values.phonePasskeys ?? {}) as Record<string, Record<string, string>>
  const write = (keys: Record<string, string>) => {
    environment.values.phonePasskeys = { ...read(), [userId]: keys }
    environment.changed()
  }
  return {
    loadCredentials: () => Object.values(read()[userId] ?? {}).map((text) => deserializeCredential(text)),
    saveCredential: (credential: PasskeyDiscoverableCredential) =>
      write({ ...read()[userId], [getRepositoryId(credential)]: serializeCredential(credential) }),
    deleteCredential(credential: PasskeyDiscoverableCredential) {
      const { [getRepositoryId(credential)]: _, ...others } = read()[userId] ?? {}
      write(others)
    },
  }
}
