import { MyHotelsError } from '../errors/my-hotels-error.ts'

/** RFC 6750 section 3.1 `invalid_token`. The detail says which check failed; the caller learns only that one did. */
export class InvalidTokenError extends MyHotelsError {
  constructor(detail: unknown, options?: { cause?: unknown; message?: string }) {
    super({
      name: 'InvalidTokenError',
      code: 'invalid_token',
      status: 401,
      message: options?.message ?? 'The access token is not valid here. Sign in again.',
      detail,
      cause: options?.cause,
    })
  }
}
