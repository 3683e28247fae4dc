// A booking intent through its life cycle. The functions below take a pending intent and nothing else, so a transition
// from any other state does not compile; `recordTransition` writes it under the state and version that it was made from.
import * as z from 'zod'
import { type Outcome, outcomes } from '../../booking/life-cycle.ts'
import { headSchema } from '../audit/head.ts'
import { quoteTermsSchema } from '../quoting/quote.ts'

const common = {
  id: z.string(),
  kind: z.literal('intent'),
  transactionId: z.guid(),
  /** The person who books: the subject of the token. */
  owner: z.string(),
  /** Whether the policy asked for the person's approval; decides which token confirms. */
  approval: z.enum(['required', 'not_required']),
  /** The very terms that the policy judged. */
  quote: quoteTermsSchema,
  /** Bookings that waited and were cancelled for this one. */
  replaces: z.array(z.guid()).optional(),
  createdAt: z.int(),
  /** From this moment a pending intent has expired, whatever the table says. */
  expiresAt: z.int(),
  /** Grows with each transition. */
  version: z.int().positive(),
  /** The last entry of the booking's audit trail, written together with this record. */
  trail: headSchema.optional(),
  /** Seconds since the epoch when the table may forget the record; long after anybody needs it. */
  ttl: z.int(),
}
const pendingSchema = z.object({ ...common, status: z.literal('pending') })
const confirmedSchema = z.object({
  ...common,
  status: z.literal('confirmed'),
  confirmedAt: z.int(),
  confirmationCode: z.string(),
})
const closedSchema = z.object({ ...common, status: z.enum(outcomes), closedAt: z.int() })

/** An intent as the table holds it, under `intent#<transactionId>`. Times are milliseconds since the epoch. */
export const intentRecordSchema = z.discriminatedUnion('status', [
  pendingSchema,
  confirmedSchema,
  closedSchema,
])
export type PendingIntent = z.infer<typeof pendingSchema>
export type ConfirmedIntent = z.infer<typeof confirmedSchema>
export type ClosedIntent = z.infer<typeof closedSchema>
export type IntentRecord = z.infer<typeof intentRecordSchema>

export const intentItemId = (transactionId: string): string => `intent#${transactionId}`

/** How long the table remembers a booking after it ended. */
export const historyDays = 90

const afterwards = (time: number): number => Math.floor(time / 1000) + historyDays * 24 * 60 * 60

export type NewIntent = Pick<
  PendingIntent,
  'transactionId' | 'owner' | 'approval' | 'quote' | 'replaces' | 'createdAt' | 'expiresAt'
>

export function openIntent(intent: NewIntent): PendingIntent {
  return {
    ...intent,
    id: intentItemId(intent.transactionId),
    kind: 'intent',
    status: 'pending',
    version: 1,
    ttl: afterwards(intent.expiresAt),
  }
}

/** pending → confirmed */
export function confirmed(
  intent: PendingIntent,
  { at, confirmationCode }: { at: number; confirmationCode: string },
): ConfirmedIntent {
  return {
    ...intent,
    status: 'confirmed',
    version: intent.version + 1,
    confirmedAt: at,
    confirmationCode,
    // The booking is remembered until well after the stay.
    ttl: Math.max(intent.ttl, afterwards(Date.parse(`${intent.quote.endDate}T00:00:00Z`))),
  }
}

/** pending → denied | expired | cancelled */
export function closed(
  intent: PendingIntent,
  { at, outcome }: { at: number; outcome: Outcome },
): ClosedIntent {
  return { ...intent, status: outcome, version: intent.version + 1, closedAt: at }
}

/**
 * The intent as it is at a moment. A pending intent whose time is over has expired at that time, even when nothing has
 * written so yet: what a reader was told must not be taken back later by another outcome.
 */
export function asOf(intent: IntentRecord, now: number): IntentRecord {
  if (intent.status !== 'pending' || now < intent.expiresAt) return intent
  return closed(intent, { at: intent.expiresAt, outcome: 'expired' })
}
