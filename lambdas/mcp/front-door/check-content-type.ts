import { isJsonContentType } from '@modelcontextprotocol/server'
import { invalidRequest, jsonRpcError } from '../protocol/json-rpc.ts'
import type { FrontDoorCheck } from './check.ts'

export const checkContentType: FrontDoorCheck = (request) => {
  if (isJsonContentType(request.headers.get('content-type'))) return undefined
  return jsonRpcError(415, { code: invalidRequest, message: 'Send application/json.' })
}
