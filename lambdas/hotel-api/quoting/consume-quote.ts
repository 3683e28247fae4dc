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
 * A quote that was offered to this person.
 *
 * @throws {UnknownQuoteError}
 */
export async function readQuote(
  storage: Storage,
  request: { quoteId: string; person: string },
): Promise<QuoteRecord> {
  const quote = await findQuote(storage, request.quoteId)
  if (quote === undefined) throw new UnknownQuoteError('absent')
  requireAll([offeredToPerson], { quote, person: request.person })
  return quote
}

/** @throws {QuoteUsedError} @throws {QuoteExpiredError} when this transaction may not book it */
export function requireUsable(request: QuoteFacts): void {
  requireAll(checks, request)
}

/**
 * Gives a quote to one transaction and to no other; to be written together with the booking that is made from it.
 *
 * @throws {QuoteUsedError} @throws {QuoteExpiredError}
 */
export function consumeQuote(request: QuoteFacts): ConditionalPut {
  requireUsable(request)
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
