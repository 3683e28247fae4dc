// HAL: links on every object, and lists in pages that are followed by `_links.next`.
import { ApiError, invalidData } from './api-error.ts'
import type { ManagementContext } from './operation.ts'

export type Links = Record<string, { href: string }>

/** Puts links and the environment around an object's own members. `path` is the object's own, below `/v1`. */
export function present(
  context: ManagementContext,
  path: string,
  members: object,
  links: Record<string, string> = {},
): object {
  const href = (each: string) => ({ href: `${context.baseUrl}${each}` })
  return {
    _links: {
      self: href(path),
      environment: href(`/environments/${context.environment.id}`),
      ...Object.fromEntries(Object.entries(links).map(([name, each]) => [name, href(each)])),
    },
    environment: { id: context.environment.id },
    ...members,
  }
}

type PageOptions = {
  path: string
  query: URLSearchParams
  embedded: string
  defaultLimit?: number
  maximumLimit?: number
  /** Further links of the list, as paths below `/v1`. */
  links?: Record<string, string>
}

/**
 * One page of a list. The cursor is opaque to callers and bound to the list and its filter: it is refused
 * elsewhere.
 */
export function page<T extends { id: string }>(
  context: ManagementContext,
  items: readonly T[],
  options: PageOptions,
  show: (item: T) => object,
): object {
  const { path, query, embedded } = options
  const limit = Math.min(
    readLimit(query, options.defaultLimit ?? 100, options.maximumLimit ?? 1000),
    context.options.largestPage ?? Number.POSITIVE_INFINITY,
  )
  const binding = `${path}?${query.get('filter') ?? ''}`
  const after = readCursor(query, binding)
  // An object that the cursor names may have gone meanwhile; its place in the list is kept beside its id.
  const known = after === undefined ? -1 : items.findIndex((item) => item.id === after.id)
  const start = after === undefined ? 0 : known >= 0 ? known + 1 : Math.min(after.index, items.length)
  const shown = items.slice(start, start + limit)
  const last = shown.at(-1)
  const more = last !== undefined && start + shown.length < items.length
  const link = (cursor?: string) => {
    const search = new URLSearchParams()
    if (cursor !== undefined) search.set('cursor', cursor)
    for (const [name, value] of query) if (name !== 'cursor') search.append(name, value)
    const text = search.toString()
    return { href: `${context.baseUrl}${path}${text === '' ? '' : `?${text}`}` }
  }
  return {
    _links: {
      environment: { href: `${context.baseUrl}/environments/${context.environment.id}` },
      ...Object.fromEntries(
        Object.entries(options.links ?? {}).map(([name, each]) => [
          name,
          { href: `${context.baseUrl}${each}` },
        ]),
      ),
      self: link(query.get('cursor') ?? undefined),
      ...(more ? { next: link(writeCursor({ id: last.id, index: start + shown.length, binding })) } : {}),
    },
    _embedded: { [embedded]: shown.map(show) },
    count: items.length,
    size: shown.length,
  }
}

function readLimit(query: URLSearchParams, fallback: number, maximum: number): number {
  const text = query.get('limit')
  if (text === null) return fallback
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= maximum) return limit
  throw invalidData({
    code: 'OUT_OF_RANGE',
    target: 'limit',
    message: `must be between 1 and ${maximum}`,
    innerError: { rangeMinimumValue: 1, rangeMaximumValue: maximum },
  })
}

type Cursor = { id: string; index: number; binding: string }

const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify([cursor.id, cursor.index, cursor.binding])).toString('base64url')

function readCursor(query: URLSearchParams, binding: string): Cursor | undefined {
  const text = query.get('cursor')
  if (text === null) return undefined
  try {
    const [id, index, boundTo] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    if (typeof id === 'string' && Number.isInteger(index) && Number(index) >= 0 && boundTo === binding) {
      return { id, index: Number(index), binding }
    }
  } catch {
    // Refused below, like any other cursor that this list did not give out.
  }
  throw new ApiError(400, 'INVALID_DATA', 'The request could not be completed. The cursor is not valid.', [
    { code: 'INVALID_PARAMETER', target: 'cursor', message: 'follow _links.next as it came' },
  ])
}
