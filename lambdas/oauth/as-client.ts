// A request that a client of ours authenticates. A secret that was rotated meanwhile is noticed by the refusal.
import type { Answer } from '../http/fetch-with-retry.ts'
import { parseJson } from '../http/parse-json.ts'
import { dropSecret } from '../secrets/read-secret.ts'

export type OAuthClient = { clientId: string; clientSecret: string }

/**
 * Sends a request as a client. When the authorization server does not know the secret (RFC 6749 section 5.2
 * `invalid_client`: nothing was done), the secret is read anew, and the request is sent once more if it is another.
 *
 * @param read the credentials, as they came from a secret reader
 */
export async function asClient(
  read: () => Promise<OAuthClient>,
  send: (client: OAuthClient) => Promise<Answer>,
): Promise<Answer> {
  const client = await read()
  const answer = await send(client)
  if (!isUnknownClient(answer)) return answer
  dropSecret(client)
  const next = await read()
  return next.clientSecret === client.clientSecret ? answer : send(next)
}

function isUnknownClient({ status, text }: Answer): boolean {
  if (status !== 401 && status !== 400) return false
  return (parseJson(text) as { error?: unknown } | null | undefined)?.error === 'invalid_client'
}
