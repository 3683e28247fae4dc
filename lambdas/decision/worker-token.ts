// The decision client's own token: it may ask for decisions.
import type { RetryingFetch, RetryLimits } from '../http/fetch-with-retry.ts'
import {
  type ClientCredentialsToken,
  createClientCredentialsToken,
} from '../oauth/client-credentials-token.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import { DecisionUnavailableError } from './errors.ts'

export type WorkerToken = ClientCredentialsToken

/** @throws {DecisionUnavailableError} from `get` */
export function createWorkerToken(
  options: RetryingFetch & {
    issuer: string
    client: OAuthClient
    limits: RetryLimits
  },
): WorkerToken {
  return createClientCredentialsToken({
    ...options,
    unavailable: (cause) => new DecisionUnavailableError('no worker token', cause),
  })
}
