// The two protected APIs: their audiences, scopes and the claims of their access tokens.
import type { Settings } from '../settings.ts'
import type { DesiredObject } from './desired-object.ts'
import { owned } from './ownership.ts'

const actingClient = '#root.context.appConfig.clientId'
const subjectToken = '#root.context.requestData.subjectToken'

// PingOne makes no `act` on its own: it is written as a claim (RFC 8693 section 4.1), and an expression that comes
// through the API must be wrapped in ${ }, or the token carries its text.
const expression = (body: string) => `\${${body}}`

const expressions = {
  // Never the username: names are given again, and whoever comes after a person would be that person here.
  userId: expression('user.id'),
  givenName: expression('user.name.given'),
  groupNames: expression('user.memberOfGroupNames'),
  actor: expression(`({"sub": ${actingClient}})`),
  // What the exchanged token was allowed to do: PingOne grants an exchange whatever its client may have.
  subjectScope: expression(`(${subjectToken} != null) ? ${subjectToken}.scope : null`),
  // A token exchange has a subject token, CIBA and client credentials have none: the chain starts with the client.
  actorChain: expression(
    `(${subjectToken} != null) ? {"sub": ${actingClient}, "act": {"sub": ${subjectToken}.client_id}} : {"sub": ${actingClient}}`,
  ),
}

/**
 * In seconds. A host's token lives for PingOne's default, and each call with it is decided on by introspection. Reads of the
 * hotel API look at its own tokens alone, so those live for the least that PingOne takes: somebody who leaves the group, or
 * whose token is revoked, reads no longer than that.
 */
const accessTokenValidity = { mcp: 3600, hotelApi: 300 } as const

export function describeResources(settings: Settings): DesiredObject[] {
  const { audiences, scopes } = settings
  return [
    // PingOne brings OpenID Connect's own scopes along; the approval asks for `openid`.
    {
      key: 'resource.openid',
      kind: 'resource',
      name: 'openid',
      builtIn: true,
      wanted: { type: 'OPENID_CONNECT' },
    },
    {
      key: 'scope.openid',
      kind: 'scope',
      parent: 'resource.openid',
      name: 'openid',
      builtIn: true,
      wanted: { name: 'openid' },
    },

    resource('mcp', 'MyHotels MCP Resource', audiences.mcp, 'Tokens that hosts present to the MCP server.'),
    scope('mcp', 'memberRates', scopes.mcp.memberRates, 'See your member rates'),
    scope('mcp', 'book', scopes.mcp.book, 'Book hotels for you; larger bookings ask you again on your phone'),
    claim('mcp', 'sub', expressions.userId),
    claim('mcp', 'given_name', expressions.givenName),
    claim('mcp', 'groups', expressions.groupNames),
    claim('mcp', 'act', expressions.actor),

    resource(
      'hotelApi',
      'MyHotels Hotel API Resource',
      audiences.hotelApi,
      'Tokens that the MCP server presents to the hotel API.',
    ),
    scope('hotelApi', 'memberRates', scopes.hotelApi.memberRates, 'Read member rates.'),
    scope('hotelApi', 'book', scopes.hotelApi.book, 'Quote, book and confirm.'),
    scope('hotelApi', 'close', scopes.hotelApi.close, 'Close a booking that is not confirmed. No user.'),
    claim('hotelApi', 'sub', expressions.userId),
    claim('hotelApi', 'groups', expressions.groupNames),
    claim('hotelApi', 'act', expressions.actorChain),
    claim('hotelApi', 'subject_scope', expressions.subjectScope),
  ]
}

function resource(
  key: keyof typeof accessTokenValidity,
  name: string,
  audience: string,
  description: string,
): DesiredObject {
  return {
    key: `resource.${key}`,
    kind: 'resource',
    name,
    wanted: {
      name,
      description: owned(description),
      type: 'CUSTOM',
      audience,
      accessTokenValiditySeconds: accessTokenValidity[key],
      introspectEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    },
  }
}

function scope(resourceKey: string, key: string, name: string, description: string): DesiredObject {
  return {
    key: `scope.${resourceKey}.${key}`,
    kind: 'scope',
    parent: `resource.${resourceKey}`,
    name,
    // People read it when they are asked to allow it; that the resource carries the mark is enough.
    wanted: { name, description },
  }
}

function claim(resourceKey: string, name: string, value: string): DesiredObject {
  return {
    key: `claim.${resourceKey}.${name}`,
    kind: 'claim',
    parent: `resource.${resourceKey}`,
    name,
    wanted: { name, value },
  }
}
