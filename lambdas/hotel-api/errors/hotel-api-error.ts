import { MyHotelsError } from '../../errors/my-hotels-error.ts'

/** A refusal with what RFC 9457 lets a problem carry besides its standard members. */
export class HotelApiError extends MyHotelsError {
  /** Extension members of the problem (RFC 9457 section 3.2). */
  readonly extensions: Readonly<Record<string, unknown>>
  /** Headers that the status calls for: `Allow`, `WWW-Authenticate`, `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    options: ConstructorParameters<typeof MyHotelsError>[0] & {
      extensions?: Record<string, unknown>
      headers?: Record<string, string>
    },
  ) {
    super(options)
    this.extensions = options.extensions ?? {}
    this.headers = options.headers ?? {}
  }
}
