// Keys as KMS keeps them, by their ARN.
import { generateKeyPairSync, sign } from 'node:crypto'
import type { PublicKey } from '../../lambdas/identity/client-keys.ts'
import { type ClientKey, clientKeyId } from '../../lambdas/oauth/client-key.ts'

const pairs = new Map<string, ReturnType<typeof newPair>>()
const newPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

function pairOf(arn: string) {
  const pair = pairs.get(arn) ?? newPair()
  pairs.set(arn, pair)
  return pair
}

export function publicKeyOf(arn: string): PublicKey {
  const { n, e } = pairOf(arn).publicKey.export({ format: 'jwk' }) as Pick<PublicKey, 'n' | 'e'>
  return { kty: 'RSA', n, e, kid: clientKeyId(arn), use: 'sig', alg: 'RS256' }
}

export const clientKeyOf = (arn: string): ClientKey => ({
  id: clientKeyId(arn),
  sign: async (text) => sign('sha256', Buffer.from(text), pairOf(arn).privateKey),
})

export const pemOf = (arn: string) => String(pairOf(arn).privateKey.export({ type: 'pkcs8', format: 'pem' }))
