// Administrator roles of worker applications. An actor can give a built-in role that it holds, and a custom role when it
// holds one of the roles that this one can be assigned by.
import * as z from 'zod'
import { ApiError, invalidValue, notFound, notUnique, requestFailed } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'
import { roles, rolesOf } from '../rights.ts'

const schema = z.strictObject({
  role: z.looseObject({ id: z.guid() }),
  scope: z.strictObject({
    id: z.guid(),
    type: z.enum(['ORGANIZATION', 'ENVIRONMENT', 'POPULATION', 'APPLICATION']),
  }),
})

export function roleAssignments(context: ManagementContext): Operation[] {
  const { environment } = context
  const operations = collectionOperations(context, {
    path: '/environments/{environmentID}/applications/{applicationID}/roleAssignments',
    variable: 'roleAssignmentID',
    collection: 'roleAssignments',
    parent: { collection: 'applications', variable: 'applicationID' },
    rights: { read: 'application:read', write: 'application:write' },
    schema,
    readOnly: ['readOnly'],
    without: ['PUT'],
    members({ role: { id }, scope }, call) {
      const custom = environment.get('customRoles', id)
      const applicableTo =
        roles.find((each) => each.id === id)?.applicableTo ?? (custom?.applicableTo as string[] | undefined)
      if (!applicableTo) throw invalidValue('role.id', 'there is no such role')
      if (!applicableTo.includes(scope.type)) {
        throw invalidValue('scope', `This role applies to ${applicableTo.join(', ')}.`, {
          allowedValues: applicableTo,
        })
      }
      const scopeExists = {
        ORGANIZATION: scope.id === environment.organizationId,
        ENVIRONMENT: scope.id === environment.id,
        POPULATION: environment.get('populations', scope.id) !== undefined,
        APPLICATION: environment.get('applications', scope.id) !== undefined,
      }[scope.type]
      if (!scopeExists) throw invalidValue('scope.id', 'there is no such object')
      const givers = custom ? (custom.canBeAssignedBy as { id: string }[]).map((giver) => giver.id) : [id]
      const held = rolesOf(context, call.clientId)
      if (!givers.some((giver) => held.has(giver))) {
        throw new ApiError(403, 'ACCESS_FAILED', 'You cannot assign this role.', [
          {
            code: 'INSUFFICIENT_PERMISSIONS',
            target: 'role',
            message: `Must have role at the same or broader scope: ${givers.join(', ') || 'nobody may assign it'}.`,
          },
        ])
      }
      const twin = environment
        .children('roleAssignments', call.variables.applicationID ?? '')
        .find(
          (assignment) =>
            (assignment.role as { id: string }).id === id &&
            (assignment.scope as { id: string }).id === scope.id,
        )
      if (twin) throw notUnique('role', twin.id)
      return { role: { id }, scope, readOnly: false }
    },
    deleting(item) {
      if (item.readOnly === true) throw requestFailed('This role assignment cannot be deleted.')
    },
  })
  // Only workers have roles; for any other application the path does not exist.
  return operations.map((operation) => ({
    ...operation,
    handle(call) {
      const type = environment.get('applications', call.variables.applicationID ?? '')?.type
      if (type !== 'WORKER') throw notFound()
      return operation.handle(call)
    },
  }))
}

/** What `assignActorRoles` does unless it is false. */
export function copyRoles(context: ManagementContext, from: string, to: string): void {
  for (const { role, scope } of context.environment.children('roleAssignments', from)) {
    const createdAt = context.timestamp()
    context.environment.putChild('roleAssignments', to, {
      id: context.newId(),
      role,
      scope,
      readOnly: false,
      createdAt,
      updatedAt: createdAt,
    })
  }
}
