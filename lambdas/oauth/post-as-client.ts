// A form that a client of ours sends to the authorization server.
import {
  type Answer,
  fetchWithRetry,
  type RetryingFetch,
  type RetryLimits,
} from '../http/fetch-with-retry.ts'
import { parseJson } from '../http/parse-json.ts'
import type { OAuthClient } from './oauth-client.ts'

export type ClientRequest = {
  url: string
  parameters: Record<string, string>
  /** Becomes PingOne's own correlation id. */
  correlationId: string | undefined
  /** Whether it may be sent again when no answer came. */
  repeatable: boolean
}

/**
 * Sends the form with an assertion of the client (RFC 7521 section 4.2). One that was sent before and is not taken any
 * more (RFC 6749 section 5.2 `invalid_client`: nothing was done) is replaced, and the form is sent once more.
 *
 * @throws {NoAnswerError} when no attempt was answered in time; other errors when no assertion could be signed
 */
export async function postAsClient(
  using: RetryingFetch,
  client: OAuthClient,
  request: ClientRequest,
  limits: RetryLimits,
): Promise<Answer> {
  const { assertion, isNew } = await client.assert()
  const answer = await send(assertion)
  if (!isUnknownClient(answer)) return answer
  client.forget(assertion)
  return isNew ? answer : send((await client.assert()).assertion)

  function send(proof: string): Promise<Answer> {
    const { url, parameters, correlationId, repeatable } = request
    return fetchWithRetry(
      using,
      {
        url,
        init: {
          method: 'POST',
          headers: {
            accept: 'application/json',
            ...(correlationId ? { 'x-ping-external-transaction-id': correlationId } : {}),
          },
          body: new URLSearchParams({
            ...parameters,
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: proof,
          }),
        },
        repeatable,
      },
      limits,
    )
  }
}

function isUnknownClient({ status, text }: Answer): boolean {
  if (status !== 401 && status !== 400) return false
  return (parseJson(text) as { error?: unknown } | null | undefined)?.error === 'invalid_client'
}
