// OpenID Connect Core section 5.3.
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { oauthErrorResponse } from './oauth-error.ts'
import type { ReadIssuedToken } from './read-issued-token.ts'

export async function userInfo(
  request: { headers: Headers; correlationId: string },
  services: { environment: PingOneEnvironment; readIssuedToken: ReadIssuedToken },
): Promise<Response> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const claims = token === undefined ? undefined : await services.readIssuedToken(token)
  const user = services.environment.get('users', String(claims?.['p1.userId']))
  const scopes = String(claims?.scope ?? '').split(' ')
  if (user === undefined || !scopes.includes('openid')) {
    const response = oauthErrorResponse(
      401,
      'invalid_token',
      'The access token is not valid',
      request.correlationId,
    )
    response.headers.set('www-authenticate', 'Bearer error="invalid_token"')
    return response
  }
  return Response.json({ sub: user.id, ...standardClaims(user, scopes) })
}

/** The claims of OpenID Connect Core section 5.4 that the scopes ask for. */
export function standardClaims(user: Stored, scopes: readonly string[]): Record<string, unknown> {
  const name = user.name as { given?: string; family?: string } | undefined
  return Object.fromEntries(
    Object.entries({
      ...(scopes.includes('profile')
        ? { preferred_username: user.username, given_name: name?.given, family_name: name?.family }
        : {}),
      ...(scopes.includes('email') ? { email: user.email } : {}),
    }).filter(([, value]) => value !== undefined),
  )
}
