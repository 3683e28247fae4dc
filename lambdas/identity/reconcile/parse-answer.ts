import type * as z from 'zod'
import { UnusableAnswerError } from './errors.ts'

/** @throws {UnusableAnswerError} when PingOne's answer does not have the shape that is read here */
export function parseAnswer<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
  subject: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new UnusableAnswerError(subject, parsed.error)
}
