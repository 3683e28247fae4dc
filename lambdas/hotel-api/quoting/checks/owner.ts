import type { Check } from '../../authority/check.ts'
import { UnknownQuoteError } from '../../errors/booking-errors.ts'
import type { QuoteFacts } from '../quote-facts.ts'

/** Someone else's quote is answered as one that does not exist. */
export const offeredToPerson: Check<Pick<QuoteFacts, 'quote' | 'person'>> = ({ quote, person }) =>
  quote.owner === person ? undefined : new UnknownQuoteError('owner')
