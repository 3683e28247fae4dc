// The administrator roles and what each allows, as far as this API goes.
import type { Stored } from '../environment.ts'
import type { ManagementContext } from './operation.ts'

const areas = [
  'environment',
  'application',
  'secret',
  'resource',
  'identity',
  'group',
  'davinci',
  'authorize',
] as const
type Area = (typeof areas)[number]
export type Right = `${Area}:${'read' | 'write'}`

const read = (...of: Area[]): Right[] => of.map((area) => `${area}:read` as const)
const all = (...of: Area[]): Right[] => of.flatMap((area) => [`${area}:read`, `${area}:write`] as Right[])

type RoleDefinition = {
  id: string
  name: string
  description: string
  applicableTo: string[]
  rights: readonly Right[]
}

const everywhere = ['ORGANIZATION', 'ENVIRONMENT']

/** The ids are this emulator's own: look roles up by name. */
export const roles: readonly RoleDefinition[] = [
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a01',
    name: 'Environment Admin',
    description: 'Configures an environment.',
    applicableTo: everywhere,
    rights: [...all('environment', 'resource', 'group', 'authorize'), ...read('application')],
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a02',
    name: 'Identity Data Admin',
    description: 'Manages people and their groups.',
    applicableTo: [...everywhere, 'POPULATION'],
    rights: [...all('identity', 'group'), ...read('environment')],
  },
  {
    id: '6f1b0c52-5d0e-4d0b-9d9a-0c1a4e5b7a03',
    name: 'Client Application Developer',
    description: 'Manages applications, their secrets, and resources.',
    applicableTo: [...everywhere, 'APPLICATION'],
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
    applicableTo: [...everywhere, 'POPULATION'],
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
    applicableTo: ['APPLICATION'],
    rights: read('application'),
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

/** The ids of the roles that an application holds in this environment. */
export function rolesOf(context: ManagementContext, clientId: string): Set<string> {
  return new Set(
    assignmentsHere(context, clientId).map((assignment) => (assignment.role as { id: string }).id),
  )
}

export function hasRight(context: ManagementContext, clientId: string, right: Right): boolean {
  const held = rolesOf(context, clientId)
  return roles.some((role) => held.has(role.id) && role.rights.includes(right))
}
