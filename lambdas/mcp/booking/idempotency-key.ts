import { createHash } from 'node:crypto'

/**
 * The key of one attempt at one booking. A host that retries and a person who clicks twice come back with the same
 * one; `attempt` moves on when the booking before it came to nothing, a new `requestId` when the person starts anew.
 */
export function idempotencyKey(booking: {
  subject: string
  requestId: string | undefined
  hotelId: string
  startDate: string
  nights: number
  attempt: number
}): string {
  const { subject, requestId, hotelId, startDate, nights, attempt } = booking
  const parts = [subject, requestId ?? null, hotelId, startDate, nights, attempt]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
