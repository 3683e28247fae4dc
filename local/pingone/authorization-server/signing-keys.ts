// The environment's signing key: made once, kept with the environment, so that tokens outlive a restart.
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { JWK } from 'jose'
import type { PingOneEnvironment } from '../environment.ts'

export type SigningKeys = {
  /** Private keys for oidc-provider, the newest first. */
  jwks: { keys: JWK[] }
  /** Signs cookies. */
  cookieKeys: string[]
  verificationKey(keyId: string | undefined): KeyObject | undefined
}

export function readSigningKeys(environment: PingOneEnvironment): SigningKeys {
  environment.values.signingKeys ??= [createKey()]
  environment.values.cookieKeys ??= [randomBytes(32).toString('base64url')]
  environment.changed()
  environment.save()
  const keys = environment.values.signingKeys as JWK[]
  const verification = new Map(keys.map((key) => [key.kid, createPublicKey({ key, format: 'jwk' })]))
  return {
    jwks: { keys },
    cookieKeys: environment.values.cookieKeys as string[],
    verificationKey: (keyId) => verification.get(keyId),
  }
}

function createKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = privateKey.export({ format: 'jwk' })
  return { ...jwk, kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' } as JWK
}
