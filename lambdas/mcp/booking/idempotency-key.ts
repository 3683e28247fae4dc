import { createHash } from 'node:crypto'
import type { Stay } from './booking-intents.ts'

/**
 * The key of what one form sends. A host that retries and a person who clicks twice come back with the same one; the
 * next form has another `requestId`. A model sends none: its call has no key, and the stay stands for itself.
 */
export function idempotencyKey(
  booking: Stay & { subject: string; requestId: string | undefined },
): string | undefined {
  const { subject, requestId, hotelId, startDate, nights } = booking
  if (requestId === undefined) return undefined
  const parts = [subject, requestId, hotelId, startDate, nights]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
