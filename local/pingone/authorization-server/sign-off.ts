// Ends the browser's session, as OpenID Connect RP-Initiated Logout does, without asking.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { PingOneEnvironment } from '../environment.ts'
import { messagePage } from '../pages/message-page.ts'
import { findApplication, strings } from './client-metadata.ts'
import type { ReadIssuedToken } from './read-issued-token.ts'

export async function signOff(
  request: { message: IncomingMessage; response: ServerResponse; parameters: URLSearchParams },
  services: { environment: PingOneEnvironment; provider: Provider; readIssuedToken: ReadIssuedToken },
): Promise<Response> {
  const { provider } = services
  const session = await provider.Session.get(provider.createContext(request.message, request.response))
  await session.destroy()
  const hint = request.parameters.get('id_token_hint')
  const claims = hint === null ? undefined : await services.readIssuedToken(hint)
  const clientId = claims === undefined ? request.parameters.get('client_id') : [claims.aud].flat()[0]
  const application = findApplication(services.environment, clientId ?? '')
  const target = request.parameters.get('post_logout_redirect_uri')
  if (target !== null && strings(application?.postLogoutRedirectUris).includes(target)) {
    const location = new URL(target)
    const state = request.parameters.get('state')
    if (state !== null) location.searchParams.set('state', state)
    return new Response(null, { status: 302, headers: { location: location.href } })
  }
  return messagePage({ title: 'You are signed out', message: 'You can close this window.' })
}
