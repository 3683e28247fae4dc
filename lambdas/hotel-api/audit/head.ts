import * as z from 'zod'

/** SHA-256 or its HMAC, in hexadecimal. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** The last entry of a chain. It is kept in the booking table, so that an entry that is taken away is missed. */
export const headSchema = z.object({ sequence: z.int().positive(), hash, keptUntil: z.int() })
export type Head = z.infer<typeof headSchema>
