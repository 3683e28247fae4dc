// The two shapes of a refusal. The shape follows what the client understands; whether it is refused never does.
import { resourceMetadataUrl } from '../metadata/protected-resource-metadata.ts'
import { isRecord, jsonRpcError, jsonRpcResult, type Message } from '../protocol/json-rpc.ts'
import type { Refusal } from './access-request.ts'

/** RFC 9110 section 5.6.4. */
const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`

/**
 * The challenge of RFC 6750 section 3, with the metadata of RFC 9728 section 5.1. Where no credential was sent it
 * carries no error (section 3.1).
 */
function challengeOf(refusal: Refusal, requestUrl: string): string {
  const { error } = refusal
  return challengeWith(error === 'missing_token' ? undefined : error, refusal, requestUrl)
}

function challengeWith(error: string | undefined, refusal: Refusal, requestUrl: string): string {
  return `Bearer ${[
    ...(error === undefined
      ? []
      : [`error=${quote(error)}`, `error_description=${quote(refusal.description)}`]),
    `scope=${quote(refusal.scopes.join(' '))}`,
    `resource_metadata=${quote(resourceMetadataUrl(requestUrl))}`,
  ].join(', ')}`
}

/** The error result that makes ChatGPT offer sign-in: it does so only for a challenge with an error in it. */
export function challengeResult(refusal: Refusal, requestUrl: string) {
  const error = refusal.error === 'missing_token' ? 'invalid_token' : refusal.error
  return {
    content: [{ type: 'text' as const, text: refusal.description }],
    isError: true,
    _meta: { 'mcp/www_authenticate': [challengeWith(error, refusal, requestUrl)] },
  }
}

/** OpenAI's hosts act on a tool result and not on a 401; they name themselves in one of two ways. */
export function readsChallengeFromResult(request: Request, message: Message): boolean {
  if (/^openai-mcp\b/i.test(request.headers.get('user-agent') ?? '')) return true
  const { _meta: meta } = message.params
  return isRecord(meta) && Object.keys(meta).some((key) => key.startsWith('openai/'))
}

/** The response that refuses a request. The body repeats the challenge for front doors that rename the header. */
export function refuse(refusal: Refusal, request: Request, message: Message, isModern: boolean): Response {
  if (
    refusal.mayBeToolResult &&
    message.method === 'tools/call' &&
    message.id !== undefined &&
    readsChallengeFromResult(request, message)
  ) {
    return jsonRpcResult(message.id, {
      ...challengeResult(refusal, request.url),
      ...(isModern ? { resultType: 'complete' } : {}),
    })
  }
  const challenge = challengeOf(refusal, request.url)
  return jsonRpcError(
    refusal.status,
    {
      // Our own code: outside the range that JSON-RPC and MCP reserve.
      code: refusal.status,
      message: refusal.description,
      data: {
        error: refusal.error,
        scope: refusal.scopes.join(' '),
        resource_metadata: resourceMetadataUrl(request.url),
        www_authenticate: [challenge],
      },
    },
    { id: message.id, headers: { 'www-authenticate': challenge } },
  )
}
