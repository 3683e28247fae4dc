import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readRequestTarget } from './request-target.ts'

export type Listener = {
  port: number
  /** `http://127.0.0.1:<port>` */
  url: string
  stop(): Promise<void>
}

/** A port cannot be had; the message is one sentence for the person. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
  readonly port: number
  constructor(port: number, what: string) {
    super(
      `Port ${port}, which ${what} needs, is in use: stop the program that listens there, or choose another port.`,
    )
    this.port = port
  }
}

/**
 * Opens a loopback port, 0 for any free one. Requests are answered once `serve` has been called: what answers them
 * may need to know the port. Their target is in origin form, and an absolute one has become their Host (RFC 9112
 * section 3.2.2); any other target is refused here.
 *
 * @throws {PortInUseError}
 */
export async function listenLoopback(options: {
  port: number
  what: string
}): Promise<Listener & { serve(listener: RequestListener): void }> {
  let answer: RequestListener = (_, response) => response.writeHead(503).end()
  const server = createServer((request, response) => {
    const found = readRequestTarget(request.url ?? '')
    if (found === undefined) {
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
      response.end('Ask for a path of this server, such as GET /.\n')
      return
    }
    request.url = found.target
    if (found.host !== undefined) setHost(request, found.host)
    answer(request, response)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(options.port, options.what) : error),
    )
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    serve(listener) {
      answer = listener
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function setHost(request: IncomingMessage, host: string): void {
  request.headers.host = host
  request.rawHeaders = [
    'Host',
    host,
    ...request.rawHeaders.filter((_, index, all) => all[index - (index % 2)]?.toLowerCase() !== 'host'),
  ]
}
