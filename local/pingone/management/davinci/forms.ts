// Forms that flows show.
import * as z from 'zod'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const field = z.looseObject({
  type: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  position: z.strictObject({
    row: z.int().min(0),
    col: z.int().min(0).max(3),
    width: z.int().min(0).optional(),
  }),
})
const schema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  description: z.string().max(1024).optional(),
  category: z.literal('CUSTOM'),
  cols: z.int().min(1).max(4).optional(),
  components: z.strictObject({ fields: z.array(field).min(1) }),
  languageBundle: z.record(z.string(), z.string()).optional(),
  markOptional: z.boolean(),
  markRequired: z.boolean(),
  passwordAutoCompleteEnabled: z.boolean().default(false),
  textAutoCompleteEnabled: z.boolean().default(false),
  translationMethod: z.enum(['DEFAULT_VALUE', 'KEY', 'TRANSLATE']).optional(),
})

export function forms(context: ManagementContext): Operation[] {
  return collectionOperations(context, {
    path: '/environments/{environmentID}/forms',
    variable: 'formID',
    collection: 'forms',
    rights: { read: 'environment:read', write: 'environment:write' },
    schema,
    readOnly: ['created', 'modified', 'fieldTypes', 'readOnly'],
    unique: ['name'],
    show: (form) => ({
      ...form,
      created: form.createdAt,
      modified: form.updatedAt,
      fieldTypes: [
        ...new Set((form.components as { fields: { type: string }[] }).fields.map(({ type }) => type)),
      ],
    }),
  })
}
