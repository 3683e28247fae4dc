import type { Check } from '../../authority/check.ts'
import { QuoteUsedError } from '../../errors/booking-errors.ts'
import type { QuoteFacts } from '../quote-facts.ts'

/** One quote makes one booking; the same booking may ask again, as after a crash. */
export const unusedByOthers: Check<QuoteFacts> = ({ quote, transactionId }) =>
  quote.consumedBy === undefined || quote.consumedBy === transactionId ? undefined : new QuoteUsedError()
