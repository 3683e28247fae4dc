// One URL, two protocols: stateless requests of 2026-07-28 and the `initialize` line of 2025. Both are answered
// with one JSON object.
import {
  createMcpHandler,
  isLegacyRequest,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'

export type Exchange = {
  request: Request
  body: unknown
  /** Builds the server that answers this one request. */
  build: () => Promise<McpServer>
  onerror: (error: Error) => void
}

export function isLegacy(request: Request, body: unknown): Promise<boolean> {
  return isLegacyRequest(request, body)
}

export async function serveModern({ request, body, build, onerror }: Exchange): Promise<Response> {
  // The mode `auto` answers JSON as long as nothing is sent before the result, and nothing here is. The mode `json`
  // would say the same and warn on every start.
  const handler = createMcpHandler(build, { legacy: 'reject', responseMode: 'auto', onerror })
  return handler.fetch(request, { parsedBody: body })
}

export async function serveLegacy({ request, body, build, onerror }: Exchange): Promise<Response> {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  const server = await build()
  server.server.onerror = onerror
  try {
    await server.connect(transport)
    return await transport.handleRequest(acceptingBoth(request), { parsedBody: body })
  } finally {
    await server.close()
  }
}

/** The transport answers 406 unless both types are named, while hosts were seen to send a wildcard or nothing. */
function acceptingBoth(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.set('accept', 'application/json, text/event-stream')
  return new Request(request.url, { method: request.method, headers, signal: request.signal })
}
