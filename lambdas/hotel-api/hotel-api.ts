// The hotel API as a function of its dependencies: web-standard requests in, web-standard responses out.
import type { MyHotelsError } from '../errors/my-hotels-error.ts'
import { closeIntent } from './booking/close-intent.ts'
import { confirmIntent } from './booking/confirm-intent.ts'
import { createIntent } from './booking/create-intent.ts'
import { findStay } from './booking/find-stay.ts'
import { readIntent } from './booking/read-intent.ts'
import { searchHotels } from './catalogue/search-hotels.ts'
import type { HotelApiDependencies, RequestRecord } from './dependencies.ts'
import { correlationHeader, readCorrelationId } from './http/correlation-id.ts'
import { findRoute } from './http/find-route.ts'
import { parseBody, parseHeaders, parseQuery } from './http/parse-request.ts'
import { asMyHotelsError, problemResponse } from './http/problem.ts'
import { type Answer, type Route, routeName } from './http/route.ts'
import { readOpenApi } from './openapi/read-openapi.ts'
import { createQuote } from './quoting/create-quote.ts'
import type { Storage } from './storage/storage.ts'

export type HotelApi = (request: Request) => Promise<Response>

/** Every route, in the order in which the document describes them. */
export function hotelApiRoutes(dependencies: HotelApiDependencies): readonly Route[] {
  const { settings, documents, auditKey } = dependencies
  const storage: Storage = {
    table: settings.bookingTable,
    documents,
    trail: { table: settings.auditTable, retentionDays: settings.auditRetentionDays, key: auditKey },
  }
  const routes = [
    searchHotels(dependencies),
    createQuote(dependencies, storage),
    createIntent(dependencies, storage),
    findStay(dependencies, storage),
    readIntent(dependencies, storage),
    confirmIntent(dependencies, storage),
    closeIntent(dependencies, storage),
  ]
  return [...routes, readOpenApi(routes)]
}

/** Answers every request: a refusal or a failure is a problem (RFC 9457), never an exception. */
export function createHotelApi(dependencies: HotelApiDependencies): HotelApi {
  const { clock, newId, log, measure } = dependencies
  const routes = hotelApiRoutes(dependencies)

  return async function hotelApi(request) {
    const startedAt = clock()
    const correlationId = readCorrelationId(request.headers, newId)
    const url = new URL(request.url)
    let route = 'unknown'
    let response: Response
    let refusal: MyHotelsError | undefined
    try {
      const match = findRoute(routes, request.method, url.pathname)
      route = routeName(match.route)
      response = toResponse(await answer(match.route, match.params, request, url, correlationId))
    } catch (thrown) {
      refusal = asMyHotelsError(thrown)
      response = problemResponse(refusal)
    }
    response.headers.set(correlationHeader, correlationId)
    response.headers.set('x-content-type-options', 'nosniff')
    report({
      route,
      status: response.status,
      ...(refusal ? { code: refusal.code } : {}),
      ...(typeof refusal?.detail === 'string' ? { reason: refusal.detail } : {}),
      durationMs: clock() - startedAt,
      correlationId,
    })
    return request.method === 'HEAD' ? new Response(null, response) : response

    function report(record: RequestRecord): void {
      if (record.status < 500) log.info('request', record)
      else log.error('request', { ...record, ...(refusal ? { stack: framesOf(refusal.cause) } : {}) })
      measure?.(record)
    }
  }
}

async function answer(
  route: Route,
  params: Record<string, string>,
  request: Request,
  url: URL,
  correlationId: string,
): Promise<Answer> {
  const query = parseQuery(route, url)
  const authority = await route.authorize(request, query)
  const headers = parseHeaders(route, request.headers) as Record<string, unknown>
  const body = await parseBody(route, request)
  return route.answer({ params, query, headers, body, authority, correlationId })
}

function toResponse(answer: Answer): Response {
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...answer.headers },
  })
}

/** Where it happened, without the message: messages may repeat what a request said. */
function framesOf(cause: unknown): string[] {
  if (!(cause instanceof Error)) return []
  return (cause.stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 12)
}
