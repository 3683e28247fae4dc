// The workflow client's own token: it may close bookings and nothing else.
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import type { RetryingFetch } from '../../http/fetch-with-retry.ts'
import {
  type ClientCredentialsToken,
  createClientCredentialsToken,
} from '../../oauth/client-credentials-token.ts'
import type { OAuthClient } from '../../oauth/oauth-client.ts'

export type WorkflowToken = ClientCredentialsToken

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

export const workflowTokenLimits = { deadline: 5000, attemptTimeout: 2500, attempts: 2 }

/** @throws {WorkflowTokenUnavailableError} from `get` */
export function createWorkflowToken(
  options: RetryingFetch & { issuer: string; scope: string; client: OAuthClient },
): WorkflowToken {
  return createClientCredentialsToken({
    ...options,
    limits: workflowTokenLimits,
    unavailable: (cause) => new WorkflowTokenUnavailableError(cause),
  })
}
