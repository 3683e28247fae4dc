// The lines of a function's log, by the correlation id of the request that they are about.
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { until } from '../../journeys/report.ts'

export type Line = { [member: string]: unknown }

/** @param idOf the correlation id that a line carries, if it is one of those that are looked for */
export function followLog(file: string, idOf: (line: Line) => unknown) {
  const lines = new Map<string, Line>()
  let offset = 0
  let rest = ''

  function readOn(): void {
    if (!existsSync(file)) return
    const descriptor = openSync(file, 'r')
    try {
      const chunk = Buffer.alloc(65_536)
      for (;;) {
        const length = readSync(descriptor, chunk, 0, chunk.length, offset)
        if (length === 0) break
        offset += length
        rest += chunk.toString('latin1', 0, length)
      }
    } finally {
      closeSync(descriptor)
    }
    const whole = rest.split('\n')
    rest = whole.pop() ?? ''
    for (const text of whole) {
      const line = parse(text)
      const id = line && idOf(line)
      if (line && typeof id === 'string') lines.set(id, line)
    }
  }

  return (correlationId: string): Promise<Line> =>
    until(`the log line of ${correlationId}`, async () => {
      if (!lines.has(correlationId)) readOn()
      return lines.get(correlationId)
    })
}

function parse(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? (value as Line) : undefined
  } catch {
    return undefined
  }
}
