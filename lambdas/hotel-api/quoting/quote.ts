import * as z from 'zod'
import { currency, euros, eurosSchema } from '../catalogue/euros.ts'
import { hotelIdSchema } from '../catalogue/hotels-schema.ts'

export const longestStay = 30

/** What was offered, in cents and milliseconds since the epoch. A booking carries it unchanged: nothing is priced twice. */
export const quoteTermsSchema = z.object({
  quoteId: z.guid(),
  hotelId: z.string(),
  hotelName: z.string(),
  city: z.string(),
  startDate: z.iso.date(),
  endDate: z.iso.date(),
  nights: z.int(),
  nightlyRateCents: z.int(),
  totalPriceCents: z.int(),
  expiresAt: z.int(),
})
export type QuoteTerms = z.infer<typeof quoteTermsSchema>

/** A quote as the table holds it, under `quote#<quoteId>`. */
export const quoteRecordSchema = z.object({
  id: z.string(),
  kind: z.literal('quote'),
  /** The person whom the price was offered to. */
  owner: z.string(),
  terms: quoteTermsSchema,
  /** The one booking that was made from this quote. */
  consumedBy: z.guid().optional(),
  createdAt: z.int(),
  /** Seconds since the epoch. */
  ttl: z.int(),
})
export type QuoteRecord = z.infer<typeof quoteRecordSchema>

export const quoteItemId = (quoteId: string): string => `quote#${quoteId}`

export const quoteSchema = z
  .object({
    quoteId: z.guid(),
    hotelId: hotelIdSchema,
    hotelName: z.string(),
    city: z.string(),
    startDate: z.iso.date().describe('The day of arrival'),
    endDate: z.iso.date().describe('The day of departure'),
    nights: z.int().min(1).max(longestStay),
    nightlyRate: eurosSchema.describe('The member rate for a night, euros'),
    totalPrice: eurosSchema.describe('The price of the whole stay, euros'),
    currency: z.literal(currency),
    expiresAt: z.iso.datetime().describe('Until when a booking can be made from this quote'),
  })
  .describe('A price that is held for one person until it expires')

export function presentQuote(terms: QuoteTerms): z.infer<typeof quoteSchema> {
  const { nightlyRateCents, totalPriceCents, expiresAt, ...same } = terms
  return {
    ...same,
    nightlyRate: euros(nightlyRateCents),
    totalPrice: euros(totalPriceCents),
    currency,
    expiresAt: new Date(expiresAt).toISOString(),
  }
}
