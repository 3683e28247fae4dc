import * as z from 'zod'
import { requestFailed } from '../api-error.ts'
import { withdrawScopes } from '../applications/grants.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const schema = z.strictObject({
  // RFC 6749 section 3.3: a scope token has neither spaces, nor quotes, nor backslashes.
  name: z
    .string()
    .max(256)
    .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/),
  description: z.string().max(2048).optional(),
  schemaAttributes: z.array(z.string()).optional(),
  mappedClaims: z.array(z.string()).optional(),
})

/** Scopes that PingOne makes itself; they are fixed. */
const builtIn = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

export function scopes(context: ManagementContext): Operation[] {
  const { environment } = context
  return collectionOperations(context, {
    path: '/environments/{environmentID}/resources/{resourceID}/scopes',
    variable: 'scopeID',
    collection: 'scopes',
    parent: { collection: 'resources', variable: 'resourceID' },
    rights: { read: 'resource:read', write: 'resource:write' },
    schema,
    readOnly: ['resource'],
    unique: ['name'],
    members(input, call, existing) {
      const resourceId = call.variables.resourceID ?? ''
      const type = environment.get('resources', resourceId)?.type
      if (type === 'CUSTOM' && (input.schemaAttributes || input.mappedClaims)) {
        throw requestFailed('schemaAttributes and mappedClaims belong to built-in resources.')
      }
      if (type === 'PINGONE_API' || (existing && isBuiltIn(type, existing.name))) {
        throw requestFailed('This scope belongs to PingOne and cannot be changed.')
      }
      return { ...input, resource: { id: resourceId } }
    },
    deleting(item, call) {
      const resourceId = call.variables.resourceID ?? ''
      const type = environment.get('resources', resourceId)?.type
      if (type === 'PINGONE_API' || isBuiltIn(type, item.name)) {
        throw requestFailed('This scope belongs to PingOne and cannot be deleted.')
      }
      withdrawScopes(context, resourceId, item.id)
    },
  })
}

const isBuiltIn = (type: unknown, name: unknown): boolean =>
  type === 'OPENID_CONNECT' && builtIn.has(String(name))
