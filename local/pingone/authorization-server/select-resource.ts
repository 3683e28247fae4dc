// Scopes pick the protected resource, and with it the audience: one custom resource in one request.
import { errors, type ResourceServerInfo } from 'oidc-provider'
import type { PingOneEnvironment, Stored } from '../environment.ts'

/** Stands for PingOne's own API, the audience of tokens that name no custom resource. */
export const managementApi = 'management-api'

const identifierPrefix = 'urn:pingone:resource:'

export const noScopeGranted = 'At least one scope must be granted'
export const severalResources = 'May not request scopes for multiple resources'

export type Selection = {
  /** For oidc-provider, whose resource indicators are URIs; never seen outside. */
  identifier: string
  /** The requested scopes that the application is granted, OpenID Connect ones first as requested. */
  scopes: string[]
}

export type ScopeRequest = {
  application: Stored
  scopes: readonly string[]
  /** Values of the `resource` parameter (RFC 8707). */
  resources: readonly string[]
  grantType: string
  /** True at the authorization endpoint, which refuses `resource` together with OpenID Connect scopes. */
  atAuthorize?: boolean
}

type ScopeOwner = { scope: string; resource: Stored; granted: boolean }

/** @throws `invalid_scope` with PingOne's words */
export function selectResource(environment: PingOneEnvironment, request: ScopeRequest): Selection {
  const { application } = request
  if (application.type === 'WORKER' && request.grantType === 'client_credentials') {
    // A worker's rights come from its roles alone; without one there is nothing to ask a token for.
    if (environment.children('roleAssignments', application.id).length === 0)
      throw new errors.InvalidScope(noScopeGranted)
    return { identifier: `${identifierPrefix}${managementApi}`, scopes: [] }
  }
  const granted = grantedScopes(environment, application)
  const named = namedResource(environment, request.resources)
  let owners =
    request.scopes.length === 0 && request.grantType === 'client_credentials'
      ? granted.filter(({ resource }) => isCustom(resource))
      : request.scopes.flatMap((scope) => ownerOf(environment, granted, scope))
  if (named !== undefined) {
    const oidc = owners.some(({ resource }) => !isCustom(resource))
    const custom = owners.some(({ resource }) => isCustom(resource))
    if (request.atAuthorize && oidc && custom) throw new errors.InvalidScope(severalResources)
    owners = owners.filter(({ resource }) => resource.id === named.id || !isCustom(resource))
  }
  const custom = new Set(
    owners.filter(({ resource }) => isCustom(resource)).map(({ resource }) => resource.id),
  )
  if (custom.size > 1) throw new errors.InvalidScope(severalResources)

  const scopes = owners.filter((owner) => owner.granted).map(({ scope }) => scope)
  // Observed in the field: a web application may ask for `openid` by client credentials without a grant for it.
  if (request.grantType === 'client_credentials' && request.scopes.join(' ') === 'openid') {
    return { identifier: `${identifierPrefix}${managementApi}`, scopes: ['openid'] }
  }
  if (scopes.length === 0) throw new errors.InvalidScope(noScopeGranted)
  const [resourceId = managementApi] = custom
  return { identifier: `${identifierPrefix}${resourceId}`, scopes: [...new Set(scopes)] }
}

/** The resource that oidc-provider calls `identifier`; `undefined` for PingOne's own API. */
export function findResource(environment: PingOneEnvironment, identifier: string): Stored | undefined {
  return environment.get('resources', identifier.slice(identifierPrefix.length))
}

/**
 * What oidc-provider needs to mint a token for a resource.
 *
 * @throws `invalid_target` when the resource has gone
 */
export function describeResource(
  environment: PingOneEnvironment,
  identifier: string,
  application: Stored,
  managementAudience: string,
): ResourceServerInfo {
  const resource = findResource(environment, identifier)
  const isManagement = identifier === `${identifierPrefix}${managementApi}`
  if (resource === undefined && !isManagement) throw new errors.InvalidTarget('The resource does not exist')
  const scopes = grantedScopes(environment, application)
    .filter((owner) => owner.resource.id === resource?.id || owner.resource.type === 'OPENID_CONNECT')
    .map(({ scope }) => scope)
  const lifetime = resource?.accessTokenValiditySeconds
  return {
    scope: [...new Set(isManagement ? [...scopes, 'openid'] : scopes)].join(' '),
    audience: resource === undefined ? managementAudience : audienceOf(resource),
    accessTokenFormat: 'jwt',
    accessTokenTTL: typeof lifetime === 'number' ? lifetime : 3600,
    jwt: { sign: { alg: 'RS256' } },
  }
}

export function audienceOf(resource: Stored): string {
  return String(resource.audience ?? resource.name)
}

export function grantedScopes(environment: PingOneEnvironment, application: Stored): ScopeOwner[] {
  return environment.children('grants', application.id).flatMap((grant) => {
    const resource = environment.get('resources', idOf(grant.resource) ?? '')
    if (resource === undefined) return []
    return (Array.isArray(grant.scopes) ? grant.scopes : []).flatMap((reference) => {
      const scope = environment.getChild('scopes', resource.id, idOf(reference) ?? '')
      return scope === undefined ? [] : [{ scope: String(scope.name), resource, granted: true }]
    })
  })
}

/** A scope that is not granted still belongs to a resource, and counts when resources are counted. */
function ownerOf(
  environment: PingOneEnvironment,
  granted: readonly ScopeOwner[],
  scope: string,
): ScopeOwner[] {
  const owner = granted.find((each) => each.scope === scope)
  if (owner !== undefined) return [owner]
  const resource = environment
    .list('resources')
    .find(({ id }) => environment.children('scopes', id).some((each) => each.name === scope))
  return resource === undefined ? [] : [{ scope, resource, granted: false }]
}

/** `resource` narrows when it is a known audience, and is ignored when it is not. */
function namedResource(environment: PingOneEnvironment, values: readonly string[]): Stored | undefined {
  if (values.length > 1) throw new errors.InvalidScope(severalResources)
  return environment
    .list('resources')
    .find((resource) => isCustom(resource) && audienceOf(resource) === values[0])
}

const isCustom = (resource: Stored) => resource.type !== 'OPENID_CONNECT'

export function idOf(reference: unknown): string | undefined {
  const id = (reference as { id?: unknown } | null | undefined)?.id
  return typeof id === 'string' ? id : undefined
}
