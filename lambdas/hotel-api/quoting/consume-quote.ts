import { requireAll } from '../authority/check.ts'
import { UnknownQuoteError } from '../errors/booking-errors.ts'
import { putItem } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'
import { withinLifetime } from './checks/lifetime.ts'
import { offeredToPerson } from './checks/owner.ts'
import { unusedByOthers } from './checks/unused.ts'
import { findQuote } from './find-quote.ts'
import { type QuoteRecord, type QuoteTerms, quoteRecordSchema } from './quote.ts'
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
 * Gives a quote to one transaction and to no other, before the booking itself is written: a crash in between leaves a
 * quote that only the same transaction can go on with. Repeating it for that transaction changes nothing.
 *
 * @throws {UnknownQuoteError} @throws {QuoteUsedError} @throws {QuoteExpiredError}
 */
export async function consumeQuote(storage: Storage, request: QuoteFacts): Promise<QuoteTerms> {
  const { quote } = request
  requireAll(checks, request)
  if (quote.consumedBy === request.transactionId) return quote.terms
  const consumed: QuoteRecord = { ...quote, consumedBy: request.transactionId }
  const result = await putItem(storage, consumed, {
    expression: 'attribute_exists(id) AND attribute_not_exists(consumedBy) AND terms.expiresAt > :now',
    values: { ':now': request.now },
  })
  if (result.stored) return quote.terms
  if (result.existing === undefined) throw new UnknownQuoteError('removed')
  const existing = quoteRecordSchema.parse(result.existing)
  requireAll(checks, { ...request, quote: existing })
  return existing.terms
}
