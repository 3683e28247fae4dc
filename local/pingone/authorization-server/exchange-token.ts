// RFC 8693 as PingOne does it: who may ask is decided by the application's grants, and the actor chain comes from
// the target resource's attribute mappings alone.
import type { JWTPayload } from 'jose'
import type Provider from 'oidc-provider'
import { type ActionContext, errors } from 'oidc-provider'
import type { PingOneEnvironment } from '../environment.ts'
import type { Approvals } from './approvals.ts'
import { findApplication, tokenExchangeGrant } from './client-metadata.ts'
import type { ReadIssuedToken } from './read-issued-token.ts'
import {
  describeResource,
  findResource,
  noScopeGranted,
  selectResource,
  severalResources,
} from './select-resource.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'

export const exchangeParameters = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'scope',
]

/** The tokens that an access token was exchanged for; its claims are mapped from them. */
export type Exchange = { subjectToken: JWTPayload; actorToken: JWTPayload | undefined }

export function createTokenExchange(services: {
  environment: PingOneEnvironment
  provider: Provider
  readIssuedToken: ReadIssuedToken
  approvals: Approvals
  managementAudience: string
  /** Values of `resource` that the request carried. */
  requestedResources(ctx: ActionContext): readonly string[]
  /** Called with the new token before it is minted. */
  remember(token: object, exchange: Exchange): void
}): (ctx: ActionContext) => Promise<void> {
  const { environment, provider } = services

  return async function exchangeToken(ctx) {
    const { client, params } = ctx.oidc
    const application = findApplication(environment, client.clientId)
    if (application === undefined) throw invalidGrant('The application does not exist')
    const requested = text(params.requested_token_type) ?? accessTokenType
    if (requested !== accessTokenType)
      throw new errors.InvalidRequest('Unsupported value for parameter: requested_token_type')

    const subjectToken = await readParameter('subject_token', params)
    if (subjectToken === undefined) throw missing('subject_token')
    const actorToken = await readParameter('actor_token', params)
    const user = environment.get('users', String(subjectToken['p1.userId'] ?? subjectToken.sub))
    if (user === undefined || user.enabled === false)
      throw invalidGrant('The subject token belongs to no user')
    await requireSession(subjectToken)

    const scopes = (text(params.scope) ?? '').split(' ').filter(Boolean)
    if (scopes.includes('openid')) throw new errors.InvalidScope(severalResources)
    const selection = selectResource(environment, {
      application,
      scopes,
      resources: services.requestedResources(ctx),
      grantType: tokenExchangeGrant,
    })
    const resource = findResource(environment, selection.identifier)
    if (resource?.type !== 'CUSTOM') throw new errors.InvalidScope(noScopeGranted)
    const token = new provider.AccessToken({
      accountId: user.id,
      client,
      gty: 'token_exchange',
    })
    token.resourceServer = new provider.ResourceServer(
      selection.identifier,
      describeResource(environment, selection.identifier, application, services.managementAudience),
    )
    token.scope = selection.scopes.join(' ')
    services.remember(token, { subjectToken, actorToken })
    const value = await token.save()
    ctx.body = {
      access_token: value,
      issued_token_type: accessTokenType,
      token_type: 'Bearer',
      expires_in: token.expiration,
      scope: token.scope,
    }
  }

  async function readParameter(
    name: 'subject_token' | 'actor_token',
    params: Record<string, unknown>,
  ): Promise<JWTPayload | undefined> {
    const value = text(params[name])
    if (value === undefined) return undefined
    const type = text(params[`${name}_type`])
    if (type === undefined) throw missing(`${name}_type`)
    if (type !== accessTokenType && type !== idTokenType)
      throw new errors.InvalidRequest(`Unsupported value for parameter: ${name}_type`)
    const claims = await services.readIssuedToken(value)
    // An access token names its client in a claim of its own, an ID token does not.
    if (claims === undefined || (typeof claims.client_id === 'string') !== (type === accessTokenType))
      throw invalidGrant(`The ${name} is not a valid token of this environment`)
    return claims
  }

  /** The person must still be signed in; an approval is a session of its own kind. */
  async function requireSession(subjectToken: JWTPayload): Promise<void> {
    const { sid } = subjectToken
    if (typeof sid !== 'string' || services.approvals.has(sid)) return
    if ((await provider.Session.findByUid(sid)) === undefined)
      throw invalidGrant('The session of the subject token has ended')
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function missing(name: string) {
  return new errors.InvalidRequest(`No value supplied for required parameter: ${name}`)
}

function invalidGrant(description: string) {
  return new errors.CustomOIDCProviderError('invalid_grant', description)
}
