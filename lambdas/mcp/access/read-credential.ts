// Turns the Authorization header into a caller, an anonymous caller, or a refused token.
import { InvalidTokenError } from '../../oauth/invalid-token-error.ts'
import {
  type AccessToken,
  type AccessTokenVerifier,
  readBearerToken,
} from '../../oauth/verify-access-token.ts'
import { plainText } from '../../plain-text.ts'
import type { Caller } from '../tool.ts'
import type { Credential } from './access-request.ts'

/** @throws {KeysUnavailableError} when nothing can be said about the token */
export async function readCredential(
  request: Request,
  options: { verifyToken: AccessTokenVerifier; connectorClientId: string },
): Promise<Credential> {
  try {
    const value = readBearerToken(request.headers)
    if (value === undefined) return { kind: 'anonymous' }
    return { kind: 'valid', caller: readCaller(await options.verifyToken(value), options.connectorClientId) }
  } catch (error) {
    if (error instanceof InvalidTokenError) return { kind: 'invalid', error }
    throw error
  }
}

function readCaller(token: AccessToken, connectorClientId: string): Caller {
  if (token.subject === undefined) throw new InvalidTokenError('the token stands for no person')
  if (token.clientId !== connectorClientId)
    throw new InvalidTokenError('the token was issued to another client')
  if (token.actor !== undefined && token.actor.sub !== connectorClientId)
    throw new InvalidTokenError('the token names another actor')
  if (token.actor?.act !== undefined)
    throw new InvalidTokenError('the token names an actor behind the connector')
  const { given_name: givenName } = token.claims
  return {
    subject: token.subject,
    displayName: (typeof givenName === 'string' && plainText(givenName, 80)) || undefined,
    token,
  }
}
