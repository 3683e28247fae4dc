// Refusals that concern the request itself, whatever it asks for.
import { HotelApiError } from './hotel-api-error.ts'

export class RouteNotFoundError extends HotelApiError {
  constructor() {
    super({
      name: 'RouteNotFoundError',
      code: 'not_found',
      status: 404,
      message: 'There is nothing at this address. GET /openapi.json describes what there is.',
    })
  }
}

export class MethodNotAllowedError extends HotelApiError {
  constructor(allowed: readonly string[]) {
    super({
      name: 'MethodNotAllowedError',
      code: 'method_not_allowed',
      status: 405,
      message: `Use ${allowed.filter((method) => method !== 'HEAD').join(' or ')} at this address.`,
      // RFC 9110 section 15.5.6: a 405 must name the methods.
      headers: { allow: allowed.join(', ') },
    })
  }
}

export class MalformedJsonError extends HotelApiError {
  constructor() {
    super({
      name: 'MalformedJsonError',
      code: 'malformed_json',
      status: 400,
      message: 'The body is not JSON in UTF-8. Send one JSON object.',
    })
  }
}

export class BodyTooLargeError extends HotelApiError {
  constructor(limit: number) {
    super({
      name: 'BodyTooLargeError',
      code: 'body_too_large',
      status: 413,
      message: `The body is longer than ${limit} bytes. Send a shorter one.`,
    })
  }
}

export class UnsupportedMediaTypeError extends HotelApiError {
  constructor() {
    super({
      name: 'UnsupportedMediaTypeError',
      code: 'unsupported_media_type',
      status: 415,
      message: 'Send the body as application/json.',
      // RFC 9110 section 15.5.16 with section 12.5.1: Accept says what would have been taken.
      headers: { accept: 'application/json' },
    })
  }
}

export class InvalidRequestError extends HotelApiError {
  constructor(options: { part: 'query' | 'headers' | 'body'; problems: string }) {
    super({
      name: 'InvalidRequestError',
      code: 'invalid_request',
      // A body that is JSON but says something impossible is 422 (RFC 9110 section 15.5.21).
      status: options.part === 'body' ? 422 : 400,
      message: `The ${options.part} cannot be used: ${options.problems}`,
      detail: options.part,
    })
  }
}

export class StorageUnavailableError extends HotelApiError {
  constructor(cause: unknown) {
    super({
      name: 'StorageUnavailableError',
      code: 'temporarily_unavailable',
      status: 503,
      retryable: true,
      message: 'Bookings cannot be reached at the moment. Try again shortly.',
      detail: cause instanceof Error ? cause.name : 'unknown',
      headers: { 'retry-after': '1' },
      cause,
    })
  }
}

export class InternalError extends HotelApiError {
  constructor(cause: unknown) {
    super({
      name: 'InternalError',
      code: 'internal_error',
      status: 500,
      message: 'Something went wrong here. Try again later, and quote the correlation id when you report it.',
      detail: cause instanceof Error ? cause.name : typeof cause,
      cause,
    })
  }
}
