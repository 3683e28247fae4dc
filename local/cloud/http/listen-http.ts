import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type HttpAnswer = {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
}

export type HttpListener = {
  port: number
  /** `http://127.0.0.1:<port>` */
  url: string
  stop(): Promise<void>
}

/** A port cannot be had; the message is one sentence for the person. */
export class PortError extends Error {
  override readonly name = 'PortError'
}

/**
 * Listens on a loopback port (0 picks a free one) and hands over each request with its whole body, or with
 * `'too large'` when the body exceeds `largestRequest` bytes.
 *
 * @throws {PortError} naming the port and `what` needed it.
 */
export async function listenHttp(options: {
  port: number
  what: string
  largestRequest: number
  answer(incoming: IncomingMessage, body: Buffer | 'too large'): Promise<HttpAnswer>
}): Promise<HttpListener> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await read(incoming, options.largestRequest)
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
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, options)))
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function portError(error: NodeJS.ErrnoException, options: { port: number; what: string }): Error {
  if (error.code === 'EADDRINUSE') {
    return new PortError(
      `Port ${options.port}, which ${options.what} needs, is in use: stop the program that holds it, or choose another port.`,
    )
  }
  return new PortError(`${options.what} cannot listen on port ${options.port}: ${error.message}.`)
}

function read(incoming: IncomingMessage, largest: number): Promise<Buffer | 'too large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= largest) chunks.push(chunk)
      else chunks.length = 0
    })
    incoming.on('end', () => resolve(length > largest ? 'too large' : Buffer.concat(chunks)))
    incoming.on('error', reject)
    incoming.on('aborted', () => reject(new Error('The client went away')))
  })
}
