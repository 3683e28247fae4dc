// What one decision works with: the request, the framework at a version, and what has been looked up so far.
import type { Clock } from '../../../lambdas/clock.ts'
import type { Framework } from './model.ts'
import type { Value } from './values.ts'

/** The directory, as far as decisions read it. */
export type Directory = {
  user(id: string): Record<string, unknown> | undefined
  /** Ids and names of the groups that a user is in. */
  groupsOf(userId: string): string[]
}

/** Answers of HTTP services that may be used again, by service and request. */
export type ServiceCache = Map<string, { until: number; body: string }>

export type Evaluation = {
  framework: Framework
  parameters: ReadonlyMap<string, string | number | boolean>
  userId: string | undefined
  /** Values that a test run puts in place of attributes and services, by id. */
  overrides: ReadonlyMap<string, string>
  directory: Directory
  clock: Clock
  fetch: typeof fetch
  cache: ServiceCache
  attributes: Map<string, Promise<Value>>
  services: Map<string, Promise<unknown>>
}
