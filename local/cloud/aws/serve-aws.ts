// The wire of the AWS JSON protocols: a POST whose X-Amz-Target names the operation, answered with JSON.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { crc32 } from 'node:zlib'
import { listenHttp } from '../../http/listen-http.ts'
import type { Listener } from '../../http/listen-loopback.ts'
import { AwsError, type AwsJson } from './aws-error.ts'
import type { AwsHandler, AwsRequest } from './aws-request.ts'

// DynamoDB's own limit, the largest of the services that answer here.
const largestRequest = 16 * 1024 * 1024

/** Answers AWS SDK clients on a loopback port. */
export function serveAws(options: { handle: AwsHandler; port?: number; what: string }): Promise<Listener> {
  return listenHttp({
    port: options.port ?? 0,
    what: options.what,
    async answer(incoming, body) {
      const contentType = incoming.headers['content-type'] ?? 'application/x-amz-json-1.0'
      const { status, json } = await outcome(incoming, body, options.handle)
      const text = JSON.stringify(json)
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
    },
    largestRequest,
  })
}

async function outcome(incoming: IncomingMessage, body: Buffer | 'too large', handle: AwsHandler) {
  try {
    if (body === 'too large')
      throw new AwsError('RequestEntityTooLargeException', 'The request is too large', { status: 413 })
    return { status: 200, json: await handle(requestFrom(incoming, body)) }
  } catch (error) {
    if (error instanceof AwsError) {
      return { status: error.status, json: { __type: error.type, message: error.message, ...error.members } }
    }
    return {
      status: 500,
      json: {
        __type: 'InternalServerError',
        message: error instanceof Error ? error.message : String(error),
      },
    }
  }
}

function requestFrom(incoming: IncomingMessage, body: Buffer): AwsRequest {
  const target = String(incoming.headers['x-amz-target'] ?? '')
  const dot = target.lastIndexOf('.')
  if (incoming.method !== 'POST' || dot < 1) {
    throw new AwsError('UnknownOperationException', 'The local cloud speaks the AWS JSON protocols only')
  }
  let input: unknown
  try {
    input = JSON.parse(body.toString() || '{}')
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON')
  }
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    throw new AwsError('SerializationException', 'The body is not a JSON object')
  }
  const credential = /Credential=([^/,\s]+)\//.exec(incoming.headers.authorization ?? '')
  return {
    service: target.slice(0, dot),
    operation: target.slice(dot + 1),
    input: input as AwsJson,
    accessKeyId: credential?.[1],
  }
}
