// Resource grants: which scopes of which resource an application may ask for.
import * as z from 'zod'
import type { Stored } from '../../environment.ts'
import { invalidData, invalidValue, notUnique, requestFailed } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const reference = z.looseObject({ id: z.guid() })
const schema = z.strictObject({ resource: reference, scopes: z.array(reference).min(1) })

export function grants(context: ManagementContext): Operation[] {
  const { environment } = context
  const scopeName = (resourceId: string, scopeId: string) =>
    environment.getChild('scopes', resourceId, scopeId)?.name

  return collectionOperations(context, {
    path: '/environments/{environmentID}/applications/{applicationID}/grants',
    variable: 'grantID',
    collection: 'grants',
    parent: { collection: 'applications', variable: 'applicationID' },
    rights: { read: 'application:read', write: 'application:write' },
    lagsBehind: 'applicationID',
    schema,
    readOnly: ['application'],
    members({ resource: { id: resourceId }, scopes }, call, existing) {
      const applicationId = call.variables.applicationID ?? ''
      const resource = environment.get('resources', resourceId)
      if (!resource) throw invalidValue('resource.id', 'there is no such resource')
      if (existing && (existing.resource as { id: string }).id !== resourceId) {
        throw invalidValue('resource.id', 'cannot be changed')
      }
      if (
        environment.get('applications', applicationId)?.type === 'WORKER' &&
        resource.type !== 'OPENID_CONNECT'
      ) {
        throw requestFailed(
          'Applications of type WORKER can be granted scopes of the OpenID Connect resource only.',
        )
      }
      const others = environment.children('grants', applicationId).filter(({ id }) => id !== existing?.id)
      const twin = others.find((grant) => (grant.resource as { id: string }).id === resourceId)
      if (twin) throw notUnique('resource.id', twin.id)

      const ids = scopes.map((scope) => scope.id)
      const unknown = ids.findIndex((id) => scopeName(resourceId, id) === undefined)
      if (unknown >= 0) {
        throw invalidValue(`scopes[${unknown}].id`, 'there is no such scope on the resource')
      }
      // PingOne picks the resource by the scope's name, so a name may occur once over all grants.
      const names = [
        ...others.flatMap((grant) =>
          (grant.scopes as Stored[]).map(({ id }) => scopeName((grant.resource as Stored).id, id)),
        ),
        ...ids.map((id) => scopeName(resourceId, id)),
      ]
      if (new Set(names).size !== names.length) {
        throw invalidData({
          code: 'INVALID_VALUE',
          target: 'scopes',
          message: 'Multiple scopes with the same name cannot be added to the same grant.',
        })
      }
      return {
        application: { id: applicationId },
        resource: { id: resourceId },
        scopes: ids.map((id) => ({ id })),
      }
    },
  })
}

/** Takes scopes out of all grants when they go away; a grant that is left empty goes too. */
export function withdrawScopes(
  { environment }: ManagementContext,
  resourceId: string,
  scopeId?: string,
): void {
  for (const application of environment.list('applications')) {
    for (const grant of environment.children('grants', application.id)) {
      if ((grant.resource as Stored).id !== resourceId) continue
      const left = (grant.scopes as Stored[]).filter(({ id }) => scopeId !== undefined && id !== scopeId)
      if (left.length === 0) environment.deleteChild('grants', application.id, grant.id)
      else environment.putChild('grants', application.id, { ...grant, scopes: left })
    }
  }
}
