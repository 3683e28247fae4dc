// One approval's life cycle: its states, what each holds, and which may follow which.
import * as z from 'zod'
import { type FinalStatus, finalStatuses, outcomes } from '../../booking/life-cycle.ts'
import { quoteSchema } from '../booking/booking-intents.ts'

/** One CIBA request as PingOne accepted it. */
const cibaRequest = z.object({
  authReqId: z.string(),
  /** What the phone and the conversation both show. */
  bindingMessage: z.string(),
  requestedAt: z.number(),
  expiresAt: z.number(),
  /** Seconds between polls; grows by 5 with every `slow_down` and never shrinks. */
  interval: z.number(),
})

/** A token that only the transaction it belongs to can open; binary parts in base64. */
export const sealedToken = z.object({
  key: z.string(),
  iv: z.string(),
  ciphertext: z.string(),
  tag: z.string(),
})

// Times are milliseconds since the epoch, except `ttl`.
const everyApproval = {
  transactionId: z.string(),
  /** The person who books and must approve. */
  subject: z.string(),
  quote: quoteSchema,
  createdAt: z.number(),
  intentExpiresAt: z.number(),
  correlationId: z.string(),
  /** 1 as soon as PingOne may have been asked to ask the person: nobody is asked twice about one booking. */
  requests: z.number(),
  /** Failed steps since the last one that succeeded. */
  failures: z.number(),
  /** Why the last step failed, where the person can do something about it. */
  problem: z.enum(['email_not_sent']).optional(),
  /** No step before this time. */
  nextStepAt: z.number(),
  /** Until then the step belongs to whoever wrote this. */
  leasedUntil: z.number(),
  version: z.number(),
  /** Different in every write: tells a writer whose answer was lost that the write was its own. */
  writeId: z.string(),
  /** Seconds since the epoch; DynamoDB removes the item some time after. */
  ttl: z.number(),
}

const ending = {
  /** The person may have been asked, and may have answered; what they said is not known. */
  answerLost: z.literal(true).optional(),
}

export const approvalSchema = z.discriminatedUnion('status', [
  /** A CIBA request is to be made; the workflow may not run yet. */
  z.object({ status: z.literal('starting'), ...everyApproval }),
  z.object({ status: z.literal('pending'), ...everyApproval, request: cibaRequest }),
  /** The person approved; the proof is sealed here until the hotel API has taken it. */
  z.object({ status: z.literal('approved'), ...everyApproval, request: cibaRequest, sealedToken }),
  /** It came to nothing; the hotel API has yet to hear of it. */
  z.object({ status: z.literal('closing'), ...everyApproval, outcome: z.enum(outcomes), ...ending }),
  z.object({ status: z.literal('confirmed'), ...everyApproval, confirmationCode: z.string().optional() }),
  z.object({ status: z.literal('denied'), ...everyApproval }),
  z.object({ status: z.literal('expired'), ...everyApproval }),
  z.object({ status: z.literal('cancelled'), ...everyApproval, ...ending }),
])

export type Approval = z.infer<typeof approvalSchema>
export type ApprovalStatus = Approval['status']
export type ApprovalIn<Status extends ApprovalStatus> = Extract<Approval, { status: Status }>
export type SealedToken = z.infer<typeof sealedToken>

const successors: Record<ApprovalStatus, readonly ApprovalStatus[]> = {
  starting: ['pending', 'approved', 'closing', 'confirmed'],
  // Never back to `starting`: whose answer was lost is not asked again.
  pending: ['approved', 'closing', 'confirmed'],
  approved: ['closing', 'confirmed'],
  // The hotel API has the last word on what became of a booking.
  closing: finalStatuses,
  confirmed: [],
  denied: [],
  expired: [],
  cancelled: [],
}

export const mayBecome = (from: ApprovalStatus, to: ApprovalStatus) => successors[from].includes(to)

export function isTerminal(approval: Approval): approval is ApprovalIn<FinalStatus> {
  return successors[approval.status].length === 0
}

/** What a state adds to the fields that every approval has, and when the next step is due. */
export type Change<Status extends ApprovalStatus = ApprovalStatus> = Status extends ApprovalStatus
  ? { status: Status } & Omit<ApprovalIn<Status>, keyof typeof everyApproval | 'status'> &
      Partial<Pick<ApprovalIn<Status>, 'nextStepAt' | 'leasedUntil'>>
  : never

/** What may change within a state. */
export type Update = Partial<
  Pick<Approval, 'requests' | 'failures' | 'problem' | 'nextStepAt' | 'leasedUntil'>
> & {
  request?: ApprovalIn<'pending'>['request']
}

/**
 * The approval in its next state, one version on. Only what the new state names is carried over, so a sealed token
 * is erased by the write that records what became of it.
 *
 * @throws {TypeError} when the life cycle does not allow the change: a mistake in this program
 */
export function changed(approval: Approval, change: Change, writeId: string): Approval {
  if (!mayBecome(approval.status, change.status)) {
    throw new TypeError(`An approval that is ${approval.status} cannot become ${change.status}`)
  }
  const { transactionId, subject, quote, createdAt, intentExpiresAt, correlationId, requests, ttl } = approval
  return {
    ...{ transactionId, subject, quote, createdAt, intentExpiresAt, correlationId, requests, ttl },
    ...{ failures: 0, nextStepAt: 0, leasedUntil: 0 },
    ...change,
    ...{ version: approval.version + 1, writeId },
  }
}

/** The approval in the same state, one version on. */
export function updated(approval: Approval, update: Update, writeId: string): Approval {
  return { ...approval, ...update, version: approval.version + 1, writeId } as Approval
}
