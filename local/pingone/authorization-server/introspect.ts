// RFC 7662, called by a protected resource with its own secret or by an application for its own tokens.
import type Provider from 'oidc-provider'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { authenticateApplication, authenticateResource, readCredentials } from './authenticate-caller.ts'
import { findApplication } from './client-metadata.ts'
import type { ReadIssuedToken } from './read-issued-token.ts'
import { refuseCredentials, refuseWithoutToken } from './refuse-token-request.ts'
import { audienceOf } from './select-resource.ts'

const noStore = { 'cache-control': 'no-store' }

export async function introspect(
  request: { headers: Headers; form: URLSearchParams; correlationId: string },
  services: {
    environment: PingOneEnvironment
    clock: Clock
    readIssuedToken: ReadIssuedToken
    provider: Provider
    /** What a client's assertion may be meant for. */
    audiences: readonly string[]
  },
): Promise<Response> {
  const { environment, clock } = services
  const credentials = readCredentials(request.headers, request.form)
  const resource = authenticateResource(environment, credentials, clock)
  const application = resource
    ? undefined
    : await authenticateApplication(environment, credentials, clock, services.audiences)
  if (resource === undefined && application === undefined) return refuseCredentials(request.correlationId)
  const token = request.form.get('token')
  if (!token) return refuseWithoutToken(request.correlationId)

  const claims = await services.readIssuedToken(token)
  if (claims !== undefined) {
    const clientId = String(claims.client_id)
    const audiences = [claims.aud ?? []].flat()
    const mayKnow = resource ? audiences.includes(audienceOf(resource)) : clientId === application?.id
    const userId = claims['p1.userId']
    const user = environment.get('users', String(userId))
    const stillStands =
      findApplication(environment, clientId) !== undefined &&
      (userId === undefined || (user !== undefined && user.enabled !== false))
    return mayKnow && stillStands
      ? Response.json({ active: true, ...claims, token_type: 'Bearer' }, { headers: noStore })
      : Response.json({ active: false }, { headers: noStore })
  }
  const refreshToken = await services.provider.RefreshToken.find(token)
  if (application !== undefined && refreshToken?.clientId === application.id) {
    return Response.json(
      {
        active: true,
        client_id: refreshToken.clientId,
        scope: refreshToken.scope,
        iat: refreshToken.iat,
        exp: refreshToken.exp,
        token_type: 'refresh_token',
      },
      { headers: noStore },
    )
  }
  return Response.json({ active: false }, { headers: noStore })
}
