// What a function answers in payload format 2.0, as HTTP.
import type { HttpAnswer } from '../../http/listen-http.ts'

/** An answer of the gateway itself. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
  }
}

/** The HTTP answer, or a 500 for what the gateway does not understand. */
export function answerFrom(result: unknown): HttpAnswer {
  if (!isObject(result) || !('statusCode' in result)) {
    // Without a status code the whole result is the content of a 200.
    const text = typeof result === 'string' ? result : JSON.stringify(result)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text ?? '') }
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result
  const isStatus =
    typeof statusCode === 'number' && Number.isInteger(statusCode) && statusCode >= 200 && statusCode <= 599
  if (!isStatus || !isObject(headers) || !Array.isArray(cookies) || typeof body !== 'string') {
    return gatewayAnswer(500, 'Internal Server Error')
  }
  const sent: HttpAnswer['headers'] = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === null || typeof value === 'object') return gatewayAnswer(500, 'Internal Server Error')
    sent[name.toLowerCase()] = String(value)
  }
  // Without a type of its own, text is announced as such.
  if (body !== '') sent['content-type'] ??= 'text/plain; charset=utf-8'
  delete sent['content-length']
  delete sent['transfer-encoding']
  delete sent.connection
  if (cookies.length > 0) sent['set-cookie'] = cookies.map(String)
  return { status: statusCode, headers: sent, body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
