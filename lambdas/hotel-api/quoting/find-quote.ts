import { getItem } from '../storage/get-item.ts'
import type { Storage } from '../storage/storage.ts'
import { type QuoteRecord, quoteItemId, quoteRecordSchema } from './quote.ts'

export async function findQuote(storage: Storage, quoteId: string): Promise<QuoteRecord | undefined> {
  const item = await getItem(storage, quoteItemId(quoteId))
  return item === undefined ? undefined : quoteRecordSchema.parse(item)
}
