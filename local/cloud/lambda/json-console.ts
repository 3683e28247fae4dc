// What Lambda's runtime does to `console` when a function's log format is JSON: a line is an object with a level, and
// lines below the function's level are left out.
import { format } from 'node:util'

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

const methods = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
} as const

/** Replaces the methods of the global console. */
export function writeLogsAsJson(requestId: () => string | undefined): void {
  const least = levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE')
  for (const [method, level] of Object.entries(methods)) {
    console[method as keyof typeof methods] = (...values: unknown[]) => {
      if (levels.indexOf(level) < least) return
      process.stdout.write(`${line(level, requestId(), values)}\n`)
    }
  }
}

function line(level: string, requestId: string | undefined, values: unknown[]): string {
  const [value] = values
  const isObject =
    values.length === 1 && typeof value === 'object' && value !== null && !(value instanceof Error)
  const base = { timestamp: new Date().toISOString(), level, requestId }
  try {
    return JSON.stringify({ ...base, message: isObject ? value : format(...values) })
  } catch {
    // An object that JSON cannot hold, such as a circle.
    return JSON.stringify({ ...base, message: format(...values) })
  }
}
