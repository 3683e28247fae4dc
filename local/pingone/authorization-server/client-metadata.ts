// An application of the environment as oidc-provider's client.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'

export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const cibaGrant = 'urn:openid:params:grant-type:ciba'

const grantNames: Record<string, string> = {
  AUTHORIZATION_CODE: 'authorization_code',
  REFRESH_TOKEN: 'refresh_token',
  CLIENT_CREDENTIALS: 'client_credentials',
  TOKEN_EXCHANGE: tokenExchangeGrant,
  CIBA: cibaGrant,
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** The application with this client id, unless it is missing or disabled. */
export function findApplication(environment: PingOneEnvironment, clientId: string): Stored | undefined {
  const application = environment.get('applications', clientId)
  return application?.enabled === true ? application : undefined
}

/** The secrets that an application or resource may use now: after a rotation the previous one for a while. */
export function currentSecrets(environment: PingOneEnvironment, id: string, clock: Clock): string[] {
  const stored = environment.secrets[id]
  if (stored === undefined) return []
  const { previous } = stored
  return previous !== undefined && Date.parse(previous.expiresAt) > clock()
    ? [stored.secret, previous.secret]
    : [stored.secret]
}

/**
 * What stands for an assertion that has been verified. oidc-provider would verify one by other rules, so it is told that
 * such a client has this secret, which never leaves the process.
 */
export const verifiedAssertion = randomBytes(32).toString('base64url')

/** What a client's secret may be when oidc-provider asks. */
export function acceptedSecrets(environment: PingOneEnvironment, clientId: string, clock: Clock): string[] {
  return usesAssertion(findApplication(environment, clientId))
    ? [verifiedAssertion]
    : currentSecrets(environment, clientId, clock)
}

const usesAssertion = (application: Stored | undefined): boolean =>
  String(application?.tokenEndpointAuthMethod).endsWith('_JWT')

export function clientMetadata(
  environment: PingOneEnvironment,
  clientId: string,
  clock: Clock,
): Record<string, unknown> | undefined {
  const application = findApplication(environment, clientId)
  if (application === undefined) return undefined
  const grantTypes = strings(application.grantTypes)
    .map((type) => grantNames[type])
    .filter((type) => type !== undefined)
  const method = usesAssertion(application)
    ? 'client_secret_post'
    : String(application.tokenEndpointAuthMethod ?? 'CLIENT_SECRET_BASIC').toLowerCase()
  const [secret] = acceptedSecrets(environment, clientId, clock)
  if (method.startsWith('client_secret') && secret === undefined) return undefined
  return {
    client_id: clientId,
    client_name: application.name,
    ...(method.startsWith('client_secret') ? { client_secret: secret } : {}),
    token_endpoint_auth_method: method,
    application_type: 'web',
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    redirect_uris: strings(application.redirectUris),
    post_logout_redirect_uris: strings(application.postLogoutRedirectUris),
    id_token_signed_response_alg: 'RS256',
    ...(grantTypes.includes(cibaGrant) ? { backchannel_token_delivery_mode: 'poll' } : {}),
    ...(application.parRequirement === 'REQUIRED' ? { require_pushed_authorization_requests: true } : {}),
  }
}
