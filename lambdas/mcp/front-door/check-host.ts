// DNS rebinding: a name that an attacker points at this server is not the name that the gateway vouches for.
import { invalidRequest, jsonRpcError } from '../protocol/json-rpc.ts'
import type { FrontDoorCheck } from './check.ts'

export const checkHost: FrontDoorCheck = (request) => {
  const host = request.headers.get('host')?.toLowerCase()
  if (host === new URL(request.url).host) return undefined
  return jsonRpcError(403, { code: invalidRequest, message: 'The Host header does not name this server.' })
}
