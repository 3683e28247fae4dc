import { firstRefusal, requireAll } from '../authority/check.ts'
import { UnknownBookingError, UnknownQuoteError } from '../errors/booking-errors.ts'
import type { Storage } from '../storage/storage.ts'
import type { ConditionalPut } from '../storage/write-together.ts'
import { withinLifetime } from './checks/lifetime.ts'
import { offeredToPerson } from './checks/owner.ts'
import { unusedByOthers } from './checks/unused.ts'
import { findQuote } from './find-quote.ts'
import { type QuoteRecord, quoteRecordSchema } from './quote.ts'
import type { QuoteFacts } from './quote-facts.ts'

const checks = [offeredToPerson, unusedByOthers, withinLifetime]

/**
 * The terms of a quote that this transaction may book.
 *
 * @throws {UnknownQuoteError} @throws {QuoteUsedError} @throws {QuoteExpiredError}
 */
export async function readQuote(
  storage: Storage,
  request: { quoteId: string } & Omit<QuoteFacts, 'quote'>,
): Promise<QuoteRecord> {
  const quote = await findQuote(storage, request.quoteId)
  if (quote === undefined) throw new UnknownQuoteError('absent')
  requireAll(checks, { ...request, quote })
  return quote
}

/**
 * Gives a quote to one transaction and to no other; to be written together with the booking that is made from it.
 *
 * @throws {QuoteUsedError} @throws {QuoteExpiredError}
 */
export function consumeQuote(request: QuoteFacts): ConditionalPut {
  requireAll(checks, request)
  const consumed: QuoteRecord = { ...request.quote, consumedBy: request.transactionId }
  return {
    item: consumed,
    condition: {
      expression: 'attribute_exists(id) AND attribute_not_exists(consumedBy) AND terms.expiresAt > :now',
      values: { ':now': request.now },
    },
  }
}

/** Why the quote could not be given away: what it was when that was tried. */
export function quoteRefusal(request: QuoteFacts, existing: Record<string, unknown> | undefined): Error {
  if (existing === undefined) return new UnknownQuoteError('removed')
  const quote = quoteRecordSchema.parse(existing)
  // Consumed for this very transaction without a booking: the table has forgotten the booking.
  return firstRefusal(checks, { ...request, quote }) ?? new UnknownBookingError('removed')
}
