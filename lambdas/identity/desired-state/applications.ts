// The clients. Each holds one grant type and the scopes of one step, so that no client is trusted with everything.
import type { PublicKeys, Signer } from '../client-keys.ts'
import type { Settings } from '../settings.ts'
import { type DesiredObject, either, ref, type Wanted } from './desired-object.ts'
import { names } from './names.ts'
import { owned } from './ownership.ts'

export const clientRoles = [
  'connector',
  'exchange',
  'approval',
  'workflow',
  'decision',
  'hotelApiDecision',
] as const
export type ClientRole = (typeof clientRoles)[number]

/** Which functions act as a client: no signature of another is taken for it. */
const signersOf: Record<Exclude<ClientRole, 'connector'>, readonly Signer[]> = {
  exchange: ['mcpServer'],
  approval: ['mcpServer', 'approvalTask'],
  workflow: ['approvalTask'],
  decision: ['mcpServer'],
  hotelApiDecision: ['hotelApi'],
}

/** The callback that ChatGPT shows for connections made before the connector existed. */
const defaultRedirectUris = ['https://chatgpt.com/connector_platform_oauth_redirect']

/** What a role that may only ask for decisions is made of, as the environment names it. */
export type CustomDecisionRole = {
  /** Id of the permission to evaluate a decision endpoint. */
  permission: string
  /** Id of the role whose holders may give this one away; the worker holds it. */
  assignedBy: string
}

export function describeApplications(options: {
  settings: Settings
  environmentId: string
  /** Names of the roles that the decision callers get on the environment. */
  decisionRoles: readonly string[]
  /** Makes the role that the decision callers get, instead of naming one. */
  customDecisionRole: CustomDecisionRole | undefined
  /** Left out where they cannot be known: clients then keep those that they have. */
  publicKeys: PublicKeys | undefined
  /** True when the connector's client is there already: without configured URIs it then keeps its own. */
  connectorExists: boolean
}): DesiredObject[] {
  const { settings, environmentId, publicKeys, customDecisionRole } = options
  const decisionRoles = customDecisionRole ? [names.customDecisionRole] : options.decisionRoles
  const redirectUris =
    settings.connector.redirectUris ?? (options.connectorExists ? undefined : defaultRedirectUris)
  return [
    application('connector', 'MyHotels ChatGPT', 'Signs people in for ChatGPT and other MCP hosts.', {
      // Agents have a type of their own, which comes with a licence; a web application behaves alike.
      type: either('AI_AGENT', 'WEB_APP'),
      grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'],
      responseTypes: ['CODE'],
      // Hosts have nothing better than a secret.
      tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
      pkceEnforcement: 'S256_REQUIRED',
      ...(redirectUris === undefined ? {} : { redirectUris }),
    }),
    grant('connector', 'resource.mcp', ['scope.mcp.memberRates', 'scope.mcp.book']),
    {
      key: 'signOnPolicyAssignment.connector',
      kind: 'signOnPolicyAssignment',
      parent: 'application.connector',
      name: 'MyHotels_Login for MyHotels ChatGPT',
      wanted: { signOnPolicy: { id: ref('signOnPolicy.login') }, priority: 1 },
    },

    application(
      'exchange',
      'MyHotels Token Exchange',
      'Exchanges the token of a host for one of the hotel API.',
      { type: 'WEB_APP', grantTypes: ['TOKEN_EXCHANGE'], ...provenBySignature('exchange') },
    ),
    grant('exchange', 'resource.hotelApi', ['scope.hotelApi.memberRates', 'scope.hotelApi.book']),

    application(
      'approval',
      'MyHotels Booking Approval',
      'Asks people on another device to approve a booking.',
      {
        type: 'WEB_APP',
        grantTypes: ['CIBA'],
        ...provenBySignature('approval'),
      },
    ),
    grant('approval', 'resource.openid', ['scope.openid']),
    grant('approval', 'resource.hotelApi', ['scope.hotelApi.book']),

    application(
      'workflow',
      'MyHotels Approval Workflow',
      'Closes bookings that were denied, expired or cancelled. It cannot confirm one.',
      { type: 'WEB_APP', grantTypes: ['CLIENT_CREDENTIALS'], ...provenBySignature('workflow') },
    ),
    grant('workflow', 'resource.hotelApi', ['scope.hotelApi.close']),

    ...decisionRoles.map(
      (role): DesiredObject =>
        customDecisionRole
          ? {
              key: `role.${role}`,
              kind: 'customRole',
              name: role,
              wanted: {
                name: role,
                description: owned('Asks PingOne Authorize for decisions, and does nothing else.'),
                applicableTo: ['ENVIRONMENT'],
                canBeAssignedBy: [{ id: customDecisionRole.assignedBy }],
                permissions: [{ id: customDecisionRole.permission }],
              },
            }
          : { key: `role.${role}`, kind: 'role', name: role, builtIn: true, wanted: { name: role } },
    ),
    ...decisionCaller('decision', 'MyHotels Decision Caller', 'the MCP server'),
    ...decisionCaller('hotelApiDecision', 'MyHotels Hotel API Decision Caller', 'the hotel API'),
  ]

  /** RFC 7523 section 2.2: clients of our own have no secret. */
  function provenBySignature(role: keyof typeof signersOf): { [member: string]: Wanted } {
    const keys = publicKeys && signersOf[role].flatMap((signer) => publicKeys[signer])
    return {
      tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT',
      ...(keys ? { jwks: JSON.stringify({ keys }) } : {}),
    }
  }

  /** Each enforcement point asks as itself: whoever holds one of them cannot ask in the name of the other. */
  function decisionCaller(role: 'decision' | 'hotelApiDecision', name: string, of: string): DesiredObject[] {
    return [
      application(role, name, `Asks PingOne Authorize for the decisions of ${of}.`, {
        type: 'WORKER',
        grantTypes: ['CLIENT_CREDENTIALS'],
        ...provenBySignature(role),
      }),
      ...decisionRoles.map(
        (granted): DesiredObject => ({
          key: `roleAssignment.${role}.${granted}`,
          kind: 'roleAssignment',
          parent: `application.${role}`,
          name: `${granted} for ${name}`,
          wanted: { role: { id: ref(`role.${granted}`) }, scope: { id: environmentId, type: 'ENVIRONMENT' } },
        }),
      ),
    ]
  }
}

function application(
  role: ClientRole,
  name: string,
  description: string,
  members: { [member: string]: Wanted },
): DesiredObject {
  return {
    key: `application.${role}`,
    kind: 'application',
    name,
    wanted: {
      name,
      description: owned(description),
      enabled: true,
      protocol: 'OPENID_CONNECT',
      ...members,
    },
  }
}

function grant(role: ClientRole, resource: string, scopes: string[]): DesiredObject {
  return {
    key: `grant.${role}.${resource}`,
    kind: 'grant',
    parent: `application.${role}`,
    name: scopes.map((key) => key.replace('scope.', '')).join(', '),
    wanted: { resource: { id: ref(resource) }, scopes: scopes.map((key) => ({ id: ref(key) })) },
  }
}
