import { notFound } from '../api-error.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'

/** Notes what was created and makes the paths that lag behind answer 404 for their first calls. */
export function createConsistencyCheck(callsUntilConsistent: number) {
  const waiting = new Map<string, number>()
  const fresh = new Set<string>()
  return {
    created(id: string): void {
      if (callsUntilConsistent > 0) fresh.add(id)
    },
    requireConsistency(_context: ManagementContext, operation: Operation, call: Call): void {
      const parent = operation.lagsBehind && call.variables[operation.lagsBehind]
      if (!parent || !fresh.has(parent)) return
      const collection = operation.path.includes('/grants') ? 'grants' : 'secret'
      const key = `${collection} ${parent}`
      const left = waiting.get(key) ?? callsUntilConsistent
      if (left <= 0) return
      waiting.set(key, left - 1)
      throw notFound()
    },
  }
}
