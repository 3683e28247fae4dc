import type { IncomingMessage } from 'node:http'

/** Reads at most `limit` bytes; `undefined` when there are more. */
export async function readBody(message: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
    else chunks.length = 0
  }
  return length > limit ? undefined : Buffer.concat(chunks)
}
