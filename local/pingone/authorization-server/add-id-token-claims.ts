// The claims that a flow returns for the ID token: oidc-provider has no place for claims that nobody asked for, so the token
// is signed once more.
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from 'jose'
import { onlyFree } from './access-token-claims.ts'
import type { SigningKeys } from './signing-keys.ts'

export async function addIdTokenClaims(
  idToken: string,
  claims: Record<string, unknown>,
  { jwks }: SigningKeys,
): Promise<string> {
  const added = onlyFree(claims)
  if (Object.keys(added).length === 0) return idToken
  const header = decodeProtectedHeader(idToken)
  const key = jwks.keys.find(({ kid }) => kid === header.kid)
  if (key === undefined || header.alg === undefined) return idToken
  return new SignJWT({ ...added, ...decodeJwt(idToken) })
    .setProtectedHeader({ ...header, alg: header.alg })
    .sign(await importJWK(key, header.alg))
}
