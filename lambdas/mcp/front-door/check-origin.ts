// Transports, Streamable HTTP: an Origin that is present must be validated and a wrong one answered 403. Hosts
// call from servers and send none.
import { invalidRequest, jsonRpcError } from '../protocol/json-rpc.ts'
import type { FrontDoorCheck } from './check.ts'

export const checkOrigin: FrontDoorCheck = (request, { allowedOrigins }) => {
  const origin = request.headers.get('origin')
  if (origin === null || isAllowedOrigin(origin, request, allowedOrigins)) return undefined
  return jsonRpcError(403, { code: invalidRequest, message: 'This origin may not call this server.' })
}

/** True for the origins in the configuration, and for the server's own: nobody else can serve a page from it. */
export function isAllowedOrigin(
  origin: string,
  request: Request,
  allowedOrigins: readonly string[],
): boolean {
  return allowedOrigins.includes(origin) || origin === new URL(request.url).origin
}
