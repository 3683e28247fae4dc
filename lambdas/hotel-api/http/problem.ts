import * as z from 'zod'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import { HotelApiError } from '../errors/hotel-api-error.ts'
import { InternalError } from '../errors/request-errors.ts'

/** RFC 9457 section 3, with the stable code that clients match on. */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('`urn:myhotels:problem:` and the code'),
    title: z.string().describe('The kind of problem, the same for every occurrence'),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What to do next, for a person'),
    code: z
      .string()
      .regex(/^[a-z_]+$/)
      .describe('Stable; match on this'),
    knownCities: z.array(z.string()).optional().describe('With `unknown_city`: the cities that there are'),
    suggestions: z
      .array(z.string())
      .optional()
      .describe('With `unknown_city`: those that may have been meant'),
    booking: z
      .object({
        transactionId: z.guid(),
        status: z.enum(['pending', 'confirmed']),
        hotelId: z.string(),
        hotelName: z.string(),
        startDate: z.iso.date(),
        endDate: z.iso.date(),
        confirmationCode: z.string().optional(),
      })
      .optional()
      .describe('With `stay_overlaps`: the booking that is there already'),
  })
  .describe('A refusal (RFC 9457, application/problem+json)')

/** Any thrown value as an error with a public message; what nobody foresaw becomes an internal error. */
export function asMyHotelsError(thrown: unknown): MyHotelsError {
  return thrown instanceof MyHotelsError ? thrown : new InternalError(thrown)
}

export function problemResponse(error: MyHotelsError): Response {
  const extensions = error instanceof HotelApiError ? error.extensions : {}
  const body: z.infer<typeof problemSchema> = {
    type: `urn:myhotels:problem:${error.code}`,
    title: titleOf(error.code),
    status: error.status,
    detail: error.message,
    code: error.code,
    ...extensions,
  }
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  for (const [name, value] of Object.entries(headersOf(error))) headers.set(name, value)
  return new Response(JSON.stringify(body), { status: error.status, headers })
}

function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function headersOf(error: MyHotelsError): Readonly<Record<string, string>> {
  if (error instanceof HotelApiError) return error.headers
  // RFC 6750 section 3: a refused token is answered with a challenge that says so.
  if (error.status === 401) return { 'www-authenticate': `Bearer error="${error.code}"` }
  if (error.retryable) return { 'retry-after': '1' }
  return {}
}
