// Reads a JWT that this authorization server issued: signature, issuer, expiry, and that it has not been revoked.
import { decodeJwt, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../../../lambdas/clock.ts'
import type { ArtifactStore } from './artifact-store.ts'
import type { SigningKeys } from './signing-keys.ts'

export const revokedTokens = 'RevokedToken'

export type ReadIssuedToken = (token: string) => Promise<JWTPayload | undefined>

export function createIssuedTokenReader(options: {
  issuer: string
  keys: SigningKeys
  store: ArtifactStore
  clock: Clock
}): ReadIssuedToken {
  return async (token) => {
    try {
      // oidc-provider writes its ID tokens by the machine's clock, whatever clock the rest was given.
      const isAccessToken = typeof decodeJwt(token).client_id === 'string'
      const { payload } = await jwtVerify(
        token,
        (header) => {
          const key = options.keys.verificationKey(header.kid)
          if (key === undefined) throw new Error('No such key')
          return key
        },
        {
          issuer: options.issuer,
          algorithms: ['RS256'],
          requiredClaims: ['exp', 'iat'],
          currentDate: new Date(isAccessToken ? options.clock() : Date.now()),
        },
      )
      const isRevoked =
        payload.jti !== undefined && options.store.get(revokedTokens, payload.jti) !== undefined
      return isRevoked ? undefined : payload
    } catch {
      // Whatever is wrong with a token, it is not one of ours that may still be used.
      return undefined
    }
  }
}
