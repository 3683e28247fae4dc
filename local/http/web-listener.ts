// Lets web-standard handlers answer requests of Node's HTTP server.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { readBody } from './read-body.ts'

/** A body of more than `largestBody` bytes is refused with 413, a method that a Request cannot hold with 501. */
export function webListener(
  handle: (request: Request) => Promise<Response>,
  options: { baseUrl: string; largestBody: number; log(line: string): void },
): RequestListener {
  return safeListener(async (message, response) => {
    const body = await readBody(message, options.largestBody)
    if (body === undefined) return sendResponse(response, new Response(null, { status: 413 }))
    const { method = 'GET' } = message
    if (forbiddenMethods.has(method)) return sendResponse(response, new Response(null, { status: 501 }))
    const request = new Request(urlOf(message, options.baseUrl), {
      method,
      headers: webHeaders(message),
      ...(body.length > 0 && method !== 'GET' && method !== 'HEAD' ? { body: new Uint8Array(body) } : {}),
    })
    await sendResponse(response, await handle(request))
  }, options.log)
}

/** Whatever fails is logged and answered 500, unless the client itself went away. */
export function safeListener(
  answer: (message: IncomingMessage, response: ServerResponse) => Promise<void>,
  log: (line: string) => void,
): RequestListener {
  return (message, response) => {
    answer(message, response).catch((error: unknown) => {
      if (message.readableAborted) return
      log(error instanceof Error ? (error.stack ?? error.message) : String(error))
      if (!response.headersSent) response.statusCode = 500
      response.end()
    })
  }
}

/** Fetch, section 2.2.1. */
const forbiddenMethods = new Set(['CONNECT', 'TRACE', 'TRACK'])

/** Joined, not resolved: a path that begins with two slashes names no other host. */
export function urlOf(message: IncomingMessage, baseUrl: string): URL {
  return new URL(`${new URL(baseUrl).origin}${message.url}`)
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
