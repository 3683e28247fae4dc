// Verifies a PingOne access token for one protected resource: signature, type, issuer, audience, expiry.
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose'
import type { Clock } from '../clock.ts'
import { InvalidTokenError } from './invalid-token-error.ts'
import { createSigningKeys, KeysUnavailableError } from './signing-keys.ts'

/** RFC 8693 section 4.1: the acting party, and whom it acted through. */
export type Actor = { sub: string; act?: Actor }

export type AccessToken = {
  /** The token as it came; for token exchange and the decision, never for logs. */
  value: string
  subject: string | undefined
  clientId: string
  scopes: ReadonlySet<string>
  actor: Actor | undefined
  /** RFC 7519 `jti`; PingOne always sends it. */
  id: string | undefined
  /** Seconds since the epoch. */
  expiresAt: number
  claims: JWTPayload
}

export type AccessTokenVerifier = (token: string) => Promise<AccessToken>

/**
 * A verifier for one issuer and one audience. Keys are fetched from `<issuer>/jwks` and kept in memory.
 *
 * @throws {InvalidTokenError} whatever is wrong with the token
 * @throws {KeysUnavailableError} when the keys cannot be read
 */
export function createAccessTokenVerifier(options: {
  issuer: string
  audience: string
  clock: Clock
  keys?: JWTVerifyGetKey
}): AccessTokenVerifier {
  const keys =
    options.keys ?? createSigningKeys({ url: `${options.issuer}/jwks`, clock: options.clock, fetch })
  return async function verify(value) {
    const { protectedHeader, payload } = await readToken(value)
    requireAccessToken(protectedHeader.typ, payload)
    const clientId = payload.client_id
    if (typeof clientId !== 'string' || clientId === '') throw new InvalidTokenError('client_id is missing')
    return {
      value,
      subject: typeof payload.sub === 'string' && payload.sub !== '' ? payload.sub : undefined,
      clientId,
      scopes: new Set(typeof payload.scope === 'string' ? payload.scope.split(' ').filter(Boolean) : []),
      actor: readActor(payload.act),
      id: payload.jti,
      expiresAt: payload.exp ?? 0,
      claims: payload,
    }
  }

  async function readToken(value: string): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(value, keys, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'iat'],
        currentDate: new Date(options.clock()),
      })
    } catch (cause) {
      if (cause instanceof KeysUnavailableError) throw cause
      if (cause instanceof errors.JOSEError && cause.code !== 'ERR_JWKS_INVALID')
        throw new InvalidTokenError(cause.code, { cause })
      throw new KeysUnavailableError(cause)
    }
  }
}

/**
 * Refuses what was signed by the same server for another purpose (RFC 8725 section 3.11). PingOne's access tokens say
 * `at+jwt` (RFC 9068), `JWT` or nothing, depending on the application's settings.
 */
function requireAccessToken(typ: string | undefined, payload: JWTPayload): void {
  // RFC 7515 section 4.1.9: without regard to case, and `application/` may be left out.
  const type = typ?.toLowerCase().replace(/^application\//, '')
  if (type !== undefined && type !== 'at+jwt' && type !== 'jwt')
    throw new InvalidTokenError('the token is of another type')
  const foreign = foreignClaims.find((name) => payload[name] !== undefined)
  if (foreign !== undefined) throw new InvalidTokenError(`the token carries ${foreign}`)
}

/** An ID token's own (OpenID Connect Core sections 2 and 3.3.2.11), and a logout or security event's (RFC 8417). */
const foreignClaims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'] as const

/** Nobody acts through more parties than this here. */
const longestChain = 4

/**
 * The actor chain of a token, `undefined` when it has none.
 *
 * @throws {InvalidTokenError} when the claim is there and is no chain (RFC 8693 section 4.1), or is too long
 */
export function readActor(value: unknown, depth = 1): Actor | undefined {
  if (value === undefined) return undefined
  if (value === null || typeof value !== 'object' || depth > longestChain)
    throw new InvalidTokenError('the actor claim is no chain of actors')
  const { sub, act } = value as { sub?: unknown; act?: unknown }
  if (typeof sub !== 'string' || sub === '') throw new InvalidTokenError('an actor has no subject')
  const inner = readActor(act, depth + 1)
  return inner === undefined ? { sub } : { sub, act: inner }
}

/**
 * The bearer token of a request (RFC 6750 section 2.1), `undefined` when no credential was sent.
 *
 * @throws {InvalidTokenError} when a credential was sent that is not one bearer token
 */
export function readBearerToken(headers: Headers): string | undefined {
  const header = headers.get('authorization')
  if (header === null) return undefined
  const match = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)
  if (!match?.[1]) throw new InvalidTokenError('the Authorization header holds no bearer token')
  return match[1]
}
