// Clients for tests in which PingOne is played: real ones, whose keys are quick and know no mathematics.
import { createHmac } from 'node:crypto'
import { decodeJwt } from 'jose'
import { createOAuthClient, type OAuthClient } from '../../lambdas/oauth/oauth-client.ts'

const issuer = 'https://auth.example.test/env/as'

export const clientNamed = (clientId: string): OAuthClient =>
  createOAuthClient({
    clientId,
    issuer,
    clock: Date.now,
    key: {
      id: `key of ${clientId}`,
      sign: async (text) => createHmac('sha256', clientId).update(text).digest(),
    },
  })

/** A form that a client sent, without the proof of who it is, and the client that it is from. */
export function readForm(body: string): { client: string | undefined; parameters: Record<string, string> } {
  const {
    client_assertion_type,
    client_assertion = '',
    ...parameters
  } = Object.fromEntries(new URLSearchParams(body))
  if (client_assertion_type !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    return { client: undefined, parameters }
  return { client: decodeJwt(client_assertion).sub, parameters }
}
