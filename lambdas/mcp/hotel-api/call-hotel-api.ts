// The client of the hotel API: deadlines, bounded retries, and problem details as typed errors.
import * as z from 'zod'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import { type Answer, fetchWithRetry, type RetryingFetch } from '../../http/fetch-with-retry.ts'
import { plainTexts } from '../../plain-text.ts'

export type HotelApiRequest = {
  /** `GET` unless said otherwise. */
  method?: 'GET' | 'POST'
  /** A token minted for the hotel API; never the inbound one. */
  token?: string | undefined
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
  correlationId: string
  /** May be sent again after a failure. GETs and requests with an Idempotency-Key may by themselves. */
  repeatable?: boolean
}

/**
 * Calls the hotel API and returns the parsed JSON body of a 2xx answer; the caller validates it.
 *
 * @param path with its query, for example `/hotels?city=Milan`
 * @throws {HotelApiProblemError} the API answered with problem details (RFC 9457)
 * @throws {HotelApiUnavailableError} no answer, a 5xx or an unreadable one; the call may be retried
 */
export type HotelApi = (path: string, request: HotelApiRequest) => Promise<unknown>

/** The hotel API's own refusal; `code` is the problem's. */
export class HotelApiProblemError extends MyHotelsError {
  /** The whole problem document, extension members included; hostile until validated. */
  readonly problem: Readonly<Record<string, unknown>>
  constructor(status: number, problem: z.infer<typeof problemDetails>) {
    super({
      name: 'HotelApiProblemError',
      code: problem.code,
      status,
      message: problem.detail ?? problem.title ?? 'The hotels refused this request.',
    })
    this.problem = problem
  }
}

export class HotelApiUnavailableError extends MyHotelsError {
  constructor(detail: unknown, cause?: unknown) {
    super({
      name: 'HotelApiUnavailableError',
      code: 'hotel_api_unavailable',
      status: 503,
      retryable: true,
      message: 'The hotels cannot be reached at the moment. Try again shortly.',
      detail,
      cause,
    })
  }
}

const problemDetails = z.looseObject({
  code: z.string().regex(/^[a-z][a-z0-9_]{0,60}$/),
  title: z.string().max(200).optional(),
  detail: z.string().max(1000).optional(),
})

export const hotelApiLimits = { deadline: 9000, attemptTimeout: 5000, attempts: 3 }

export function createHotelApi(options: RetryingFetch & { url: string }): HotelApi {
  const base = options.url.replace(/\/$/, '')
  return async function hotelApi(path, request) {
    const method = request.method ?? 'GET'
    const headers = new Headers(request.headers)
    headers.set('accept', 'application/json, application/problem+json')
    headers.set('x-correlation-id', request.correlationId)
    if (request.token !== undefined) headers.set('authorization', `Bearer ${request.token}`)
    if (request.body !== undefined) headers.set('content-type', 'application/json')
    const repeatable = request.repeatable ?? (method === 'GET' || headers.has('idempotency-key'))
    let answer: Answer
    try {
      answer = await fetchWithRetry(
        options,
        {
          url: `${base}${path}`,
          init: {
            method,
            headers,
            ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
          },
          repeatable,
        },
        hotelApiLimits,
      )
    } catch (cause) {
      throw new HotelApiUnavailableError(`no answer to ${method} ${path.split('?')[0]}`, cause)
    }
    return readBody(answer)
  }
}

function readBody(answer: Answer): unknown {
  const body = parseJson(answer.text)
  if (answer.status >= 200 && answer.status < 300) {
    if (body === undefined) throw new HotelApiUnavailableError('the answer is not JSON')
    return body
  }
  const problem = problemDetails.safeParse(body)
  if (answer.status >= 500 || answer.status === 429 || !problem.success) {
    throw new HotelApiUnavailableError(`the hotel API answered ${answer.status}`)
  }
  throw new HotelApiProblemError(answer.status, problem.data)
}

function parseJson(text: string): unknown {
  try {
    // People and models read what the hotels say of themselves.
    return JSON.parse(text, plainTexts)
  } catch {
    return undefined
  }
}
