// The error envelope of the Management API: one id for support, one code for the class, details for the members.
import { randomUUID } from 'node:crypto'

/** Codes of the whole answer, as PingOne documents them. */
export type ErrorCode =
  | 'INVALID_DATA'
  | 'INVALID_REQUEST'
  | 'REQUEST_FAILED'
  | 'ACCESS_FAILED'
  | 'NOT_FOUND'
  | 'REQUEST_LIMITED'
  | 'UNEXPECTED_ERROR'

export type DetailCode =
  | 'UNIQUENESS_VIOLATION'
  | 'CONSTRAINT_VIOLATION'
  | 'EMPTY_VALUE'
  | 'INVALID_VALUE'
  | 'REQUIRED_VALUE'
  | 'OUT_OF_RANGE'
  | 'SIZE_LIMIT_EXCEEDED'
  | 'INVALID_FILTER'
  | 'INVALID_PARAMETER'
  | 'INVALID_TOKEN'
  | 'INSUFFICIENT_PERMISSIONS'
  | 'LICENSE_EXCEEDED'
  | 'LIMIT_EXCEEDED'

export type InnerError = {
  existingId?: string
  allowedPattern?: string
  allowedValues?: string[]
  rangeMinimumValue?: number
  rangeMaximumValue?: number
  maximumValue?: number
  referencedValues?: string[]
  supportedAttributes?: string[]
  supportedOperators?: string[]
}

export type Detail = { code: DetailCode; message: string; target?: string; innerError?: InnerError }

/** An answer other than success. `headers` carries `Retry-After` where one is due. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: ErrorCode
  readonly details: readonly Detail[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    details: readonly Detail[] = [],
    headers: Record<string, string> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
    this.headers = headers
  }
}

/** The bodies of all errors but the gateway's own. */
export function toErrorResponse(error: ApiError): Response {
  const id = randomUUID()
  return Response.json(
    {
      id,
      code: error.code,
      message: error.message,
      ...(error.details.length > 0 ? { details: error.details } : {}),
    },
    { status: error.status, headers: { 'correlation-id': id, ...error.headers } },
  )
}

const invalidDataMessage =
  'The request could not be completed. One or more validation errors were in the request.'

export const invalidData = (...details: Detail[]): ApiError =>
  new ApiError(400, 'INVALID_DATA', invalidDataMessage, details)

export const invalidValue = (target: string, message: string, innerError?: InnerError): ApiError =>
  invalidData({ code: 'INVALID_VALUE', target, message, ...(innerError ? { innerError } : {}) })

export const notUnique = (target: string, existingId: string): ApiError =>
  invalidData({ code: 'UNIQUENESS_VIOLATION', target, message: 'must be unique', innerError: { existingId } })

export const invalidRequest = (message: string, ...details: Detail[]): ApiError =>
  new ApiError(400, 'INVALID_REQUEST', message, details)

/** The operation is not allowed in this state. */
export const requestFailed = (message: string, ...details: Detail[]): ApiError =>
  new ApiError(400, 'REQUEST_FAILED', message, details)

export const notFound = (message = 'The requested resource was not found.'): ApiError =>
  new ApiError(404, 'NOT_FOUND', message)

export const accessFailed = (message = 'You do not have access to this resource.'): ApiError =>
  new ApiError(403, 'ACCESS_FAILED', message, [
    { code: 'INSUFFICIENT_PERMISSIONS', message: 'The caller lacks the permission that this request needs.' },
  ])

export const unsupportedMediaType = (given: string | undefined, accepted: readonly string[]): ApiError =>
  new ApiError(
    415,
    'INVALID_REQUEST',
    `The media type ${given ?? 'is missing and'} is not supported here. Use ${accepted.join(' or ')}.`,
  )

export const requestLimited = (retryAfterSeconds: number, message: string): ApiError =>
  new ApiError(429, 'REQUEST_LIMITED', message, [{ code: 'LIMIT_EXCEEDED', message }], {
    'retry-after': String(retryAfterSeconds),
  })
