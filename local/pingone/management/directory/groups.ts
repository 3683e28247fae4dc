import * as z from 'zod'
import { invalidValue } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const schema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  description: z.string().max(1024).optional(),
  population: z.looseObject({ id: z.guid() }).optional(),
  externalId: z.string().min(1).max(1024).optional(),
  userFilter: z.string().optional(),
  customData: z.record(z.string(), z.unknown()).optional(),
})

export function groups(context: ManagementContext): Operation[] {
  const { environment } = context
  const members = (groupId: string) =>
    environment.list('users').filter((user) => environment.getChild('memberOfGroups', user.id, groupId))

  return collectionOperations(context, {
    path: '/environments/{environmentID}/groups',
    variable: 'groupID',
    collection: 'groups',
    rights: { read: 'group:read', write: 'group:write' },
    schema,
    readOnly: ['displayName', 'sourceId', 'sourceType', 'directMemberCounts', 'totalMemberCounts'],
    unique: ['name'],
    filterable: { name: ['eq', 'sw'], id: ['eq'], externalId: ['eq'], 'population.id': ['eq'] },
    members(input) {
      if (input.population && !environment.get('populations', input.population.id)) {
        throw invalidValue('population.id', 'there is no such population')
      }
      // A dynamic group that never gains a member would lie about who is in it.
      if (input.userFilter !== undefined) {
        throw invalidValue('userFilter', 'dynamic groups are not offered here')
      }
      return { ...input }
    },
    deleting(item) {
      for (const user of members(item.id)) environment.deleteChild('memberOfGroups', user.id, item.id)
    },
    show(item) {
      const counts = { users: members(item.id).length }
      return { ...item, displayName: item.name, directMemberCounts: counts, totalMemberCounts: counts }
    },
  })
}
