// Attributes of a resource: the claims of the access tokens that are made for it.
import * as z from 'zod'
import type { Stored } from '../../environment.ts'
import { invalidValue, requestFailed } from '../api-error.ts'
import { checkClaim } from '../check-claim.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const schema = z.strictObject({
  name: z.string().min(1).max(256),
  value: z.string().min(1),
  type: z.enum(['CORE', 'CUSTOM', 'PREDEFINED']).optional(),
  idToken: z.boolean().optional(),
  userInfo: z.boolean().optional(),
})

const reserved = new Set([
  'acr',
  'amr',
  'aud',
  'auth_time',
  'client_id',
  'env',
  'exp',
  'iat',
  'iss',
  'jti',
  'org',
  'scope',
  'sid',
  'sub',
])

/** The attribute that every custom resource is born with. It can be changed, but neither made nor deleted. */
export const coreResourceAttribute = (id: string, resourceId: string, timestamp: string): Stored => ({
  id,
  name: 'sub',
  value: '${user.id}',
  type: 'CORE',
  resource: { id: resourceId },
  createdAt: timestamp,
  updatedAt: timestamp,
})

export function resourceAttributes(context: ManagementContext): Operation[] {
  const { environment } = context
  return collectionOperations(context, {
    path: '/environments/{environmentID}/resources/{resourceID}/attributes',
    variable: 'resourceAttrID',
    collection: 'attributes',
    parent: { collection: 'resources', variable: 'resourceID' },
    rights: { read: 'resource:read', write: 'resource:write' },
    schema,
    readOnly: ['resource'],
    unique: ['name'],
    members(input, call, existing) {
      const resourceId = call.variables.resourceID ?? ''
      const resourceType = environment.get('resources', resourceId)?.type
      if (resourceType === 'PINGONE_API') throw requestFailed('This resource takes no attributes.')
      const type = existing?.type ?? 'CUSTOM'
      if (input.type !== undefined && input.type !== type) {
        throw invalidValue('type', `must be ${type}`, { allowedValues: [String(type)] })
      }
      if (type === 'CORE' ? input.name !== existing?.name : isReserved(input.name)) {
        throw invalidValue('name', type === 'CORE' ? 'cannot be changed' : 'is reserved')
      }
      if (resourceType !== 'OPENID_CONNECT') {
        for (const member of ['idToken', 'userInfo'] as const) {
          if (input[member] !== undefined) {
            throw invalidValue(member, 'belongs to attributes of the OpenID Connect resource')
          }
        }
      }
      checkClaim('value', input.value)
      return { ...input, type, resource: { id: resourceId } }
    },
    deleting(item) {
      if (item.type === 'CORE') throw requestFailed('A core attribute cannot be deleted.')
    },
  })
}

const isReserved = (name: string): boolean => reserved.has(name) || name.startsWith('p1.')
