// RFC 7009.
import type Provider from 'oidc-provider'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { authenticateApplication, readCredentials } from './authenticate-caller.ts'
import { type ReadIssuedToken, revokedTokens } from './read-issued-token.ts'
import { refuseCredentials, refuseWithoutToken } from './refuse-token-request.ts'

export async function revoke(
  request: { headers: Headers; form: URLSearchParams; correlationId: string },
  services: {
    environment: PingOneEnvironment
    clock: Clock
    store: ArtifactStore
    readIssuedToken: ReadIssuedToken
    provider: Provider
    managementAudience: string
    /** What a client's assertion may be meant for. */
    audiences: readonly string[]
  },
): Promise<Response> {
  const application = await authenticateApplication(
    services.environment,
    readCredentials(request.headers, request.form),
    services.clock,
    services.audiences,
  )
  if (application === undefined) return refuseCredentials(request.correlationId)
  const token = request.form.get('token')
  if (!token) return refuseWithoutToken(request.correlationId)
  const claims = await services.readIssuedToken(token)
  if (claims !== undefined) {
    // PingOne cannot revoke tokens for its own API, nor ID tokens, which have no client_id.
    const isOwn = claims.client_id === application.id
    const isRevocable = ![claims.aud ?? []].flat().includes(services.managementAudience)
    if (isOwn && isRevocable && claims.jti !== undefined)
      services.store.put(revokedTokens, claims.jti, {}, (claims.exp ?? 0) * 1000)
  } else {
    const refreshToken = await services.provider.RefreshToken.find(token)
    if (refreshToken?.clientId === application.id) await refreshToken.destroy()
  }
  // RFC 7009 section 2.2: an unknown token is no error.
  return new Response(null, { status: 200 })
}
