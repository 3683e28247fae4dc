// The claims of PingOne's access tokens: a fixed set, and what the resource's attribute mappings add.
import { randomUUID } from 'node:crypto'
import { errors } from 'oidc-provider'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { type AttributeContext, evaluateAttribute } from '../expressions/evaluate-attribute.ts'
import { ExpressionSyntaxError } from '../expressions/parse-attribute.ts'
import { idOf } from './select-resource.ts'

/** What a person's sign-in or approval leaves in the tokens that come of it. */
export type SignIn = { sid: string | undefined; authTime: number | undefined; acr: string | undefined }

export type TokenRequest = {
  application: Stored
  /** `undefined` for tokens whose audience is PingOne's own API. */
  resource: Stored | undefined
  audience: string
  issuer: string
  scope: string | undefined
  grantType: string
  user: Stored | undefined
  signIn: SignIn | undefined
  subjectToken?: Record<string, unknown>
  actorToken?: Record<string, unknown>
  /** Claims that a flow returned. */
  flowClaims?: Record<string, unknown>
  tokenId: string
  /** Seconds since the epoch. */
  issuedAt: number
  lifetime: number
}

/** Claims that no mapping and no flow may set. */
const reserved = /^(acr|amr|aud|auth_time|client_id|env|exp|iat|iss|jti|org|p1\..*|scope|sid|sub)$/

/** @throws `invalid_request` when a required attribute has no value */
export function accessTokenClaims(
  environment: PingOneEnvironment,
  request: TokenRequest,
): Record<string, unknown> {
  const mapped = mappedClaims(environment, request)
  const { sub = request.resource === undefined ? request.user?.id : undefined, ...others } = mapped
  return withoutUndefined({
    ...onlyFree(request.flowClaims ?? {}),
    ...onlyFree(others),
    client_id: request.application.id,
    iss: request.issuer,
    iat: request.issuedAt,
    exp: request.issuedAt + request.lifetime,
    aud: [request.audience],
    scope: request.scope || undefined,
    sub,
    env: environment.id,
    org: environment.organizationId,
    jti: request.tokenId,
    ...(request.user === undefined
      ? { 'p1.rid': randomUUID() }
      : {
          sid: request.signIn?.sid,
          auth_time: request.signIn?.authTime,
          acr: request.signIn?.acr,
          'p1.userId': request.user.id,
        }),
  })
}

function mappedClaims(environment: PingOneEnvironment, request: TokenRequest): Record<string, unknown> {
  if (request.resource === undefined) return {}
  const root = {
    user: request.user === undefined ? null : describeUser(environment, request.user),
    context: {
      requestData: {
        grantType: request.grantType,
        scope: request.scope ?? null,
        subjectToken: request.subjectToken ?? null,
        actorToken: request.actorToken ?? null,
      },
      appConfig: {
        clientId: request.application.id,
        tokenEndpointAuthMethod: request.application.tokenEndpointAuthMethod ?? null,
        envId: environment.id,
        orgId: environment.organizationId,
      },
    },
  }
  const claims: Record<string, unknown> = {}
  for (const attribute of environment.children('attributes', request.resource.id)) {
    const name = String(attribute.name)
    const value = evaluate(name, String(attribute.value), root)
    if (value !== null) claims[name] = value
    else if (attribute.required === true)
      throw new errors.InvalidRequest(
        `${name} is configured as required for the Access token but does not have a value`,
      )
  }
  return claims
}

function evaluate(name: string, value: string, root: AttributeContext): unknown {
  try {
    return evaluateAttribute(value, root)
  } catch (error) {
    if (error instanceof ExpressionSyntaxError)
      throw new errors.InvalidRequest(
        `The expression of the attribute ${name} cannot be evaluated: ${error.message}`,
      )
    throw error
  }
}

/** The user as expressions see them. */
export function describeUser(environment: PingOneEnvironment, user: Stored): Record<string, unknown> {
  const groups = groupsOf(environment, user)
  return {
    ...user,
    memberOfGroupIDs: groups.map(({ id }) => id),
    memberOfGroupNames: groups.map(({ name }) => name),
  }
}

export function groupsOf(environment: PingOneEnvironment, user: Stored): Stored[] {
  return environment
    .children('memberOfGroups', user.id)
    .map((membership) => environment.get('groups', idOf(membership.group) ?? membership.id))
    .filter((group) => group !== undefined)
}

/** Those that a mapping or a flow may set. */
export function onlyFree(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !reserved.test(name)))
}

function withoutUndefined(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}
