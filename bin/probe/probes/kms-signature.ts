import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { SignCommand } from '@aws-sdk/client-kms'
import * as z from 'zod'
import { parseJson } from '../../../lambdas/http/parse-json.ts'
import { NotAskedError } from '../not-asked.ts'
import type { Probe } from '../probe.ts'
import { nameOf } from '../secrets.ts'
import { notSetUp } from '../set-up-objects.ts'

const jwksSchema = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('RSA') })).min(1),
})

export const kmsSignature: Probe = {
  id: 'kms-signature',
  about: 'AWS',
  asks: 'Is what KMS signs for a client the RS256 signature (RFC 7518) of the key that PingOne has of it?',
  expects: 'Yes: `RSASSA_PKCS1_V1_5_SHA_256` over the text itself, with the key that the `kid` names.',
  otherwise: {
    means: 'PingOne refuses every client of ours, and nobody can book.',
    change:
      '`lambdas/oauth/client-key.ts` signs, `lambdas/identity/read-public-key.ts` reads what is registered.',
  },
  async ask({ pingOne, deployed: { keys } }) {
    if (keys === undefined) throw new NotAskedError('no AWS account is known (name a stage with --stage)')
    const all = await pingOne.management.list('applications', 'applications')
    const client = all.find(({ name }) => name === 'MyHotels Token Exchange')
    const [key] = jwksSchema.safeParse(parseJson(String(client?.jwks))).data?.keys ?? []
    if (key === undefined) throw new NotAskedError(notSetUp)
    const text = Buffer.from('MyHotels-Probe, no assertion')
    const algorithm = 'RSASSA_PKCS1_V1_5_SHA_256'
    const signing = new SignCommand({
      KeyId: key.kid,
      Message: text,
      MessageType: 'RAW',
      SigningAlgorithm: algorithm,
    })
    const signed = await keys.send(signing).catch((error: Error) => nameOf(error))
    if (typeof signed === 'string') return { asExpected: false, saw: signed }
    const publicKey = createPublicKey({ key: key as JsonWebKey, format: 'jwk' })
    const isRs256 = verify('RSA-SHA256', text, publicKey, signed.Signature ?? new Uint8Array())
    return { asExpected: isRs256, saw: isRs256 ? 'it verifies as RS256' : 'it does not verify as RS256' }
  },
}
