import { MethodNotAllowedError, RouteNotFoundError } from '../errors/request-errors.ts'
import type { Route } from './route.ts'

export type Match = { route: Route; params: Record<string, string> }

/**
 * The route for a method and a path, compared segment by segment; parameters are taken as they came, undecoded. What
 * can be got can be asked for its headers alone (RFC 9110 section 9.3.2).
 *
 * @throws {RouteNotFoundError} when no route has this path
 * @throws {MethodNotAllowedError} when only other methods have it
 */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const allowed: string[] = []
  for (const route of routes) {
    const params = matchPath(route.path, path)
    if (params === undefined) continue
    if (route.method === (method === 'HEAD' ? 'GET' : method)) return { route, params }
    allowed.push(route.method, ...(route.method === 'GET' ? ['HEAD'] : []))
  }
  throw allowed.length > 0 ? new MethodNotAllowedError(allowed) : new RouteNotFoundError()
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const expected = template.split('/')
  const actual = path.split('/')
  if (expected.length !== actual.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of expected.entries()) {
    const value = actual[index] ?? ''
    if (segment.startsWith('{')) {
      if (value === '') return undefined
      params[segment.slice(1, -1)] = value
    } else if (segment !== value) return undefined
  }
  return params
}
