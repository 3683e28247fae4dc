import type { IncomingMessage } from 'node:http'
import { type Listener, listenLoopback } from './listen-loopback.ts'
import { readBody } from './read-body.ts'

export type HttpAnswer = {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
}

/**
 * Listens on a loopback port (0 picks a free one) and hands over each request with its whole body, or with
 * `'too large'` when the body exceeds `largestRequest` bytes.
 *
 * @throws {PortInUseError} naming the port and `what` needed it
 */
export async function listenHttp(options: {
  port: number
  what: string
  largestRequest: number
  answer(incoming: IncomingMessage, body: Buffer | 'too large'): Promise<HttpAnswer>
}): Promise<Listener> {
  const listener = await listenLoopback(options)
  listener.serve(async (incoming, outgoing) => {
    try {
      const body = (await readBody(incoming, options.largestRequest)) ?? 'too large'
      const { status, headers, body: content } = await options.answer(incoming, body)
      // HEAD has no content, whatever the handler said (RFC 9110 section 9.3.2).
      outgoing.writeHead(status, { ...headers, 'content-length': content.length })
      outgoing.end(incoming.method === 'HEAD' ? undefined : content)
    } catch {
      // Either the client went away while it was sending, or the answer cannot be written as HTTP.
      if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy()
      else outgoing.writeHead(500).end()
    }
  })
  return listener
}
