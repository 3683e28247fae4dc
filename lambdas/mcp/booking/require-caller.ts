import { InvalidTokenError } from '../../oauth/invalid-token-error.ts'
import type { Caller, ToolCall } from '../tool.ts'

/** @throws {InvalidTokenError} when nobody is signed in; the server sees to it that somebody is */
export function requireCaller(call: ToolCall<unknown>): Caller {
  if (call.caller === undefined) throw new InvalidTokenError('a protected tool was called without a caller')
  return call.caller
}
