// Variables of flows. Member names and types: the OpenAPI document of PingOne's Go client.
import * as z from 'zod'
import { invalidValue } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'
import { davinciName } from './flows.ts'

const schema = z.looseObject({
  name: davinciName,
  context: z.enum(['company', 'flow', 'flowInstance', 'user']),
  dataType: z.enum(['boolean', 'number', 'object', 'secret', 'string']),
  mutable: z.boolean().default(true),
  displayName: z.string().max(256).optional(),
  flow: z.looseObject({ id: z.string().min(1) }).optional(),
  min: z.int().min(0).default(0),
  max: z.int().min(0).default(2000),
  value: z.union([z.boolean(), z.number(), z.string(), z.record(z.string(), z.unknown())]).optional(),
})

/** What stands in the answer in the place of a secret. */
const masked = '******'

export function variables(context: ManagementContext): Operation[] {
  const { environment } = context
  return collectionOperations(context, {
    path: '/environments/{environmentID}/variables',
    variable: 'variableID',
    collection: 'variables',
    rights: { read: 'davinci:read', write: 'davinci:write' },
    product: 'PING_ONE_DAVINCI',
    schema,
    filterable: { name: ['eq', 'sw'], context: ['eq'], 'flow.id': ['eq'] },
    members(input, _call, existing) {
      if ((input.context === 'flow') !== (input.flow !== undefined)) {
        throw invalidValue('flow', 'goes with the context flow, and only with it')
      }
      if (input.flow && !environment.get('flows', input.flow.id)) {
        throw invalidValue('flow.id', 'there is no such flow')
      }
      const twin = environment
        .list('variables')
        .find(
          (each) =>
            each.id !== existing?.id &&
            each.name === input.name &&
            each.context === input.context &&
            (each.flow as { id: string } | undefined)?.id === input.flow?.id,
        )
      if (twin) throw invalidValue('name', 'must be unique within its context')
      return { ...input }
    },
    show: ({ value, ...variable }) => ({
      ...variable,
      ...(value === undefined ? {} : { value: variable.dataType === 'secret' ? masked : value }),
    }),
  })
}
