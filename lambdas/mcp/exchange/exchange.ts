// RFC 8693 token exchange: the inbound token becomes one for the hotel API. The inbound token goes nowhere else.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Clock } from '../../clock.ts'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import type { Answer, RetryingFetch } from '../../http/fetch-with-retry.ts'
import { parseJson } from '../../http/parse-json.ts'
import { InvalidTokenError } from '../../oauth/invalid-token-error.ts'
import type { OAuthClient } from '../../oauth/oauth-client.ts'
import { postAsClient } from '../../oauth/post-as-client.ts'
import { bearerTokenText } from '../../oauth/token-text.ts'
import type { Caller } from '../tool.ts'

/**
 * An access token for the hotel API that acts for the caller, with the given hotel API scope.
 *
 * @throws {InvalidTokenError} when PingOne no longer accepts the caller's token: sign in again
 * @throws {ExchangeRefusedError} when PingOne refuses for another reason, such as a missing grant
 * @throws {ExchangeUnavailableError} when no answer was to be had; the call may be retried
 */
export type Exchange = (
  caller: Pick<Caller, 'token'>,
  scope: string,
  options?: { correlationId?: string },
) => Promise<string>

export class ExchangeRefusedError extends MyHotelsError {
  constructor(detail: unknown, cause?: unknown) {
    super({
      name: 'ExchangeRefusedError',
      code: 'exchange_refused',
      status: 502,
      message: 'MyHotels could not act for you at the hotels. Nothing was changed; please contact MyHotels.',
      detail,
      cause,
    })
  }
}

export class ExchangeUnavailableError extends MyHotelsError {
  constructor(detail: unknown, cause?: unknown) {
    super({
      name: 'ExchangeUnavailableError',
      code: 'exchange_unavailable',
      status: 503,
      retryable: true,
      message: 'MyHotels could not reach its sign-in service, so nothing was done. Try again shortly.',
      detail,
      cause,
    })
  }
}

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
/** A cached token is not used in its last minute: it must still be valid when the hotel API reads it. */
const lastMinute = 60_000
/** The hotel API takes no exchanged token that is older, whatever it says itself. */
const longest = 300_000
const maxKept = 1000

const tokenAnswer = z.object({
  access_token: bearerTokenText,
  token_type: z.string().regex(/^bearer$/i),
  issued_token_type: z.literal(accessTokenType).optional(),
  expires_in: z.number().positive(),
  scope: z.string().optional(),
})
/** An error code and nothing else: it goes to the log. */
const errorAnswer = z.object({ error: z.string().regex(/^[a-z_]{1,60}$/) })

export function createExchange(
  options: RetryingFetch & { issuer: string; client: OAuthClient; clock: Clock },
): Exchange {
  const kept = new Map<string, { token: string; usableUntil: number }>()
  const running = new Map<string, Promise<string>>()

  return async function exchange(caller, scope, { correlationId } = {}) {
    const key = createHash('sha256').update(`${caller.token.value}\n${scope}`).digest('base64')
    const known = kept.get(key)
    if (known) {
      if (options.clock() < known.usableUntil) return known.token
      kept.delete(key)
    }
    const shared = running.get(key)
    if (shared) return shared
    const started = request(key, caller, scope, correlationId).finally(() => running.delete(key))
    running.set(key, started)
    return started
  }

  async function request(
    key: string,
    caller: Pick<Caller, 'token'>,
    scope: string,
    correlationId: string | undefined,
  ): Promise<string> {
    const askedAt = options.clock()
    const answer = await ask(caller, scope, correlationId)
    const granted = readGranted(answer, scope)
    // The exchanged token is never used after the token that it stands for has expired.
    const usableUntil =
      Math.min(askedAt + Math.min(granted.expires_in * 1000, longest), caller.token.expiresAt * 1000) -
      lastMinute
    if (usableUntil > options.clock()) {
      if (kept.size >= maxKept) kept.delete(kept.keys().next().value ?? '')
      kept.set(key, { token: granted.access_token, usableUntil })
    }
    return granted.access_token
  }

  async function ask(
    caller: Pick<Caller, 'token'>,
    scope: string,
    correlationId: string | undefined,
  ): Promise<Answer> {
    try {
      return await postAsClient(
        options,
        options.client,
        {
          url: `${options.issuer}/token`,
          parameters: {
            grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
            subject_token: caller.token.value,
            subject_token_type: accessTokenType,
            requested_token_type: accessTokenType,
            scope,
          },
          correlationId,
          // A second exchange only mints a second token.
          repeatable: true,
        },
        { deadline: 6000, attemptTimeout: 3000, attempts: 3 },
      )
    } catch (cause) {
      throw new ExchangeUnavailableError('no answer from the token endpoint', cause)
    }
  }
}

function readGranted(answer: Answer, scope: string): z.infer<typeof tokenAnswer> {
  if (answer.status >= 500 || answer.status === 429) {
    throw new ExchangeUnavailableError(`the token endpoint answered ${answer.status}`)
  }
  const body = parseJson(answer.text)
  if (answer.status !== 200) {
    const error = errorAnswer.safeParse(body).data?.error ?? 'unreadable'
    // RFC 6749 section 5.2: invalid_grant says that the subject token is expired, revoked or foreign.
    if (error === 'invalid_grant') throw new InvalidTokenError('token exchange: invalid_grant')
    throw new ExchangeRefusedError(`the token endpoint answered ${answer.status} ${error}`)
  }
  const granted = tokenAnswer.safeParse(body)
  if (!granted.success) throw new ExchangeRefusedError('the token answer is malformed')
  // RFC 6749 section 3.3: the answer names the scope when it differs from the one that was asked.
  const scopes = (granted.data.scope ?? scope).split(' ')
  if (!scopes.includes(scope)) throw new ExchangeRefusedError('the token came without the scope')
  return granted.data
}
