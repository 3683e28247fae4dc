import type * as z from 'zod'
import { InvalidRequestError } from '../errors/request-errors.ts'
import { readJsonBody } from './read-json-body.ts'
import type { Route } from './route.ts'

/** @throws {InvalidRequestError} when a parameter is wrong, unknown or given twice */
export function parseQuery(route: Route, url: URL): unknown {
  if (route.query === undefined) return {}
  const values = Object.fromEntries(
    [...new Set(url.searchParams.keys())].map((name) => {
      const all = url.searchParams.getAll(name)
      return [name, all.length === 1 ? all[0] : all]
    }),
  )
  const result = route.query.safeParse(values)
  if (result.success) return result.data
  throw new InvalidRequestError({ part: 'query', problems: describe(result.error) })
}

/** @throws {InvalidRequestError} when a header that the route needs is wrong or missing */
export function parseHeaders(route: Route, headers: Headers): unknown {
  if (route.headers === undefined) return {}
  const values = Object.fromEntries(
    Object.keys(route.headers.shape).map((name) => [name, headers.get(name) ?? undefined]),
  )
  const result = route.headers.safeParse(values)
  if (result.success) return result.data
  throw new InvalidRequestError({ part: 'headers', problems: describe(result.error) })
}

/** @throws {InvalidRequestError} or the error that the route has for the field that is wrong */
export async function parseBody(route: Route, request: Request): Promise<unknown> {
  if (route.body === undefined) return undefined
  const result = route.body.safeParse(await readJsonBody(request))
  if (result.success) return result.data
  const ownErrors = result.error.issues.map((issue) => route.bodyErrors?.[String(issue.path[0])])
  // A field's own error stands only when nothing else is wrong; otherwise the list says more.
  const [first] = ownErrors
  if (first && ownErrors.every((own) => own === first)) throw first()
  throw new InvalidRequestError({ part: 'body', problems: describe(result.error) })
}

/** Enough to repair the request; cut, because unknown names come from outside. */
function describe(error: z.ZodError): string {
  const sentences = error.issues.map((issue) => {
    const path = issue.path.map(String).join('.')
    return path === '' ? issue.message : `${path}: ${issue.message}`
  })
  const text = sentences.join('; ')
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
