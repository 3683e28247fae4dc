// Roles: those that PingOne has, and those that an environment makes of single permissions.
import * as z from 'zod'
import type { Stored } from '../environment.ts'
import { accessFailed, invalidValue, notFound, requestFailed } from './api-error.ts'
import { collectionOperations } from './collection.ts'
import { page } from './hal.ts'
import type { ManagementContext, Operation } from './operation.ts'
import { permissions } from './permissions.ts'
import { permissionsOf, roles, rolesOf } from './rights.ts'

const reference = z.looseObject({ id: z.guid() })
const schema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  description: z.string().max(1024).optional(),
  applicableTo: z.array(z.enum(['APPLICATION', 'ENVIRONMENT', 'POPULATION'])).min(1),
  canBeAssignedBy: z.array(reference),
  permissions: z.array(z.looseObject({ id: z.string().min(1) })).min(1),
})

const idsOf = (references: unknown): string[] => (references as { id: string }[]).map(({ id }) => id)

export function customRoles(context: ManagementContext): Operation[] {
  const { environment } = context
  return [
    ...builtInRoles(context),
    ...collectionOperations(context, {
      path: '/environments/{environmentID}/roles',
      variable: 'customRoleID',
      collection: 'customRoles',
      embedded: 'roles',
      rights: { read: 'role:read', write: 'role:write' },
      schema,
      readOnly: ['type', 'canAssign'],
      unique: ['name'],
      members(input, call) {
        const known = new Set([...roles, ...environment.list('customRoles')].map(({ id }) => id))
        input.canBeAssignedBy.forEach(({ id }, index) => {
          if (!known.has(id)) throw invalidValue(`canBeAssignedBy[${index}].id`, 'there is no such role')
        })
        input.permissions.forEach(({ id }, index) => {
          if (!permissions.some((permission) => permission.id === id)) {
            throw invalidValue(`permissions[${index}].id`, 'there is no such permission')
          }
        })
        requireOwn(context, call.clientId, idsOf(input.permissions))
        return {
          ...input,
          canBeAssignedBy: input.canBeAssignedBy.map(({ id }) => ({ id })),
          permissions: input.permissions.map(({ id }) => ({ id })),
          type: 'CUSTOM',
        }
      },
      show: (role) => ({
        ...role,
        canAssign: environment
          .list('customRoles')
          .filter((other) => idsOf(other.canBeAssignedBy).includes(role.id))
          .map(({ id }) => ({ id })),
      }),
      deleting(role) {
        const isHeld = environment
          .list('applications')
          .some(({ id }) => idsOfRoles(environment.children('roleAssignments', id)).includes(role.id))
        if (isHeld) throw requestFailed('A role that is assigned cannot be deleted.')
        for (const other of environment.list('customRoles')) {
          const left = idsOf(other.canBeAssignedBy).filter((id) => id !== role.id)
          environment.put('customRoles', { ...other, canBeAssignedBy: left.map((id) => ({ id })) })
        }
      },
    }),
  ]
}

const idsOfRoles = (assignments: Stored[]): string[] =>
  assignments.map((assignment) => (assignment.role as { id: string }).id)

/** Nobody makes a role that can do more than they can. Permissions without an operation here are given freely. */
function requireOwn(context: ManagementContext, clientId: string, ids: string[]): void {
  const own = new Set(
    [...rolesOf(context, clientId)].flatMap((role) => permissionsOf(context, role)).map(({ id }) => id),
  )
  const offered = permissions.filter(({ right }) => right !== undefined).map(({ id }) => id)
  if (ids.some((id) => offered.includes(id) && !own.has(id))) throw accessFailed()
}

function builtInRoles(context: ManagementContext): Operation[] {
  const show = ({ rights: _, ...role }: (typeof roles)[number]) => ({
    _links: { self: { href: `${context.baseUrl}/roles/${role.id}` } },
    ...role,
    permissions: permissionsOf(context, role.id).map(({ id, classifier, description }) => ({
      id,
      classifier,
      description,
    })),
  })
  return [
    {
      method: 'GET',
      path: '/roles',
      right: 'authenticated',
      handle: ({ query }) => ({
        status: 200,
        body: page(context, roles, { path: '/roles', query, embedded: 'roles' }, show),
      }),
    },
    {
      method: 'GET',
      path: '/roles/{roleID}',
      right: 'authenticated',
      handle({ variables }) {
        const role = roles.find(({ id }) => id === variables.roleID)
        if (!role) throw notFound()
        return { status: 200, body: show(role) }
      },
    },
  ]
}
