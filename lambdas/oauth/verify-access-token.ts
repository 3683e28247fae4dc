// Verifies a PingOne access token for one protected resource: signature, issuer, audience, expiry.
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Clock } from '../clock.ts'
import { MyHotelsError } from '../errors/my-hotels-error.ts'

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

/** RFC 6750 section 3.1 `invalid_token`. The detail says which check failed; the caller learns only that one did. */
export class InvalidTokenError extends MyHotelsError {
  constructor(detail: unknown, options?: { cause?: unknown; message?: string }) {
    super({
      name: 'InvalidTokenError',
      code: 'invalid_token',
      status: 401,
      message: options?.message ?? 'The access token is not valid here. Sign in again.',
      detail,
      cause: options?.cause,
    })
  }
}

/** The keys of the authorization server could not be read: nothing is known about the token. */
export class KeysUnavailableError extends MyHotelsError {
  constructor(cause: unknown) {
    super({
      name: 'KeysUnavailableError',
      code: 'temporarily_unavailable',
      status: 503,
      retryable: true,
      message: 'Sign-in cannot be checked at the moment. Try again shortly.',
      cause,
    })
  }
}

const keyFailures = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'])

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
    options.keys ?? createRemoteJWKSet(new URL(`${options.issuer}/jwks`), { timeoutDuration: 3000 })
  return async function verify(value) {
    const payload = await readPayload(value)
    const clientId = payload.client_id
    if (typeof clientId !== 'string' || clientId === '') throw new InvalidTokenError('client_id is missing')
    // PingOne marks ID tokens by neither header nor claim of their own, but they carry no scope and name
    // the client as their audience; the audience check has refused them by now.
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

  async function readPayload(value: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(value, keys, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'iat'],
        currentDate: new Date(options.clock()),
      })
      return payload
    } catch (cause) {
      if (
        cause instanceof errors.JOSEError &&
        !keyFailures.has(cause.code) &&
        cause.code !== 'ERR_JOSE_GENERIC'
      ) {
        throw new InvalidTokenError(cause.code, { cause })
      }
      throw new KeysUnavailableError(cause)
    }
  }
}

/** Reads a well-formed actor chain; anything else is no actor at all. */
export function readActor(value: unknown, depth = 0): Actor | undefined {
  if (value === null || typeof value !== 'object' || depth > 4) return undefined
  const { sub, act } = value as { sub?: unknown; act?: unknown }
  if (typeof sub !== 'string' || sub === '') return undefined
  if (act === undefined) return { sub }
  const inner = readActor(act, depth + 1)
  return inner === undefined ? undefined : { sub, act: inner }
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
