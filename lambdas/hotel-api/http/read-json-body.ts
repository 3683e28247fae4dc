import { BodyTooLargeError, MalformedJsonError, UnsupportedMediaTypeError } from '../errors/request-errors.ts'

/** More than ten times the longest request that makes sense. */
export const bodyLimit = 16 * 1024

/**
 * The JSON of a request's body.
 *
 * @throws {UnsupportedMediaTypeError} @throws {BodyTooLargeError} @throws {MalformedJsonError}
 */
export async function readJsonBody(request: Request): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new UnsupportedMediaTypeError()
  }
  const bytes = await readBytes(request)
  try {
    // RFC 8259 section 8.1: UTF-8 and nothing else.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new MalformedJsonError()
  }
}

/** Counts what really arrives: a declared length is a claim. */
async function readBytes(request: Request): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength
    if (length > bodyLimit) throw new BodyTooLargeError(bodyLimit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
