// CORS for browser clients from the configured origins.
import { isAllowedOrigin } from './check-origin.ts'

/** Answers a preflight request of an allowed origin. */
export function answerPreflight(request: Request, allowedOrigins: readonly string[]): Response | undefined {
  const origin = request.headers.get('origin')
  if (request.method !== 'OPTIONS' || origin === null) return undefined
  if (!isAllowedOrigin(origin, request, allowedOrigins)) return undefined
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers':
        'authorization, content-type, accept, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id',
      'access-control-max-age': '3600',
      vary: 'origin',
    },
  })
}

/** Lets the page that asked read the answer and the challenge in it. */
export function shareWithOrigin(
  request: Request,
  response: Response,
  allowedOrigins: readonly string[],
): void {
  const origin = request.headers.get('origin')
  if (origin === null || !isAllowedOrigin(origin, request, allowedOrigins)) return
  response.headers.set('access-control-allow-origin', origin)
  response.headers.set('access-control-expose-headers', 'www-authenticate, x-correlation-id')
  response.headers.append('vary', 'origin')
}
