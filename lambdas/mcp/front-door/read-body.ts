// Reads one JSON-RPC message from a request body: bounded in size and depth, never a batch.
import { invalidRequest, jsonRpcError, parseError } from '../protocol/json-rpc.ts'

/** No message of any client comes near; a larger one is an attack or a mistake. */
const maxBytes = 128 * 1024
/** Recursive code below must not be driven to the end of its stack. */
const maxDepth = 64

/** The parsed body, or the response that refuses it. */
export async function readBody(request: Request): Promise<{ body: unknown } | Response> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge()
  const text = await readText(request)
  if (text === undefined) return tooLarge()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return jsonRpcError(400, { code: parseError, message: 'The body is not JSON.' })
  }
  if (Array.isArray(body)) {
    // Batches left the protocol with 2025-06-18; a gate that reads one method must not be given many.
    return jsonRpcError(400, {
      code: invalidRequest,
      message: 'Batches are not supported: send one message per request.',
    })
  }
  if (isDeeperThan(body, maxDepth)) {
    return jsonRpcError(400, {
      code: invalidRequest,
      message: `The body nests deeper than ${maxDepth} levels.`,
    })
  }
  return { body }
}

function tooLarge(): Response {
  return jsonRpcError(413, { code: invalidRequest, message: `The body is larger than ${maxBytes} bytes.` })
}

async function readText(request: Request): Promise<string | undefined> {
  if (request.body === null) return ''
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > maxBytes) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function isDeeperThan(value: unknown, depth: number): boolean {
  let level: unknown[] = [value]
  for (let at = 0; level.length > 0; at++) {
    if (at > depth) return true
    level = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []))
  }
  return false
}
