export type Route = { key: string; integration: { functionArn: string; timeoutMilliseconds: number } }

export type RouteMatch = { route: Route; pathParameters: Record<string, string> | undefined }

type Candidate = RouteMatch & { rank: number }

/**
 * The route that an HTTP API picks for a decoded path: a full match before one with path variables, that before a greedy one, and
 * `$default` last; among equals the route of the very method before `ANY`.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const candidates = routes.flatMap((route): Candidate[] => {
    if (route.key === '$default') return [{ route, pathParameters: undefined, rank: 6 }]
    const [routeMethod = '', routePath = ''] = route.key.split(' ')
    if (routeMethod !== 'ANY' && routeMethod !== method) return []
    const pathParameters = matchPath(routePath, path)
    if (pathParameters === undefined) return []
    const kind = routePath.includes('+}') ? 2 : routePath.includes('{') ? 1 : 0
    return [{ route, pathParameters, rank: kind * 2 + (routeMethod === 'ANY' ? 1 : 0) }]
  })
  candidates.sort((a, b) => a.rank - b.rank)
  const [best] = candidates
  if (best === undefined) return undefined
  const { route, pathParameters } = best
  const isEmpty = pathParameters === undefined || Object.keys(pathParameters).length === 0
  return { route, pathParameters: isEmpty ? undefined : pathParameters }
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const names: string[] = []
  const expression = pattern
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? []
      if (name === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      names.push(name)
      return greedy ? '(.+)' : '([^/]+)'
    })
    .join('')
  const match = new RegExp(`^${expression}$`, 's').exec(path)
  if (match === null) return undefined
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? '']))
}
