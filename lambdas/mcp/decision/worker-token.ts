// The decision client's own access token (client credentials), kept until shortly before it expires.
import * as z from 'zod'
import { fetchWithRetry, type RetryingFetch } from '../../http/fetch-with-retry.ts'
import { basicCredentials } from '../../oauth/basic-credentials.ts'
import type { McpClients } from '../mcp-clients.ts'
import { DecisionUnavailableError } from './errors.ts'

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })
const lastMinute = 60_000

export type WorkerToken = {
  /** @throws {DecisionUnavailableError} */
  get(correlationId: string): Promise<string>
  forget(): void
}

export function createWorkerToken(
  options: RetryingFetch & { issuer: string; clients: () => Promise<McpClients> },
): WorkerToken {
  let kept: { token: string; usableUntil: number } | undefined
  let asking: Promise<string> | undefined

  async function ask(correlationId: string): Promise<string> {
    try {
      const askedAt = options.clock()
      const { decision } = await options.clients()
      const answer = await fetchWithRetry(
        options,
        {
          url: `${options.issuer}/token`,
          init: {
            method: 'POST',
            headers: {
              authorization: basicCredentials(decision),
              accept: 'application/json',
              'x-ping-external-transaction-id': correlationId,
            },
            body: new URLSearchParams({ grant_type: 'client_credentials' }),
          },
          repeatable: true,
        },
        { deadline: 6000, attemptTimeout: 3000, attempts: 3 },
      )
      if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}`)
      const { access_token, expires_in } = tokenAnswer.parse(JSON.parse(answer.text))
      kept = { token: access_token, usableUntil: askedAt + expires_in * 1000 - lastMinute }
      return access_token
    } catch (cause) {
      throw new DecisionUnavailableError('no worker token', cause)
    }
  }

  return {
    get(correlationId) {
      if (kept && options.clock() < kept.usableUntil) return Promise.resolve(kept.token)
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
