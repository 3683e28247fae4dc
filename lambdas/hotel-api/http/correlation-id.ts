export const correlationHeader = 'x-correlation-id'

/** Safe in a log line and in a header: no spaces, quotes or line ends, and not too long. */
export const correlationIdPattern = /^[A-Za-z0-9._:=-]{1,128}$/

/** The caller's correlation id when it has the agreed form, otherwise a new one. */
export function readCorrelationId(headers: Headers, newId: () => string): string {
  const value = headers.get(correlationHeader)
  return value !== null && correlationIdPattern.test(value) ? value : newId()
}
