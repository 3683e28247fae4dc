// Finds the operation of a request. What no operation offers never reaches the API: the gateway in front refuses it.
import { notFound, unsupportedMediaType } from './api-error.ts'
import type { Operation } from './operation.ts'

export type Route = { operation: Operation; variables: Record<string, string> }

const idPattern = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i
const wordPattern = /^[\w.-]{1,128}$/

/**
 * @returns undefined when no operation has this method and path
 * @throws {ApiError} 404 for an id that cannot be one, 415 for a body of the wrong media type
 */
export function createRouter(operations: readonly Operation[]) {
  const routes = operations.map((operation) => ({ operation, parts: operation.path.split('/').slice(1) }))

  return function route(method: string, path: string, mediaType: string | undefined): Route | undefined {
    const parts = path.split('/').slice(1)
    const candidates = routes.filter(
      ({ operation, parts: expected }) =>
        operation.method === method &&
        expected.length === parts.length &&
        expected.every((part, index) => part.startsWith('{') || part === parts[index]),
    )
    if (candidates.length === 0) return undefined
    // A word in the path is more particular than a variable: `/flows/{flowID}/enabled` before `/{a}/{b}`.
    const found = candidates.filter(
      ({ operation }) => !operation.method.startsWith('P') || accepts(operation, mediaType),
    )[0]
    if (!found) {
      throw unsupportedMediaType(
        mediaType,
        candidates.flatMap(({ operation }) => mediaTypesOf(operation)),
      )
    }
    const variables: Record<string, string> = {}
    found.parts.forEach((part, index) => {
      if (!part.startsWith('{')) return
      const name = part.slice(1, -1)
      const value = parts[index] ?? ''
      if (!(name.endsWith('ID') && !looseIds.has(name) ? idPattern : wordPattern).test(value))
        throw notFound()
      variables[name] = name.endsWith('ID') && !looseIds.has(name) ? value.toLowerCase() : value
    })
    return { operation: found.operation, variables }
  }
}

/** Connectors are known by name and flow versions by number. */
const looseIds = new Set(['connectorID', 'versionID'])

const mediaTypesOf = (operation: Operation): readonly string[] => operation.mediaTypes ?? ['application/json']

/** A request that names no media type has no body either; only an operation that takes JSON can do without. */
function accepts(operation: Operation, mediaType: string | undefined): boolean {
  return mediaTypesOf(operation).some((each) => each.toLowerCase() === (mediaType ?? 'application/json'))
}
