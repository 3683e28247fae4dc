// The workflow client's own token (client credentials): it may close bookings and nothing else.
import * as z from 'zod'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import { fetchWithRetry, type RetryingFetch } from '../../http/fetch-with-retry.ts'
import { basicCredentials } from '../../oauth/basic-credentials.ts'
import type { McpClients } from '../mcp-clients.ts'

export type WorkflowToken = {
  /** Kept until a minute before it expires. @throws {WorkflowTokenUnavailableError} */
  get(correlationId: string): Promise<string>
  forget(): void
}

export class WorkflowTokenUnavailableError extends MyHotelsError {
  constructor(cause: unknown) {
    super({
      name: 'WorkflowTokenUnavailableError',
      code: 'workflow_token_unavailable',
      status: 503,
      retryable: true,
      message: 'MyHotels could not reach its sign-in service. Try again shortly.',
      cause,
    })
  }
}

const tokenAnswer = z.object({
  access_token: z.string().min(1).max(65_536),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
})
const lastMinute = 60_000

export function createWorkflowToken(
  options: RetryingFetch & { issuer: string; scope: string; clients: () => Promise<McpClients> },
): WorkflowToken {
  let kept: { token: string; usableUntil: number } | undefined
  let asking: Promise<string> | undefined

  async function ask(correlationId: string): Promise<string> {
    try {
      const askedAt = options.clock()
      const { workflow } = await options.clients()
      const answer = await fetchWithRetry(
        options,
        {
          url: `${options.issuer}/token`,
          init: {
            method: 'POST',
            headers: {
              authorization: basicCredentials(workflow),
              accept: 'application/json',
              'x-ping-external-transaction-id': correlationId,
            },
            body: new URLSearchParams({ grant_type: 'client_credentials', scope: options.scope }),
          },
          repeatable: true,
        },
        { deadline: 5000, attemptTimeout: 2500, attempts: 2 },
      )
      if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}`)
      const { access_token, expires_in } = tokenAnswer.parse(JSON.parse(answer.text))
      kept = { token: access_token, usableUntil: askedAt + expires_in * 1000 - lastMinute }
      return access_token
    } catch (cause) {
      throw new WorkflowTokenUnavailableError(cause)
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
