// The keys of our clients at PingOne. A function has one key, whatever clients it acts as, and a client takes the
// signatures of the functions that act as it.
import * as z from 'zod'

export const signers = ['mcpServer', 'approvalTask', 'hotelApi'] as const
export type Signer = (typeof signers)[number]

/** RFC 7517: the public half of an RSA key, with what it is for. */
export type PublicKey = {
  kty: 'RSA'
  n: string
  e: string
  kid: string
  use: 'sig'
  alg: 'RS256'
}

/** One for each function; during a rotation two. */
export type PublicKeys = Record<Signer, readonly PublicKey[]>

/** The ARNs of the keys, as the template has them in the property `ClientKeys`. */
export const clientKeysSchema = z.record(z.enum(signers), z.array(z.string().min(1)).min(1))

export type ReadPublicKey = (arn: string) => Promise<PublicKey>
