// A client of ours, which proves itself with signed assertions (RFC 7523 section 2.2): it has no secret.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { ClientKey } from './client-key.ts'

export type OAuthClient = {
  clientId: string
  /** An assertion to send. `isNew` when nobody has got it before. */
  assert(): Promise<{ assertion: string; isNew: boolean }>
  /** The authorization server did not take this one: the next is another. */
  forget(assertion: string): void
}

/** Seconds that an assertion is valid; PingOne takes up to an hour. */
const lifetime = 300
/**
 * How long an assertion is sent again, in milliseconds. PingOne documents that it does not look at `jti`; with 0 each
 * request has a signature of its own.
 */
const keptFor = 240_000

type Kept = { assertion: string; signedAt: number }

/** `assert` throws when the key cannot sign. */
export function createOAuthClient(options: {
  clientId: string
  issuer: string
  key: ClientKey
  clock: Clock
  newId?: () => string
}): OAuthClient {
  const { clientId, issuer, key, clock, newId = randomUUID } = options
  let kept: Kept | undefined
  let signing: Promise<Kept> | undefined

  async function sign(): Promise<Kept> {
    const signedAt = clock()
    const iat = Math.floor(signedAt / 1000)
    const header = { alg: 'RS256', typ: 'JWT', kid: key.id }
    // The issuer is an audience that PingOne takes at all of its endpoints.
    const claims = { iss: clientId, sub: clientId, aud: issuer, jti: newId(), iat, exp: iat + lifetime }
    const text = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`
    kept = { assertion: `${text}.${base64url(await key.sign(text))}`, signedAt }
    return kept
  }

  return {
    clientId,
    async assert() {
      if (kept && clock() - kept.signedAt < keptFor) return { assertion: kept.assertion, isNew: false }
      const isNew = signing === undefined
      signing ??= sign().finally(() => {
        signing = undefined
      })
      return { assertion: (await signing).assertion, isNew }
    },
    forget(assertion) {
      if (kept?.assertion === assertion) kept = undefined
    },
  }
}

const base64url = (data: string | Uint8Array) => Buffer.from(data).toString('base64url')
