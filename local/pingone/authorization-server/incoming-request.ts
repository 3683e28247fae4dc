// A request as it arrives, and as it is handed on to oidc-provider: without the parameters that PingOne treats in
// its own way, and with the path below the issuer.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

export type Incoming = {
  message: IncomingMessage
  method: string
  /** With the query. */
  url: URL
  headers: Headers
  form: URLSearchParams
  /** The body. */
  text: string
  correlationId: string
  /** Values of `resource` (RFC 8707), which oidc-provider would only take as URIs. */
  resources: readonly string[]
}

export function parseForm(headers: Headers, body: Buffer): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers.get('content-type') ?? '')
  return new URLSearchParams(isForm ? body.toString('utf8') : '')
}

/**
 * Takes out what PingOne ignores or treats in its own way, and puts in what oidc-provider insists on.
 *
 * @param allowPlain whether the application may send `code_challenge_method=plain`
 */
export function adaptParameters(parameters: URLSearchParams, route: string, allowPlain: boolean): void {
  parameters.delete('resource')
  parameters.delete('audience')
  if (route !== 'authorize' && route !== 'par') return
  // PingOne takes `plain`, oidc-provider only S256: for a plain challenge both sides know the verifier.
  const challenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method') ?? 'plain'
  if (challenge !== null && method === 'plain' && allowPlain) {
    parameters.set('code_challenge', createHash('sha256').update(challenge).digest('base64url'))
    parameters.set('code_challenge_method', 'S256')
  }
  // oidc-provider drops offline_access unless consent is prompted for; PingOne does not ask for that.
  const prompts = (parameters.get('prompt') ?? '').split(' ').filter(Boolean)
  if (parameters.get('scope')?.split(' ').includes('offline_access') && !prompts.includes('none'))
    parameters.set('prompt', [...new Set([...prompts, 'consent'])].join(' '))
}

/** The message for oidc-provider: same connection and headers, another path and body. */
export function replay(
  message: IncomingMessage,
  changes: { method: string; url: string; originalUrl: string; body: Buffer },
): IncomingMessage {
  const stream = Readable.from(changes.body.length === 0 ? [] : [changes.body])
  return Object.assign(stream, {
    method: changes.method,
    url: changes.url,
    originalUrl: changes.originalUrl,
    headers: { ...message.headers, 'content-length': String(changes.body.length) },
    rawHeaders: message.rawHeaders,
    httpVersion: message.httpVersion,
    httpVersionMajor: message.httpVersionMajor,
    httpVersionMinor: message.httpVersionMinor,
    socket: message.socket,
    connection: message.socket,
  }) as unknown as IncomingMessage
}
