import type { QuoteRecord } from './quote.ts'

/** What is asked about a quote before a booking is made from it. */
export type QuoteFacts = {
  quote: QuoteRecord
  /** Who asks. */
  person: string
  /** The booking that is to be made. */
  transactionId: string
  /** Milliseconds since the epoch. */
  now: number
}
