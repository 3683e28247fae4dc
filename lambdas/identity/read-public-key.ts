import { createPublicKey } from 'node:crypto'
import type { KMSClient } from '@aws-sdk/client-kms'
import { clientKeyId } from '../oauth/client-key.ts'
import type { PublicKey, ReadPublicKey } from './client-keys.ts'

/** Reads public keys from KMS, which gives them out as SubjectPublicKeyInfo (RFC 5280). */
export function createPublicKeyReader(client: () => Promise<KMSClient>): ReadPublicKey {
  return async function readPublicKey(arn) {
    const { GetPublicKeyCommand } = await import('@aws-sdk/client-kms')
    const { PublicKey: der } = await (await client()).send(new GetPublicKeyCommand({ KeyId: arn }))
    const key = createPublicKey({ key: Buffer.from(der ?? []), type: 'spki', format: 'der' })
    const { n, e } = key.export({ format: 'jwk' }) as Pick<PublicKey, 'n' | 'e'>
    return { kty: 'RSA', n, e, kid: clientKeyId(arn), use: 'sig', alg: 'RS256' }
  }
}
