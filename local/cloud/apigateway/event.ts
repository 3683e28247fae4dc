// Events of HTTP APIs in payload format 2.0.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { readTarget } from './read-target.ts'
import type { RouteMatch } from './routes.ts'

const textual = /^(text\/|application\/([\w.+-]+\+)?(json|xml|javascript|x-www-form-urlencoded)\b)/i

/** The event that the route's function is invoked with. */
export function eventFrom(
  incoming: IncomingMessage,
  body: Buffer,
  api: { id: string; account: string; domainName: string; stage: string; now: number },
  { route, pathParameters }: RouteMatch,
) {
  const { rawPath, rawQueryString } = readTarget(incoming.url ?? '/')
  const { headers, cookies } = headersOf(incoming)
  const sourceIp = incoming.socket.remoteAddress ?? '127.0.0.1'
  const [, port = ''] = api.domainName.split(':')
  const isText = textual.test(headers['content-type'] ?? '')
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers: {
      ...headers,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': port,
      'x-forwarded-proto': 'http',
    },
    ...(rawQueryString === '' ? {} : { queryStringParameters: queryOf(rawQueryString) }),
    requestContext: {
      accountId: api.account,
      apiId: api.id,
      domainName: api.domainName,
      domainPrefix: api.id,
      http: {
        method: incoming.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${incoming.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: api.stage,
      time: logTime(api.now),
      timeEpoch: api.now,
    },
    ...(pathParameters === undefined ? {} : { pathParameters }),
    ...(body.length > 0 ? { body: body.toString(isText ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

/** Lower-case names; the values of a repeated header joined by commas. Cookies travel in a list of their own. */
function headersOf({ rawHeaders }: IncomingMessage) {
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    if (name === 'cookie') cookies.push(...value.split(';').map((cookie) => cookie.trim()))
    // What the client says about its own way here is replaced by the gateway's word.
    else if (!hopByHop.has(name) && !name.startsWith('x-forwarded-')) {
      headers[name] = name in headers ? `${headers[name]},${value}` : value
    }
  }
  return { headers, cookies }
}

const hopByHop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

function queryOf(rawQueryString: string): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value
  }
  return query
}

/** The common log format's time, as in `12/Mar/2026:19:03:58 +0000`. */
function logTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}
