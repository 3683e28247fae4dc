import type { IncomingMessage } from 'node:http'
import type { HttpAnswer } from '../../http/listen-http.ts'
import { matchesWildcard } from '../iam/policy.ts'

export type Cors = {
  AllowOrigins?: string[]
  AllowMethods?: string[]
  AllowHeaders?: string[]
  ExposeHeaders?: string[]
  MaxAge?: number
  AllowCredentials?: boolean
}

const isCorsHeader = (name: string) => name.startsWith('access-control-')

/** The gateway's own answer to a preflight request; undefined for any other request. */
export function preflightAnswer(cors: Cors, incoming: IncomingMessage): HttpAnswer | undefined {
  if (incoming.method !== 'OPTIONS' || incoming.headers['access-control-request-method'] === undefined) {
    return undefined
  }
  const headers = originHeaders(cors, incoming)
  if (Object.keys(headers).length > 0) {
    if (cors.AllowMethods) headers['access-control-allow-methods'] = cors.AllowMethods.join(',')
    if (cors.AllowHeaders) headers['access-control-allow-headers'] = cors.AllowHeaders.join(',')
    if (cors.MaxAge !== undefined) headers['access-control-max-age'] = String(cors.MaxAge)
  }
  return { status: 204, headers, body: Buffer.alloc(0) }
}

/** An API with CORS settings ignores the CORS headers of its functions. */
export function withCors(cors: Cors, incoming: IncomingMessage, answer: HttpAnswer): HttpAnswer {
  const own = Object.entries(answer.headers).filter(([name]) => !isCorsHeader(name))
  return { ...answer, headers: { ...Object.fromEntries(own), ...originHeaders(cors, incoming) } }
}

function originHeaders(cors: Cors, incoming: IncomingMessage): Record<string, string> {
  const { origin } = incoming.headers
  const allowed = cors.AllowOrigins ?? []
  if (origin === undefined || !allowed.some((pattern) => matchesWildcard(pattern, origin))) return {}
  return {
    'access-control-allow-origin': allowed.includes('*') ? '*' : origin,
    ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.ExposeHeaders ? { 'access-control-expose-headers': cors.ExposeHeaders.join(',') } : {}),
  }
}
