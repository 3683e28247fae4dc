import type { RetryingFetch } from '../http/fetch-with-retry.ts'
import { createClientKey } from './client-key.ts'
import { createOAuthClient, type OAuthClient } from './oauth-client.ts'

/**
 * The clients that a function acts as. All of them sign with the one key that the function may use.
 *
 * @example
 * const client = createFunctionClients({ fetch, clock, issuer, keyArn, variables: process.env })
 * const exchange = client(environment.EXCHANGE_CLIENT_ID)
 */
export function createFunctionClients(
  using: RetryingFetch & {
    issuer: string
    keyArn: string
    variables: Readonly<Record<string, string | undefined>>
  },
): (clientId: string) => OAuthClient {
  const { issuer, clock, keyArn: arn, variables } = using
  const key = createClientKey({ ...using, arn, variables })
  return (clientId) => createOAuthClient({ clientId, issuer, key, clock })
}
