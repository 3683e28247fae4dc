import * as z from 'zod'
import { invalidValue, notUnique } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const schema = z.strictObject({
  flowPolicy: z.looseObject({ id: z.string().regex(/^[0-9a-f]{32}$/) }),
  priority: z.int().min(1),
})

/** Which DaVinci flow policies an application uses, for sign-on and CIBA alike, in order of priority. */
export function flowPolicyAssignments(context: ManagementContext): Operation[] {
  const { environment } = context
  return collectionOperations(context, {
    path: '/environments/{environmentID}/applications/{applicationID}/flowPolicyAssignments',
    variable: 'flowPolicyAssignmentID',
    collection: 'flowPolicyAssignments',
    parent: { collection: 'applications', variable: 'applicationID' },
    rights: { read: 'application:read', write: 'application:write' },
    product: 'PING_ONE_DAVINCI',
    schema,
    readOnly: ['application'],
    members({ flowPolicy: { id }, priority }, call, existing) {
      const applicationId = call.variables.applicationID ?? ''
      const policy = environment.get('flowPolicies', id)
      // Only policies of PingOne flows, those with a trigger, can be assigned.
      if (!policy?.trigger) throw invalidValue('flowPolicy.id', 'there is no such flow policy')
      const twin = environment
        .children('flowPolicyAssignments', applicationId)
        .find((each) => each.id !== existing?.id && (each.flowPolicy as { id: string }).id === id)
      if (twin) throw notUnique('flowPolicy.id', twin.id)
      return { application: { id: applicationId }, flowPolicy: { id }, priority }
    },
  })
}
