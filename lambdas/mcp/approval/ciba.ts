// OpenID CIBA Core 1.0, poll mode, as PingOne speaks it. Its answers are judged by `error`, never by status.
import * as z from 'zod'
import type { RetryingFetch } from '../../http/fetch-with-retry.ts'
import { parseJson } from '../../http/parse-json.ts'
import type { OAuthClient } from '../../oauth/oauth-client.ts'
import { postAsClient } from '../../oauth/post-as-client.ts'
import { bearerTokenText } from '../../oauth/token-text.ts'

export type CibaStart = {
  loginHint: string
  bindingMessage: string
  /** Reach the flow that asks the person; names as in the flow. */
  transaction: Record<string, string>
  correlationId: string
}

export type CibaStarted =
  | { kind: 'started'; authReqId: string; expiresIn: number; interval: number }
  /** The person cannot or will not be asked; asking again would not help. */
  | { kind: 'refused'; error: string }
  /** PingOne has refused our client or its request, or could not send its email: nobody was asked. */
  | { kind: 'failed'; detail: string; problem?: 'email_not_sent' }
  /** Whether the person is being asked is not known. */
  | { kind: 'unknown'; detail: string }

export type CibaPolled =
  | { kind: 'approved'; accessToken: string }
  | { kind: 'pending' }
  | { kind: 'slow_down' }
  | { kind: 'denied' }
  | { kind: 'expired' }
  /** PingOne no longer knows the request: its one answer was given, and did not arrive. */
  | { kind: 'lost' }
  | { kind: 'failed'; detail: string }

export type Ciba = {
  /** Not repeated by itself, but when PingOne did not take the client's assertion: an unanswered start may have reached the phone. */
  start(start: CibaStart): Promise<CibaStarted>
  /** Never repeated by itself: PingOne counts the polls. */
  poll(authReqId: string, correlationId: string): Promise<CibaPolled>
}

// CIBA Core section 7.3; interval is 5 when it is missing. The bounds are ours: no answer makes us wait for hours
// or poll without pause.
const startAnswer = z.object({
  auth_req_id: z.string().min(1).max(1024),
  expires_in: z.number().positive().max(86_400),
  interval: z.number().min(1).max(300).default(5),
})
const tokenAnswer = z.object({
  access_token: bearerTokenText,
  token_type: z.string().regex(/^bearer$/i),
})
const errorAnswer = z.object({ error: z.string().regex(/^[\x20-\x7e]{1,60}$/) })

/** CIBA Core section 13: the request itself will not do. Errors of our own client are not among them. */
const refusals = new Set([
  'access_denied',
  'unknown_user_id',
  'expired_login_hint_token',
  'missing_user_code',
  'invalid_user_code',
  'invalid_binding_message',
])

/** What the approval flow answers when its email does not go out. */
const emailNotSent = 'notification_failure'

/** RFC 6749 section 5.2: refused before anything was begun. A rotated secret or a corrected grant cures them. */
const notAsked = new Set([
  ...['invalid_client', 'unauthorized_client', 'invalid_scope', 'invalid_request'],
  emailNotSent,
])

/** Node's codes for a connection that never came about. */
const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

export const cibaLimits = { deadline: 6000, attemptTimeout: 6000, attempts: 1, maxAnswer: 131_072 }

export function createCiba(
  options: RetryingFetch & { issuer: string; scope: string; client: OAuthClient },
): Ciba {
  return {
    async start({ loginHint, bindingMessage, transaction, correlationId }) {
      const body = await post('cibaAuthorization', correlationId, {
        ...transaction,
        scope: options.scope,
        login_hint: loginHint,
        binding_message: bindingMessage,
      })
      if (body.kind === 'failed') return { kind: body.isSent ? 'unknown' : 'failed', detail: body.detail }
      const started = startAnswer.safeParse(body.json)
      if (body.ok && started.success) {
        const { auth_req_id, expires_in, interval } = started.data
        return { kind: 'started', authReqId: auth_req_id, expiresIn: expires_in, interval }
      }
      const error = errorAnswer.safeParse(body.json).data?.error
      if (!body.ok && error !== undefined && refusals.has(error)) return { kind: 'refused', error }
      const detail = `start: ${error ?? 'malformed answer'}`
      if (body.ok || !notAsked.has(error ?? '')) return { kind: 'unknown', detail }
      return {
        ...{ kind: 'failed', detail },
        ...(error === emailNotSent ? { problem: 'email_not_sent' } : {}),
      }
    },

    async poll(authReqId, correlationId) {
      const body = await post('token', correlationId, {
        grant_type: 'urn:openid:params:grant-type:ciba',
        auth_req_id: authReqId,
      })
      if (body.kind === 'failed') return { kind: 'failed', detail: body.detail }
      const granted = tokenAnswer.safeParse(body.json)
      if (body.ok) {
        return granted.success
          ? { kind: 'approved', accessToken: granted.data.access_token }
          : { kind: 'failed', detail: 'poll: malformed token answer' }
      }
      const error = errorAnswer.safeParse(body.json).data?.error
      return kinds.get(error ?? '') ?? { kind: 'failed', detail: `poll: ${error ?? 'malformed answer'}` }
    },
  }

  async function post(
    path: 'cibaAuthorization' | 'token',
    correlationId: string,
    parameters: Record<string, string>,
  ): Promise<
    | { kind: 'answered'; ok: boolean; json: unknown }
    | { kind: 'failed'; detail: string /** It may have reached PingOne. */; isSent: boolean }
  > {
    let isSent = false
    const send: typeof fetch = async (...request) => {
      isSent = true
      try {
        return await options.fetch(...request)
      } catch (error) {
        const { cause } = error as { cause?: { code?: string } }
        isSent = !unreached.has(cause?.code ?? '')
        throw error
      }
    }
    try {
      const answer = await postAsClient(
        { ...options, fetch: send },
        options.client,
        { url: `${options.issuer}/${path}`, parameters, correlationId, repeatable: false },
        cibaLimits,
      )
      return { kind: 'answered', ok: answer.status === 200, json: parseJson(answer.text) }
    } catch (error) {
      return {
        kind: 'failed',
        detail: `${path}: ${error instanceof Error ? error.name : 'no answer'}`,
        isSent,
      }
    }
  }
}

// CIBA Core section 11, RFC 6749 section 5.2. `invalid_client` and the like fall through to `failed`: they are
// about our client, and a registered key or a corrected grant cures them while the booking waits.
const kinds = new Map<string, CibaPolled>([
  ['authorization_pending', { kind: 'pending' }],
  ['slow_down', { kind: 'slow_down' }],
  ['access_denied', { kind: 'denied' }],
  ['expired_token', { kind: 'expired' }],
  ['invalid_grant', { kind: 'lost' }],
])
