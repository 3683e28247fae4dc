// What the audit trail holds. One chain of entries tells one booking from the decision that let it begin to its end;
// bookings that never were, because policy refused them, have chains of their own. An entry is kept as the very text
// that its hash was made over, so that nothing has to be put into an order again before it can be verified.
import * as z from 'zod'
import { outcomes } from '../../booking/life-cycle.ts'
import { displayedSchema } from '../authority/displayed/displayed.ts'
import { quoteSchema } from '../quoting/quote.ts'
import { hash } from './head.ts'

const moment = z.iso.datetime()

const decisionSchema = z.object({
  /** The decision's id at PingOne. */
  id: z.string().optional(),
  effect: z.enum(['PERMIT', 'DENY', 'NOT_APPLICABLE', 'INDETERMINATE']),
  /** The words are the policy's own. */
  statements: z.array(z.object({ code: z.string(), words: z.string().optional() })),
  judged: z.object({
    operation: z.string(),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    /** What this API knew of the person: the attributes of the limits. */
    person: z.record(z.string(), z.number()).optional(),
  }),
})

/** Through whom the person acted, the current actor first; the last one is the host. */
const actorsSchema = z.array(z.object({ clientId: z.string(), name: z.string() }))

const approvalSchema = z.object({
  /** How the person was authenticated when they approved (RFC 8176). */
  amr: z.array(z.string()),
  authenticatedAt: moment.optional(),
  /** When the token of the approval was issued. */
  issuedAt: moment.optional(),
  tokenHash: hash,
  displayed: displayedSchema,
  /** The hash of the `auth_req_id`, which only the caller knows. Nothing here proves it. */
  unverified: z.object({ requestHash: hash }).optional(),
})

const everyEntry = {
  chain: z.string(),
  sequence: z.int().positive(),
  /** The hash of the entry before it. */
  previous: hash.nullable(),
  at: moment,
  transactionId: z.guid(),
  /** Stands for the person, and tells nobody who it is. */
  subject: hash,
  correlationId: z.string(),
  /** Seconds since the epoch; the same in all of a chain, so that none is shortened by forgetting. */
  keptUntil: z.int(),
}
const judged = { actors: actorsSchema, quote: quoteSchema, decision: decisionSchema }

/** Who or what ended a booking that was not confirmed. */
export const endedBy = ['workflow', 'policy', 'time', 'newer request'] as const
export type EndedBy = (typeof endedBy)[number]

export const entrySchema = z.discriminatedUnion('event', [
  /** Policy permitted it with the person's approval; it waits. */
  z.object({ ...everyEntry, event: z.literal('requested'), ...judged, expiresAt: moment }),
  z.object({
    ...everyEntry,
    event: z.literal('confirmed'),
    ...judged,
    approval: approvalSchema.optional(),
    confirmationCode: z.string(),
  }),
  z.object({
    ...everyEntry,
    event: z.enum(outcomes),
    endedBy: z.enum(endedBy),
    /** When policy ended it. */
    decision: decisionSchema.optional(),
  }),
  /** Policy did not permit it; there is no booking. */
  z.object({ ...everyEntry, event: z.literal('refused'), ...judged }),
])
export type Entry = z.infer<typeof entrySchema>
export type Decision = z.infer<typeof decisionSchema>
export type Approval = z.infer<typeof approvalSchema>

/** What an entry says, before it has a place in its chain. */
export type EntryFacts = DistributiveOmit<Entry, 'chain' | 'sequence' | 'previous' | 'keptUntil'>
type DistributiveOmit<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never

/** An entry as the table holds it, under its chain and its sequence. */
export const entryItemSchema = z.object({
  id: z.string(),
  sequence: z.int().positive(),
  /** The entry as JSON: the text that was hashed. */
  entry: z.string(),
  hash,
  /** Once more, for the index. */
  confirmationCode: z.string().optional(),
  ttl: z.int(),
})
export type EntryItem = z.infer<typeof entryItemSchema>

export const bookingChain = (transactionId: string): string => transactionId
export const refusalChain = (transactionId: string): string => `refused#${transactionId}`
