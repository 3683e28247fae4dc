// The part of JSON-RPC 2.0 that is ours to read and write before and around the SDK.

/** One request or notification as it came; `params` is hostile. */
export type Message = { method: string; id?: string | number; params: Readonly<Record<string, unknown>> }

/** JSON-RPC 2.0 section 5.1. */
export const parseError = -32700
export const invalidRequest = -32600
export const invalidParams = -32602

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** What can be said about a body before the SDK judges it: its method, its id, its parameters. */
export function readMessage(body: unknown): Message {
  const { method, id, params } = isRecord(body) ? body : {}
  return {
    method: typeof method === 'string' ? method : '',
    ...(typeof id === 'string' || typeof id === 'number' ? { id } : {}),
    params: isRecord(params) ? params : {},
  }
}

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store' }

/** An HTTP error whose body is a JSON-RPC error; the id is null when none could be read (section 5). */
export function jsonRpcError(
  status: number,
  error: { code: number; message: string; data?: unknown },
  options: { id?: string | number | undefined; headers?: Record<string, string> } = {},
): Response {
  return new Response(JSON.stringify({ jsonrpc: '2.0', id: options.id ?? null, error }), {
    status,
    headers: { ...jsonHeaders, ...options.headers },
  })
}

export function jsonRpcResult(id: string | number, result: unknown): Response {
  return new Response(JSON.stringify({ jsonrpc: '2.0', id, result }), { headers: jsonHeaders })
}
