// Attribute mappings of an application: claims of ID tokens and userinfo.
import * as z from 'zod'
import type { Stored } from '../../environment.ts'
import { invalidValue, requestFailed } from '../api-error.ts'
import { checkClaim } from '../check-claim.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const schema = z.strictObject({
  name: z.string().min(1).max(256),
  value: z.string().min(1),
  required: z.boolean(),
  nameFormat: z.string().optional(),
  idToken: z.boolean().default(true),
  userInfo: z.boolean().default(true),
  oidcScopes: z.array(z.string()).optional(),
})

/** The mapping that every OpenID Connect application is born with. */
export const coreApplicationAttribute = (id: string, applicationId: string, timestamp: string): Stored => ({
  id,
  name: 'sub',
  value: '${user.id}',
  required: true,
  mappingType: 'CORE',
  application: { id: applicationId },
  createdAt: timestamp,
  updatedAt: timestamp,
})

export function applicationAttributes(context: ManagementContext): Operation[] {
  return collectionOperations(context, {
    path: '/environments/{environmentID}/applications/{applicationID}/attributes',
    variable: 'attrMappingID',
    collection: 'attributes',
    parent: { collection: 'applications', variable: 'applicationID' },
    rights: { read: 'application:read', write: 'application:write' },
    schema,
    readOnly: ['mappingType', 'application'],
    unique: ['name'],
    members(input, call, existing) {
      checkClaim('value', input.value)
      if (existing?.mappingType === 'CORE' && input.name !== existing.name) {
        throw invalidValue('name', 'the name of a core attribute cannot be changed')
      }
      return {
        ...input,
        mappingType: existing?.mappingType ?? 'CUSTOM',
        application: { id: call.variables.applicationID },
      }
    },
    deleting(item) {
      if (item.mappingType === 'CORE') throw requestFailed('A core attribute cannot be deleted.')
    },
  })
}
