/**
 * The base of every error that MyHotels raises on purpose.
 *
 * `name` and `code` are stable: state machines, tests and clients match on them. The message is public and
 * tells the person what to do next; `detail` is for the log of the function that raised the error and never
 * leaves the server.
 */
export class MyHotelsError extends Error {
  readonly code: string
  /** The HTTP status that fits when the error ends a request. */
  readonly status: number
  /** True when the same request may succeed later without a change. */
  readonly retryable: boolean
  /** Private: goes to the log, never to a caller. */
  readonly detail: unknown

  constructor(options: {
    name: string
    code: string
    status: number
    message: string
    retryable?: boolean
    detail?: unknown
    cause?: unknown
  }) {
    super(options.message, { cause: options.cause })
    this.name = options.name
    this.code = options.code
    this.status = options.status
    this.retryable = options.retryable ?? false
    this.detail = options.detail
  }
}
