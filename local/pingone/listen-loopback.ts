import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Listener = {
  /** `http://127.0.0.1:<port>` */
  url: string
  stop(): Promise<void>
}

/** A port is taken; the message is one sentence for the person. */
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
 * may need to know the port.
 *
 * @throws {PortInUseError}
 */
export async function listenLoopback(options: {
  port: number
  what: string
}): Promise<Listener & { serve(listener: RequestListener): void }> {
  let answer: RequestListener = (_, response) => response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(options.port, options.what) : error),
    )
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

/** Lets a web-standard handler answer; a body of more than `largestBody` bytes is refused with 413. */
export function webListener(
  handle: (request: Request) => Promise<Response>,
  options: { baseUrl: string; largestBody: number; log(line: string): void },
): RequestListener {
  return (message, response) => {
    answer(message, response).catch((error: unknown) => {
      options.log(error instanceof Error ? (error.stack ?? error.message) : String(error))
      if (!response.headersSent) response.statusCode = 500
      response.end()
    })
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(message, options.largestBody)
    const result =
      body === undefined
        ? new Response(null, { status: 413 })
        : await handle(
            new Request(new URL(message.url ?? '/', options.baseUrl), {
              method: message.method ?? 'GET',
              headers: webHeaders(message),
              ...(body.length > 0 && message.method !== 'GET' && message.method !== 'HEAD'
                ? { body: new Uint8Array(body) }
                : {}),
            }),
          )
    await sendResponse(response, result)
  }
}

/** Reads at most `limit` bytes; `undefined` when there are more. */
export async function readBody(message: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
  }
  return length > limit ? undefined : Buffer.concat(chunks)
}

export function webHeaders(message: IncomingMessage): Headers {
  const headers = new Headers()
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    try {
      headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '')
    } catch {
      // A header that the web's rules do not know cannot matter here.
    }
  }
  return headers
}

export async function sendResponse(response: ServerResponse, result: Response): Promise<void> {
  response.statusCode = result.status
  for (const [name, value] of result.headers) response.setHeader(name, value)
  response.end(Buffer.from(await result.arrayBuffer()))
}
