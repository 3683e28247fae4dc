import * as z from 'zod'

/**
 * RFC 6750 section 2.1, `b64token`: what a bearer token may look like. Anything else must not reach a header, whose
 * errors would repeat it.
 */
export const bearerTokenText = z
  .string()
  .regex(/^[A-Za-z0-9\-._~+/]+=*$/)
  .max(65_536)
