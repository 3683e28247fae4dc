import type * as z from 'zod'

/** What a route answers; the body is sent as JSON. */
export type Answer = {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export type Call<Query, Headers, Body, Authority> = {
  /** The path's own segments, as they came: each is checked where it is used. */
  params: Readonly<Record<string, string>>
  query: Query
  headers: Headers
  body: Body
  authority: Authority
  /** For the log of what is called in turn. */
  correlationId: string
}

/**
 * One operation: its address, the schemas that validate a request and describe it in the OpenAPI document, and the
 * functions that authorize and answer it. Authority is settled before a header or body is looked at.
 */
export type Route<
  Query extends z.ZodType = z.ZodType,
  Headers extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Authority = unknown,
> = {
  method: 'GET' | 'POST'
  /** Segments in braces are parameters: `/booking-intents/{transactionId}`. */
  path: string
  operationId: string
  summary: string
  description: string
  /** Who may call; `optional` when it depends on the query. The first scope is named in the document. */
  access: { kind: 'public' } | { kind: 'optional' | 'required'; scope: string; token: string }
  params?: z.ZodObject
  query?: Query
  headers?: Headers
  body?: Body
  /** Fields of the body whose violation has an error of its own. */
  bodyErrors?: Readonly<Record<string, () => Error>>
  answers: Readonly<Record<number, { description: string; schema: z.ZodType }>>
  /** The codes of the problems that are this route's own, by status. */
  problems: Readonly<Record<number, readonly string[]>>
  authorize(request: Request, query: z.infer<Query>): Promise<Authority> | Authority
  answer(call: Call<z.infer<Query>, z.infer<Headers>, z.infer<Body>, Authority>): Promise<Answer> | Answer
}

/** Keeps the schemas' types together while a route is written; the router holds routes without them. */
export function defineRoute<
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Authority,
>(route: Route<Query, Headers, Body, Authority>): Route {
  return route as unknown as Route
}

/** The route's name in logs and metrics. */
export const routeName = (route: Route): string => `${route.method} ${route.path}`
