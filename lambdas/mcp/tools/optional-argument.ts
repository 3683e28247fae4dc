import * as z from 'zod'

/** An argument that may be left out. Strict tool calling writes `null` for one that is, and some models nothing in quotes. */
export const optionalArgument = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional()).optional()
