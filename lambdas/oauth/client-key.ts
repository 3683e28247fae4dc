// A private key in KMS, with which a function of ours proves which client it is. It never leaves KMS.
import { createHash, createHmac } from 'node:crypto'
import * as z from 'zod'
import { fetchWithRetry, type RetryingFetch } from '../http/fetch-with-retry.ts'
import { parseJson } from '../http/parse-json.ts'

export type ClientKey = {
  /** Tells it from others that are registered for the same client (RFC 7515 section 4.1.4). */
  id: string
  /** RS256 (RFC 7518 section 3.3): the only algorithm of which all that PingOne publishes says that it is taken. */
  sign(text: string): Promise<Uint8Array>
}

/** The id of the key that an ARN names: `arn:aws:kms:eu-central-1:111122223333:key/<id>`. */
export const clientKeyId = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/** What Lambda tells every function. */
const environmentSchema = z.object({
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().optional(),
  AWS_ENDPOINT_URL_KMS: z.url().optional(),
})

const signed = z.object({ Signature: z.base64().min(1) })
const refused = z.object({ __type: z.string().regex(/^[\w.#]{1,100}$/) })

/** Whoever waits for the signature has a request to make after it. */
export const signingLimits = { deadline: 2000, attemptTimeout: 1000, attempts: 2, maxAnswer: 65_536 }

/** `sign` throws when KMS refuses or does not answer in time. */
export function createClientKey(
  using: RetryingFetch & { arn: string; variables: Readonly<Record<string, string | undefined>> },
): ClientKey {
  const { arn, variables } = using
  return {
    id: clientKeyId(arn),
    async sign(text) {
      const request = await describe(arn, text, variables, using.clock())
      const answer = await fetchWithRetry(using, { ...request, repeatable: true }, signingLimits)
      const body = parseJson(answer.text)
      if (answer.status !== 200) {
        throw new Error(`KMS answered ${answer.status} ${refused.safeParse(body).data?.__type ?? ''}`)
      }
      return Buffer.from(signed.parse(body).Signature, 'base64')
    },
  }
}

/**
 * The operation `Sign` as KMS's HTTP API wants it. KMS's own client does the same, and takes ten times as long to load:
 * time that would be part of the first call of every new instance.
 */
async function describe(
  arn: string,
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
  now: number,
): Promise<{ url: string; init: { method: string; headers: Record<string, string>; body: string } }> {
  const { SignatureV4 } = await import('@smithy/signature-v4')
  const environment = environmentSchema.parse(variables)
  const region = arn.split(':')[3] ?? ''
  const url = new URL(environment.AWS_ENDPOINT_URL_KMS ?? `https://kms.${region}.amazonaws.com`)
  const body = JSON.stringify({
    KeyId: arn,
    Message: Buffer.from(text).toString('base64'),
    MessageType: 'RAW',
    SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  })
  const signer = new SignatureV4({
    service: 'kms',
    region,
    sha256: Sha256,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
      ...(environment.AWS_SESSION_TOKEN ? { sessionToken: environment.AWS_SESSION_TOKEN } : {}),
    },
  })
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: '/',
      headers: {
        host: url.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.Sign',
      },
      body,
    },
    { signingDate: new Date(now) },
  )
  const { host: _, ...others } = headers
  return { url: url.href, init: { method: 'POST', headers: others, body } }
}

/** SHA-256, or HMAC with it where there is a secret, in the shape that AWS's signer asks for. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret))
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data))
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}
