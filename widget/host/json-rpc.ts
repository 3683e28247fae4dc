// JSON-RPC 2.0 messages from the window above. Whatever is not exactly one of these is ignored.
import { type Fields, isFields } from '../model/read-value.ts'

export type Message =
  | { kind: 'request'; id: string | number; method: string; params: Fields }
  | { kind: 'notification'; method: string; params: Fields }
  | { kind: 'result'; id: string | number; result: Fields }
  | { kind: 'error'; id: string | number; code: number; message: string; data: unknown }

const isId = (value: unknown): value is string | number =>
  (typeof value === 'string' && value.length <= 100) || Number.isSafeInteger(value)

/** Reads one message; undefined when it is not one. */
export function readMessage(data: unknown): Message | undefined {
  if (!isFields(data) || data.jsonrpc !== '2.0') return undefined
  const { id, method } = data
  if (method !== undefined) {
    if (typeof method !== 'string' || method.length > 100) return undefined
    if (data.params !== undefined && !isFields(data.params)) return undefined
    const params = isFields(data.params) ? data.params : {}
    if (id === undefined) return { kind: 'notification', method, params }
    return isId(id) ? { kind: 'request', id, method, params } : undefined
  }
  if (!isId(id)) return undefined
  if (isFields(data.error)) {
    const { code, message } = data.error
    if (typeof code !== 'number' || typeof message !== 'string') return undefined
    return { kind: 'error', id, code, message: message.slice(0, 1000), data: data.error.data }
  }
  return isFields(data.result) ? { kind: 'result', id, result: data.result } : undefined
}
