// The administrator roles and what each allows, as far as this API goes.
import type { Stored } from '../environment.ts'
import type { ManagementContext, Operation } from './operation.ts'
import { type Permission, permissions } from './permissions.ts'

const areas = [
  'environment',
  'application',
  'secret',
  'resource',
  'identity',
  'group',
  'davinci',
  'authorize',
  'role',
] as const
type Area = (typeof areas)[number]
export type Right = `${Area}:${'read' | 'write'}` | 'decision:evaluate'

const read = (...of: Area[]): Right[] => of.map((area) => `${area}:read` as const)
const all = (...of: Area[]): Right[] => of.flatMap((area) => [`${area}:read`, `${area}:write`] as Right[])

export type RoleDefinition = {
  id: string
  name: string
  description: string
  applicableTo: string[]
  rights: readonly Right[]
}

const everywhere = ['ORGANIZATION', 'ENVIRONMENT']

/**
 * The ids are this emulator's own: look roles up by name. Which scopes a role applies to: the official provider's
 * acceptance tests of role assignments.
 */
export const roles: readonly RoleDefinition[] = [
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a01',
    name: 'Environment Admin',
    description: 'Configures an environment.',
    applicableTo: everywhere,
    rights: [
      ...all('environment', 'resource', 'group', 'authorize'),
      ...read('application', 'role'),
      'decision:evaluate',
    ],
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a02',
    name: 'Identity Data Admin',
    description: 'Manages people and their groups.',
    applicableTo: ['ENVIRONMENT', 'POPULATION'],
    rights: [...all('identity', 'group'), ...read('environment'), 'decision:evaluate'],
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a03',
    name: 'Client Application Developer',
    description: 'Manages applications, their secrets, and resources.',
    applicableTo: ['ENVIRONMENT', 'APPLICATION'],
    rights: [...all('application', 'secret', 'resource'), ...read('environment', 'group')],
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a04',
    name: 'DaVinci Admin',
    description: 'Manages flows, connections and DaVinci applications.',
    applicableTo: everywhere,
    rights: [...all('davinci'), ...read('environment')],
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a05',
    name: 'DaVinci Admin Read Only',
    description: 'Reads flows, connections and DaVinci applications.',
    applicableTo: everywhere,
    rights: read('davinci', 'environment'),
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a06',
    name: 'Configuration Read Only',
    description: 'Reads the configuration of an environment.',
    applicableTo: everywhere,
    rights: read('environment', 'application', 'resource', 'group', 'authorize'),
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a07',
    name: 'Identity Data Read Only',
    description: 'Reads people and their groups.',
    applicableTo: ['ENVIRONMENT', 'POPULATION'],
    rights: read('identity', 'group'),
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a08',
    name: 'Organization Admin',
    description: 'Manages the organization and its environments.',
    applicableTo: ['ORGANIZATION'],
    rights: all('environment'),
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a09',
    name: 'Application Owner',
    description: 'Manages the applications that were assigned.',
    applicableTo: ['ENVIRONMENT', 'APPLICATION'],
    rights: read('application'),
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a0a',
    name: 'Custom Roles Admin',
    description: 'Makes roles of its own for an environment.',
    applicableTo: everywhere,
    rights: [...all('role'), ...read('environment')],
  },
]

/** The role assignments of an application that cover this environment. */
function assignmentsHere({ environment }: ManagementContext, clientId: string): Stored[] {
  return environment.children('roleAssignments', clientId).filter((assignment) => {
    const scope = assignment.scope as { id?: string; type?: string } | undefined
    return (
      (scope?.type === 'ENVIRONMENT' && scope.id === environment.id) ||
      (scope?.type === 'ORGANIZATION' && scope.id === environment.organizationId)
    )
  })
}

/** The ids of the roles that an application holds in this environment, built-in and custom. */
export function rolesOf(context: ManagementContext, clientId: string): Set<string> {
  return new Set(
    assignmentsHere(context, clientId).map((assignment) => (assignment.role as { id: string }).id),
  )
}

/** The permissions that a role is made of. */
export function permissionsOf({ environment }: ManagementContext, roleId: string): readonly Permission[] {
  const builtIn = roles.find(({ id }) => id === roleId)
  if (builtIn) return permissions.filter(({ right }) => right !== undefined && builtIn.rights.includes(right))
  const custom = environment.get('customRoles', roleId)
  const ids = ((custom?.permissions ?? []) as { id: string }[]).map(({ id }) => id)
  return permissions.filter(({ id }) => ids.includes(id))
}

/** Whether the roles of an application let it carry out an operation. */
export function mayDo(context: ManagementContext, clientId: string, operation: Operation): boolean {
  const { right } = operation
  if (right === 'authenticated') return true
  return [...rolesOf(context, clientId)].some((roleId) => {
    const builtIn = roles.find(({ id }) => id === roleId)
    if (builtIn) return builtIn.rights.includes(right)
    return permissionsOf(context, roleId).some((permission) => permission.allows(operation))
  })
}
