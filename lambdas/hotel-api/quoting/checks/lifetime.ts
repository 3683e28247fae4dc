import type { Check } from '../../authority/check.ts'
import { QuoteExpiredError } from '../../errors/booking-errors.ts'
import type { QuoteFacts } from '../quote-facts.ts'

export const withinLifetime: Check<QuoteFacts> = ({ quote, now }) =>
  now < quote.terms.expiresAt ? undefined : new QuoteExpiredError()
