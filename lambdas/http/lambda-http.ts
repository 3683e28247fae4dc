// The one place that knows the events of API Gateway HTTP APIs (payload format 2.0). Everything else speaks
// the web-standard Request and Response.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

/**
 * The request of a payload 2.0 event. The URL is built from the domain that API Gateway vouches for, never from
 * the Host header; `x-forwarded-proto` is set by API Gateway. Never throws, whatever was asked for.
 */
export function requestFromEvent(event: APIGatewayProxyEventV2): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(event.headers)) {
    if (value !== undefined) setHeader(headers, name, value)
  }
  if (event.cookies?.length) headers.set('cookie', event.cookies.join('; '))
  const protocol = headers.get('x-forwarded-proto') === 'http' ? 'http' : 'https'
  const query = event.rawQueryString ? `?${event.rawQueryString.replaceAll('#', '%23')}` : ''
  const url = new URL(`${protocol}://${event.requestContext.domainName}/${encodePath(event.rawPath)}${query}`)
  const method = holdable(event.requestContext.http.method)
  const body =
    event.body === undefined || method === 'GET' || method === 'HEAD'
      ? undefined
      : event.isBase64Encoded
        ? Buffer.from(event.body, 'base64')
        : event.body
  return new Request(url, { method, headers, ...(body === undefined ? {} : { body }) })
}

/**
 * HTTP APIs hand the path over percent-decoded (honojs/hono#2156): what it holds is encoded again, segment by segment,
 * so that a decoded question mark or percent sign stays a part of the path. A slash that was encoded has become one.
 */
function encodePath(rawPath: string): string {
  return rawPath.toWellFormed().replace(/^\//, '').split('/').map(encodeURIComponent).join('/')
}

/** A Request cannot be made with these methods (Fetch, section 2.2.1): under another name they are unknown ones. */
function holdable(method: string): string {
  return /^(CONNECT|TRACE|TRACK)$/i.test(method) ? `X-${method}` : method
}

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i

/**
 * Headers hold one byte per character, and what RFC 9110 section 5.5 allows. A value is never left out, only made
 * harmless: a credential that is wrong must not become none.
 */
function setHeader(headers: Headers, name: string, value: string): void {
  if (!token.test(name)) return
  const isBytes = [...value].every((character) => character <= '\u00ff')
  headers.set(name, (isBytes ? value : Buffer.from(value).toString('latin1')).replace(/[\0\r\n]/g, '?'))
}

const textual = /^(text\/|application\/([\w.+-]+\+)?(json|xml|javascript)\b)/

/** The payload 2.0 answer of a response. Bodies that are not text travel as base64. */
export async function resultFromResponse(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers: Record<string, string> = {}
  response.headers.forEach((value, name) => {
    if (name !== 'set-cookie') headers[name] = value
  })
  const cookies = response.headers.getSetCookie()
  const isText = textual.test(response.headers.get('content-type') ?? 'text/')
  const body = response.body === null ? '' : isText ? await response.text() : await base64(response)
  return {
    statusCode: response.status,
    headers,
    ...(cookies.length > 0 ? { cookies } : {}),
    body,
    isBase64Encoded: !isText && body !== '',
  }
}

async function base64(response: Response): Promise<string> {
  return Buffer.from(await response.arrayBuffer()).toString('base64')
}
