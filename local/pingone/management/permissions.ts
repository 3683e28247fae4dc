// The permissions that administrator roles are made of. An identifier says service, action and resource, as in
// `applications:read:secret`. Identifiers and their form: Ping's page "PingOne Permissions by Identifier", and custom
// roles in public Terraform configurations. The identifier of evaluating a decision stands on no source; the roles that
// PingOne lists for an environment tell the real one.
import type { Operation } from './operation.ts'
import type { Right } from './rights.ts'

export type Permission = {
  id: string
  /** The resource that it is about. */
  classifier: string
  description: string
  /** The right of the built-in roles that hold it; none where this API has no such operation. */
  right: Right | undefined
  /** Whether it allows an operation. */
  allows(operation: Operation): boolean
}

type Rule = { method: string; path: string; action?: string }

const shapeOf = (path: string): string => path.replace(/\{[^}]+\}/g, '{}')

function permission(id: string, right: Right | undefined, rules: Rule[]): Permission {
  const [, action = '', classifier = ''] = id.split(':')
  return {
    id,
    classifier,
    description: `May ${action} ${classifier}.`,
    right,
    allows: (operation) =>
      rules.some(
        ({ method, path, action: media }) =>
          operation.method === method &&
          shapeOf(operation.path) === shapeOf(path) &&
          (media === undefined || (operation.mediaTypes ?? []).some((each) => each.includes(media))),
      ),
  }
}

const environment = '/environments/{}'

/** Create, read, update and delete of a collection of the environment. */
function managed(
  service: string,
  resource: string,
  area: 'application' | 'authorize' | 'davinci' | 'environment' | 'group' | 'identity' | 'resource' | 'role',
  below: string,
): Permission[] {
  const path = `${environment}${below}`
  const one = `${path}/{}`
  const write: Right = `${area}:write`
  return [
    permission(`${service}:create:${resource}`, write, [{ method: 'POST', path }]),
    permission(`${service}:read:${resource}`, `${area}:read`, [
      { method: 'GET', path },
      { method: 'GET', path: one },
    ]),
    permission(`${service}:update:${resource}`, write, [
      { method: 'PUT', path: one },
      { method: 'PATCH', path: one },
    ]),
    permission(`${service}:delete:${resource}`, write, [{ method: 'DELETE', path: one }]),
  ]
}

const secrets = (owner: string): string => `${environment}${owner}/{}/secret`
const password = `${environment}/users/{}/password`

export const permissions: readonly Permission[] = [
  permission('orgmgt:read:environment', 'environment:read', [
    { method: 'GET', path: '/environments' },
    { method: 'GET', path: environment },
  ]),
  permission('orgmgt:read:billOfMaterials', 'environment:read', [
    { method: 'GET', path: `${environment}/billOfMaterials` },
  ]),
  permission('orgmgt:update:billOfMaterials', 'environment:write', [
    { method: 'PUT', path: `${environment}/billOfMaterials` },
  ]),
  permission('licensing:read:license', 'environment:read', [
    { method: 'GET', path: '/organizations/{}/licenses' },
  ]),

  ...managed('applications', 'application', 'application', '/applications'),
  ...managed('applications', 'grant', 'application', '/applications/{}/grants'),
  ...managed('applications', 'attribute', 'application', '/applications/{}/attributes'),
  ...managed(
    'applications',
    'signOnPolicyAssignment',
    'application',
    '/applications/{}/signOnPolicyAssignments',
  ),
  ...managed('applications', 'flowPolicyAssignment', 'application', '/applications/{}/flowPolicyAssignments'),
  permission('applications:read:secret', 'secret:read', [{ method: 'GET', path: secrets('/applications') }]),
  permission('applications:update:secret', 'secret:write', [
    { method: 'POST', path: secrets('/applications') },
  ]),
  permission('applications:delete:secret', 'secret:write', [
    { method: 'DELETE', path: secrets('/applications') },
  ]),
  permission('flowPolicies:read:flowPolicy', 'application:read', [
    { method: 'GET', path: `${environment}/flowPolicies` },
    { method: 'GET', path: `${environment}/flowPolicies/{}` },
  ]),

  ...managed('permissions', 'applicationRoleAssignments', 'application', '/applications/{}/roleAssignments'),
  ...managed('permissions', 'customRole', 'role', '/roles'),
  // Known identifiers; users, groups and gateways hold no roles here.
  ...['user', 'group', 'gateway'].flatMap((holder) =>
    ['create', 'read', 'update', 'delete'].map((action) =>
      permission(`permissions:${action}:${holder}RoleAssignments`, undefined, []),
    ),
  ),

  ...managed('resources', 'resource', 'resource', '/resources'),
  ...managed('resources', 'scope', 'resource', '/resources/{}/scopes'),
  ...managed('resources', 'attribute', 'resource', '/resources/{}/attributes'),
  permission('resources:read:secret', 'resource:write', [{ method: 'GET', path: secrets('/resources') }]),
  permission('resources:update:secret', 'resource:write', [
    { method: 'POST', path: secrets('/resources') },
    { method: 'DELETE', path: secrets('/resources') },
  ]),

  ...managed('dir', 'group', 'group', '/groups'),
  ...managed('dir', 'population', 'environment', '/populations'),
  ...managed('dir', 'user', 'identity', '/users'),
  ...managed('dir', 'groupMembership', 'identity', '/users/{}/memberOfGroups'),
  permission('dir:read:userEnabled', 'identity:read', [
    { method: 'GET', path: `${environment}/users/{}/enabled` },
  ]),
  permission('dir:update:userEnabled', 'identity:write', [
    { method: 'PUT', path: `${environment}/users/{}/enabled` },
  ]),
  permission('dir:read:userPassword', 'identity:read', [{ method: 'GET', path: password }]),
  ...['set', 'reset', 'forceChange'].map((action) =>
    permission(`dir:${action}:userPassword`, 'identity:write', [
      { method: 'PUT', path: password, action: `.${action}` },
      { method: 'POST', path: password, action: `.${action}` },
    ]),
  ),

  ...managed('authn', 'signOnPolicy', 'environment', '/signOnPolicies'),
  ...managed('authn', 'signOnPolicyAction', 'environment', '/signOnPolicies/{}/actions'),
  ...managed('forms', 'form', 'environment', '/forms'),
  ...managed('notifications', 'notificationsPolicy', 'environment', '/notificationsPolicies'),
  ...managed('notifications', 'templateContent', 'environment', '/templates/{}/contents'),

  permission('dir:read:userMfaEnabled', 'identity:read', [
    { method: 'GET', path: `${environment}/users/{}/mfaEnabled` },
  ]),
  permission('dir:update:userMfaEnabled', 'identity:write', [
    { method: 'PUT', path: `${environment}/users/{}/mfaEnabled` },
  ]),
  ...managed('mfa', 'deviceAuthenticationPolicy', 'environment', '/deviceAuthenticationPolicies'),

  ...managed('davinci', 'variable', 'davinci', '/variables'),
  ...managed('davinci', 'connectorInstance', 'davinci', '/connectorInstances'),
  ...managed('davinci', 'flow', 'davinci', '/flows'),
  ...managed('davinci', 'application', 'davinci', '/davinciApplications'),
  ...managed('davinci', 'flowPolicy', 'davinci', '/davinciApplications/{}/flowPolicies'),

  ...managed('authz', 'decisionEndpoint', 'authorize', '/decisionEndpoints'),
  permission('authz:evaluate:decisionEndpoint', 'decision:evaluate', [
    { method: 'POST', path: `${environment}/decisionEndpoints/{}` },
  ]),
  ...['Attribute', 'Service', 'Condition', 'Processor', 'Statement', 'Rule'].flatMap((kind) =>
    managed('authz', `authorization${kind}`, 'authorize', `/authorization${kind}s`),
  ),
  ...managed('authz', 'authorizationPolicy', 'authorize', '/authorizationPolicies'),
]
