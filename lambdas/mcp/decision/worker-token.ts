// The decision client's own token: it may ask for decisions.
import type { RetryingFetch } from '../../http/fetch-with-retry.ts'
import {
  type ClientCredentialsToken,
  createClientCredentialsToken,
} from '../../oauth/client-credentials-token.ts'
import type { McpClients } from '../mcp-clients.ts'
import { DecisionUnavailableError } from './errors.ts'

export type WorkerToken = ClientCredentialsToken

/** @throws {DecisionUnavailableError} from `get` */
export function createWorkerToken(
  options: RetryingFetch & { issuer: string; clients: () => Promise<McpClients> },
): WorkerToken {
  return createClientCredentialsToken({
    ...options,
    client: async () => (await options.clients()).decision,
    limits: { deadline: 6000, attemptTimeout: 3000, attempts: 3 },
    unavailable: (cause) => new DecisionUnavailableError('no worker token', cause),
  })
}
