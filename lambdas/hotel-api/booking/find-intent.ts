import { getItem } from '../storage/get-item.ts'
import type { Storage } from '../storage/storage.ts'
import { type IntentRecord, intentItemId, intentRecordSchema } from './life-cycle.ts'

/** The intent as the table holds it; see `asOf` for what it is at a moment. */
export async function findIntent(storage: Storage, transactionId: string): Promise<IntentRecord | undefined> {
  const item = await getItem(storage, intentItemId(transactionId))
  return item === undefined ? undefined : intentRecordSchema.parse(item)
}
