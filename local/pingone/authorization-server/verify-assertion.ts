// Client authentication by assertion: RFC 7523 section 2.2, by PingOne's rules. The assertion is signed by the client's
// key or secret, issued by and about the client, meant for this server, and expires within an hour. `jti` and `iat` are
// not looked at.
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { currentSecrets } from './client-metadata.ts'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Seconds between now and the latest expiry that is taken. */
const longestLife = 3600

const asymmetric = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
const symmetric = ['HS256', 'HS384', 'HS512']
export const assertionAlgorithms = [...asymmetric, ...symmetric]

/** Whom an assertion says that it is about, before anything is proved; undefined when it cannot be read. */
export function assertionSubject(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).sub
  } catch {
    return undefined
  }
}

/** Key sets by URL; each keeps its keys for a while and asks again for one that it lacks. */
const remoteKeys = new Map<string, JWTVerifyGetKey>()

/**
 * The claims of a valid assertion of the application, or undefined.
 *
 * @param audiences what `aud` may be: the issuer, the token endpoint, and the endpoint that is called
 */
export async function verifyAssertion(
  application: Stored,
  assertion: { type: string | undefined; value: string },
  services: { environment: PingOneEnvironment; clock: Clock; audiences: readonly string[] },
): Promise<JWTPayload | undefined> {
  if (assertion.type !== assertionType) return undefined
  const now = Math.floor(services.clock() / 1000)
  const expected = {
    issuer: application.id,
    subject: application.id,
    audience: [...services.audiences],
    requiredClaims: ['exp'],
    currentDate: new Date(now * 1000),
  }
  try {
    const payload =
      application.tokenEndpointAuthMethod === 'CLIENT_SECRET_JWT'
        ? await verifyWithSecrets()
        : await verifyWithKeys(keysOf(application))
    return payload !== undefined && (payload.exp ?? 0) <= now + longestLife ? payload : undefined
  } catch {
    // Whatever is wrong with the keys, their host, the signature or the claims: the client is not authenticated.
    return undefined
  }

  async function verifyWithSecrets(): Promise<JWTPayload | undefined> {
    for (const secret of currentSecrets(services.environment, application.id, services.clock)) {
      try {
        const options = { ...expected, algorithms: symmetric }
        return (await jwtVerify(assertion.value, new TextEncoder().encode(secret), options)).payload
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
      }
    }
    return undefined
  }

  async function verifyWithKeys(keys: JWTVerifyGetKey | undefined): Promise<JWTPayload | undefined> {
    if (keys === undefined) return undefined
    const options = { ...expected, algorithms: asymmetric }
    try {
      return (await jwtVerify(assertion.value, keys, options)).payload
    } catch (error) {
      // Without a `kid` several keys may fit; each is tried.
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
      for await (const key of error) {
        try {
          return (await jwtVerify(assertion.value, key, options)).payload
        } catch (wrong) {
          if (!(wrong instanceof errors.JWSSignatureVerificationFailed)) throw wrong
        }
      }
      return undefined
    }
  }
}

function keysOf({ jwks, jwksUrl }: Stored): JWTVerifyGetKey | undefined {
  if (typeof jwks === 'string' && jwks !== '')
    return createLocalJWKSet(JSON.parse(jwks) as JSONWebKeySet) as JWTVerifyGetKey
  if (typeof jwksUrl !== 'string' || jwksUrl === '') return undefined
  const known = remoteKeys.get(jwksUrl) ?? createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3000 })
  remoteKeys.set(jwksUrl, known)
  return known
}
