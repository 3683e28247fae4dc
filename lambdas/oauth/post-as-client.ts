// A form that a client of ours sends to the authorization server.
import {
  type Answer,
  fetchWithRetry,
  type RetryingFetch,
  type RetryLimits,
} from '../http/fetch-with-retry.ts'
import { asClient, type OAuthClient } from './as-client.ts'
import { basicCredentials } from './basic-credentials.ts'

export type ClientRequest = {
  url: string
  parameters: Record<string, string>
  /** Becomes PingOne's own correlation id. */
  correlationId: string | undefined
  /** Whether it may be sent again when no answer came. */
  repeatable: boolean
}

/**
 * Sends the form with the client's id and secret (RFC 6749 section 2.3.1), and once more with a new secret when the
 * one that is known was rotated meanwhile.
 *
 * @param client the credentials, as they came from a secret reader
 * @throws {NoAnswerError} when no attempt was answered in time
 */
export function postAsClient(
  using: RetryingFetch,
  client: () => Promise<OAuthClient>,
  request: ClientRequest,
  limits: RetryLimits,
): Promise<Answer> {
  const { url, parameters, correlationId, repeatable } = request
  return asClient(client, (credentials) =>
    fetchWithRetry(
      using,
      {
        url,
        init: {
          method: 'POST',
          headers: {
            authorization: basicCredentials(credentials),
            accept: 'application/json',
            ...(correlationId ? { 'x-ping-external-transaction-id': correlationId } : {}),
          },
          body: new URLSearchParams(parameters),
        },
        repeatable,
      },
      limits,
    ),
  )
}
