// There is neither a stream to open (GET) nor a session to end (DELETE).
import { invalidRequest, jsonRpcError } from '../protocol/json-rpc.ts'
import type { FrontDoorCheck } from './check.ts'

export const checkMethod: FrontDoorCheck = (request) => {
  if (request.method === 'POST') return undefined
  return jsonRpcError(
    405,
    { code: invalidRequest, message: 'Use POST: this server keeps no sessions and opens no streams.' },
    { headers: { allow: 'POST' } },
  )
}
