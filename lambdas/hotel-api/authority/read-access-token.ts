import type { AccessToken, AccessTokenVerifier } from '../../oauth/verify-access-token.ts'
import { MissingTokenError } from '../errors/authority-errors.ts'

/**
 * The verified access token of a request: signature, issuer, audience and expiry are good.
 *
 * @throws {MissingTokenError} when no credential was sent
 * @throws {InvalidTokenError} when a credential was sent that is not a valid access token for this API
 */
export async function readAccessToken(request: Request, verify: AccessTokenVerifier): Promise<AccessToken> {
  if (!request.headers.has('authorization')) throw new MissingTokenError()
  // Loaded here, so that the public search starts without the code for signatures.
  const { readBearerToken } = await import('../../oauth/verify-access-token.ts')
  const value = readBearerToken(request.headers)
  if (value === undefined) throw new MissingTokenError()
  return verify(value)
}
