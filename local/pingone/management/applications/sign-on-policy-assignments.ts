import * as z from 'zod'
import { invalidValue, notUnique } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const schema = z.strictObject({ signOnPolicy: z.looseObject({ id: z.guid() }), priority: z.int().min(1) })

/** Which sign-on policies an application uses, in order of priority. */
export function signOnPolicyAssignments(context: ManagementContext): Operation[] {
  const { environment } = context
  return collectionOperations(context, {
    path: '/environments/{environmentID}/applications/{applicationID}/signOnPolicyAssignments',
    variable: 'SOPAssignmentID',
    collection: 'signOnPolicyAssignments',
    parent: { collection: 'applications', variable: 'applicationID' },
    rights: { read: 'application:read', write: 'application:write' },
    schema,
    readOnly: ['application'],
    members({ signOnPolicy: { id }, priority }, call, existing) {
      const applicationId = call.variables.applicationID ?? ''
      if (!environment.get('signOnPolicies', id)) {
        throw invalidValue('signOnPolicy.id', 'there is no such sign-on policy')
      }
      const twin = environment
        .children('signOnPolicyAssignments', applicationId)
        .find((each) => each.id !== existing?.id && (each.signOnPolicy as { id: string }).id === id)
      if (twin) throw notUnique('signOnPolicy.id', twin.id)
      return { application: { id: applicationId }, signOnPolicy: { id }, priority }
    },
  })
}
