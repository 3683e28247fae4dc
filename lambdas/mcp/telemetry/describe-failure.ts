import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import type { CallLine } from './call-record.ts'

/** What the log may know of an error. Messages of foreign errors stay out: they may quote a body or a token. */
export function describeFailure(error: unknown): NonNullable<CallLine['failure']> {
  if (error instanceof MyHotelsError) {
    return {
      name: error.name,
      code: error.code,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
      ...(error.cause instanceof Error ? { cause: causeOf(error.cause) } : {}),
    }
  }
  if (error instanceof Error) return { name: error.name, cause: placeOf(error) }
  return { name: typeof error }
}

function causeOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code
  const inner = error.cause instanceof Error ? ` < ${causeOf(error.cause)}` : ''
  return `${error.name}${typeof code === 'string' ? ` ${code}` : ''}${inner}`
}

/** The first stack line that is ours to mend, without the message. */
function placeOf(error: Error): string {
  const line = error.stack?.split('\n').find((text) => /^\s+at /.test(text))
  return line?.trim().slice(0, 200) ?? ''
}
