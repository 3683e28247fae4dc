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

/** Of the hosts' tokens, in seconds: PingOne's default, written down so that a change by hand shows as drift. */
const hostTokenSeconds = 3600

export function describeResources(settings: Settings): DesiredObject[] {
  const { audiences, scopes, bookingLifetimeSeconds } = settings
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

    resource(
      'mcp',
      'MyHotels MCP Resource',
      audiences.mcp,
      'Tokens that hosts present to the MCP server.',
      hostTokenSeconds,
    ),
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
      // An approval outlasts an outage of the hotel API. Exchanged tokens it takes for a few minutes alone.
      bookingLifetimeSeconds,
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
  key: string,
  name: string,
  audience: string,
  description: string,
  accessTokenValiditySeconds: number,
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
      accessTokenValiditySeconds,
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
