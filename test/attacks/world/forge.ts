// Tokens as PingOne would sign them, with whatever claims and headers an attack needs.
import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { defaults } from '../../../lib/configuration.ts'
import type { PingOne } from '../../../local/pingone/start.ts'

export type Header = { [name: string]: unknown }

/** PingOne's key, and its key id. */
export async function signingKey({ environment }: PingOne): Promise<{ key: CryptoKey; kid: string }> {
  const [jwk] = environment.values.signingKeys as JWK[]
  return { key: (await importJWK(jwk ?? {}, 'RS256')) as CryptoKey, kid: jwk?.kid ?? '' }
}

export function createForge(pingOne: PingOne) {
  const own = signingKey(pingOne)

  /** `undefined` removes a claim or a header. */
  return async function forge(
    claims: JWTPayload,
    header: Header = {},
    key?: CryptoKey | Uint8Array,
  ): Promise<string> {
    const { key: pingOneKey, kid } = await own
    const now = Math.floor(Date.now() / 1000)
    const all = {
      iss: pingOne.issuer,
      aud: [defaults.audiences.hotelApi],
      iat: now,
      exp: now + 3600,
      jti: randomUUID(),
    }
    const withoutUndefined = (value: object) => JSON.parse(JSON.stringify(value))
    return new SignJWT(withoutUndefined({ ...all, ...claims }))
      .setProtectedHeader(withoutUndefined({ alg: 'RS256', kid, ...header }))
      .sign(key ?? pingOneKey)
  }
}

/** The parts of a token, to be put together anew. */
export function cut(token: string): { header: Header; claims: JWTPayload; signature: string } {
  const [header = '', claims = '', signature = ''] = token.split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  return { header: read(header), claims: read(claims), signature }
}

export const glue = (header: object, claims: object, signature: string): string =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${signature}`
