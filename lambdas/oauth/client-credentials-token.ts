// A client's own access token (RFC 6749 section 4.4), kept in memory until shortly before it expires.
import * as z from 'zod'
import type { RetryingFetch, RetryLimits } from '../http/fetch-with-retry.ts'
import type { OAuthClient } from './oauth-client.ts'
import { postAsClient } from './post-as-client.ts'
import { bearerTokenText } from './token-text.ts'

const tokenAnswer = z.object({
  access_token: bearerTokenText,
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
})
const lastMinute = 60_000

export type ClientCredentialsToken = {
  /** Calls at the same time share one request. */
  get(correlationId: string): Promise<string>
  /** After a receiver refused the token: the next call asks for a new one. */
  forget(): void
}

export function createClientCredentialsToken(
  options: RetryingFetch & {
    issuer: string
    client: OAuthClient
    /** Left out, the client gets what its roles give it, as PingOne's workers do. */
    scope?: string
    limits: RetryLimits
    /** What is thrown when no token is to be had. */
    unavailable: (cause: unknown) => Error
  },
): ClientCredentialsToken {
  const { clock, scope } = options
  let kept: { token: string; usableUntil: number } | undefined
  let asking: Promise<string> | undefined

  async function ask(correlationId: string): Promise<string> {
    try {
      const askedAt = clock()
      const answer = await postAsClient(
        options,
        options.client,
        {
          url: `${options.issuer}/token`,
          parameters: { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) },
          correlationId,
          repeatable: true,
        },
        options.limits,
      )
      if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}`)
      const { access_token, expires_in } = tokenAnswer.parse(JSON.parse(answer.text))
      kept = { token: access_token, usableUntil: askedAt + expires_in * 1000 - lastMinute }
      return access_token
    } catch (cause) {
      throw options.unavailable(cause)
    }
  }

  return {
    get(correlationId) {
      if (kept && clock() < kept.usableUntil) return Promise.resolve(kept.token)
      asking ??= ask(correlationId).finally(() => {
        asking = undefined
      })
      return asking
    },
    forget() {
      kept = undefined
    },
  }
}
