// The wire of AWS: one endpoint for all services. The JSON protocols name the operation in X-Amz-Target, the query
// protocol in a form; everything else is method and path, and the signature says for which service.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { crc32 } from 'node:zlib'
import { type HttpAnswer, listenHttp } from '../../http/listen-http.ts'
import type { Listener } from '../../http/listen-loopback.ts'
import { AwsError, type AwsJson } from './aws-error.ts'
import type { AwsHandlers, RestAnswer } from './aws-request.ts'
import { parseQuery, queryAnswer, queryError } from './query-protocol.ts'
import { xmlFrom } from './xml.ts'

// DynamoDB's own limit; the CDK CLI sends no asset whole that is larger.
const largestRequest = 16 * 1024 * 1024

/** Answers AWS SDK clients on a loopback port. */
export function serveAws(options: { handlers: AwsHandlers; port?: number; what: string }): Promise<Listener> {
  return listenHttp({
    port: options.port ?? 0,
    what: options.what,
    answer: (incoming, body) => protocolOf(incoming)(incoming, body, options.handlers),
    largestRequest,
  })
}

type Protocol = (
  incoming: IncomingMessage,
  body: Buffer | 'too large',
  handlers: AwsHandlers,
) => Promise<HttpAnswer>

function protocolOf({ headers, method }: IncomingMessage): Protocol {
  if (headers['x-amz-target'] !== undefined) return answerJson
  const isForm = String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  return method === 'POST' && isForm ? answerQuery : answerRest
}

const answerJson: Protocol = async (incoming, body, handlers) => {
  const contentType = incoming.headers['content-type'] ?? 'application/x-amz-json-1.0'
  const { status, result } = await outcome(
    () => {
      const target = String(incoming.headers['x-amz-target'])
      const dot = target.lastIndexOf('.')
      if (incoming.method !== 'POST' || dot < 1) {
        throw new AwsError('UnknownOperationException', `${target} names no operation`)
      }
      return handlers.call({
        ...signerOf(incoming),
        service: target.slice(0, dot),
        operation: target.slice(dot + 1),
        input: jsonFrom(whole(body)),
      })
    },
    (error) => ({ __type: error.type, message: error.message, ...error.members }),
  )
  const text = JSON.stringify(result)
  return {
    status,
    headers: {
      'content-type': contentType,
      'x-amzn-requestid': randomUUID(),
      // DynamoDB clients compare the body with this checksum when it is there.
      'x-amz-crc32': String(crc32(text)),
    },
    body: Buffer.from(text),
  }
}

const namespaces: Record<string, string | undefined> = {
  cloudformation: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
}

const answerQuery: Protocol = async (incoming, body, handlers) => {
  const requestId = randomUUID()
  const signer = signerOf(incoming)
  const namespace = namespaces[signer.service] ?? ''
  const { status, result } = await outcome(
    async () => {
      const { operation, input } = parseQuery(whole(body).toString())
      return queryAnswer({
        operation,
        namespace,
        result: await handlers.call({ ...signer, operation, input }),
        requestId,
      })
    },
    (error) => queryError(error, namespace, requestId),
    accessDenied,
  )
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: Buffer.from(result),
  }
}

const answerRest: Protocol = async (incoming, body, handlers) => {
  const [path = '/', search = ''] = (incoming.url ?? '/').split('?')
  const signer = signerOf(incoming)
  const requestId = randomUUID()
  const { result } = await outcome<RestAnswer>(
    async () => {
      const content = whole(body)
      const method = incoming.method ?? 'GET'
      if (handlers.rest === undefined)
        throw new AwsError('UnknownOperationException', `Nothing answers ${method} ${path} here`)
      const query = new URLSearchParams(search)
      return handlers.rest({ ...signer, method, path, query, headers: incoming.headers, body: content })
    },
    (error): RestAnswer =>
      signer.service === 's3'
        ? {
            status: error.status,
            headers: { 'content-type': 'application/xml' },
            body: xmlFrom('Error', { Code: error.type, Message: error.message, RequestId: requestId }),
          }
        : {
            status: error.status,
            headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.type },
            body: JSON.stringify({ message: error.message, ...error.members }),
          },
    signer.service === 's3' ? accessDenied : undefined,
  )
  return {
    status: result.status,
    headers: { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId, ...result.headers },
    body: Buffer.from(result.body),
  }
}

async function outcome<T>(
  answer: () => Promise<T>,
  refusal: (error: AwsError) => T,
  inOwnWords: (error: AwsError) => AwsError = (error) => error,
): Promise<{ status: number; result: T }> {
  try {
    return { status: 200, result: await answer() }
  } catch (cause) {
    const error =
      cause instanceof AwsError
        ? inOwnWords(cause)
        : new AwsError('InternalServerError', cause instanceof Error ? cause.message : String(cause), {
            status: 500,
          })
    return { status: error.status, result: refusal(error) }
  }
}

/** The older protocols have a word of their own for what a policy does not allow. */
const accessDenied = (error: AwsError) =>
  error.type === 'AccessDeniedException'
    ? new AwsError('AccessDenied', error.message, { status: 403 })
    : error

function whole(body: Buffer | 'too large'): Buffer {
  if (body !== 'too large') return body
  throw new AwsError('RequestEntityTooLargeException', 'The request is too large', { status: 413 })
}

function jsonFrom(body: Buffer): AwsJson {
  let input: unknown
  try {
    input = JSON.parse(body.toString() || '{}')
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON')
  }
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    throw new AwsError('SerializationException', 'The body is not a JSON object')
  }
  return input as AwsJson
}

/** Whose key signed the call, for which service and region; in a header, or in the query of a presigned address. */
function signerOf({ headers, url = '' }: IncomingMessage) {
  const presigned = new URLSearchParams(url.split('?')[1]).get('X-Amz-Credential')
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? presigned ?? ''
  const [accessKeyId, , region = '', service = ''] = credential.split('/')
  return { accessKeyId: accessKeyId || undefined, region, service }
}
