import * as z from 'zod'
import { requestFailed } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const schema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  description: z.string().max(1024).optional(),
  default: z.boolean().default(false),
  alternativeIdentifiers: z.array(z.string()).optional(),
  preferredLanguage: z.string().optional(),
  passwordPolicy: z.looseObject({ id: z.guid() }).optional(),
  theme: z.looseObject({ id: z.guid() }).optional(),
})

/** A population that chooses no theme has the environment's own; callers wait until it shows. */
const defaultThemeId = ({ environment }: ManagementContext): string =>
  String(environment.values.defaultThemeId ?? environment.id)

export function populations(context: ManagementContext): Operation[] {
  const { environment } = context
  const users = (populationId: string) =>
    environment.list('users').filter((user) => (user.population as { id: string }).id === populationId)

  return collectionOperations(context, {
    path: '/environments/{environmentID}/populations',
    variable: 'populationID',
    collection: 'populations',
    rights: { read: 'environment:read', write: 'environment:write' },
    schema,
    readOnly: ['userCount'],
    unique: ['name'],
    filterable: { name: ['eq', 'sw'], id: ['eq'] },
    members(input, _call, existing) {
      if (existing?.default === true && !input.default) {
        throw requestFailed('Make another population the default one first.')
      }
      return { preferredLanguage: 'en', ...input, theme: input.theme ?? { id: defaultThemeId(context) } }
    },
    changed(_before, after) {
      if (after?.default !== true) return
      for (const other of environment.list('populations')) {
        if (other.id !== after.id && other.default === true) {
          environment.put('populations', { ...other, default: false })
        }
      }
    },
    deleting(item) {
      if (item.default === true) throw requestFailed('The default population cannot be deleted.')
      if (users(item.id).length > 0) throw requestFailed('A population that has users cannot be deleted.')
    },
    show: (item) => ({
      preferredLanguage: 'en',
      theme: { id: defaultThemeId(context) },
      ...item,
      userCount: users(item.id).length,
    }),
  })
}
