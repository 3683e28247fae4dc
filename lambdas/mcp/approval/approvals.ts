// Approvals: starting one, and taking it one step further. The workflow and the tools share this code; a lease in the
// table sees to it that one of them acts at a time, so that the two together never poll PingOne too fast.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import type { Intent } from '../booking/booking-intents.ts'
import { type Approval, changed, isTerminal, mayBecome, type Update, updated } from './approval.ts'
import type { ApprovalTable } from './approval-table.ts'
import { closeBooking } from './steps/close-booking.ts'
import { collectApproval } from './steps/collect-approval.ts'
import { useApproval } from './steps/confirm-booking.ts'
import { requestApproval } from './steps/request-approval.ts'
import { leaseFor, type Outcome, type StepDependencies } from './steps/step.ts'

export type Approvals = {
  /**
   * Records that the booking needs its person's approval, starts the workflow and asks PingOne to ask them.
   * Repeating it goes on where the first one stopped.
   *
   * @throws {ApprovalUnavailableError} when the booking could not be handed to the workflow
   */
  start(booking: { intent: Intent; subject: string; correlationId: string }): Promise<Approval>
  read(transactionId: string): Promise<Approval | undefined>
  /** Takes the approval further when something is due and nobody else is at it; returns it as it then is. */
  advance(transactionId: string): Promise<Approval | undefined>
  /**
   * Ends the wait for an approval: whatever the person answers from now on confirms nothing. The workflow then closes
   * the booking.
   */
  withdraw(transactionId: string): Promise<void>
  /** As `advance`, but when somebody else is at it waits a moment for what they find. */
  settle(transactionId: string): Promise<Approval | undefined>
}

export type ApprovalsDependencies = StepDependencies & {
  table: ApprovalTable
  clock: Clock
  wait: (milliseconds: number) => Promise<void>
  writeId?: () => string
}

/** The approval could not be started; nothing was asked of anybody. */
export class ApprovalUnavailableError extends MyHotelsError {
  constructor(cause: unknown) {
    super({
      name: 'ApprovalUnavailableError',
      code: 'approval_unavailable',
      status: 503,
      retryable: true,
      message:
        'Your approval could not be asked for, so nothing is booked yet. Prepare the same booking again shortly.',
      cause,
    })
  }
}

/** How long an ended approval stays in the table, in seconds. */
const keptFor = 7 * 24 * 3600

const settleWithin = 4000
const settleEvery = 150

export function createApprovals(dependencies: ApprovalsDependencies): Approvals {
  const { table, clock, wait, random } = dependencies
  const writeId = dependencies.writeId ?? randomUUID

  return { start, read: (transactionId) => table.read(transactionId), advance, withdraw, settle }

  async function start({
    intent,
    subject,
    correlationId,
  }: Parameters<Approvals['start']>[0]): Promise<Approval> {
    const now = clock()
    const intentExpiresAt = Date.parse(intent.expiresAt)
    const approval: Approval = {
      status: 'starting',
      transactionId: intent.transactionId,
      subject,
      quote: intent.quote,
      createdAt: now,
      intentExpiresAt,
      correlationId,
      requests: 1,
      failures: 0,
      nextStepAt: now,
      leasedUntil: now + leaseFor,
      version: 1,
      writeId: writeId(),
      ttl: Math.floor(intentExpiresAt / 1000) + keptFor,
    }
    try {
      return await startWith(approval)
    } catch (cause) {
      throw new ApprovalUnavailableError(cause)
    }
  }

  async function startWith(approval: Approval): Promise<Approval> {
    const { transactionId } = approval
    const created = await table.create(approval)
    const known = created ? approval : await table.read(transactionId)
    // Ids come from the hotel API. One that stands for somebody else's booking brings nobody near it.
    if (known !== undefined && known.subject !== approval.subject) {
      throw new Error('the approval belongs to another person')
    }
    // Whoever prepared it first may have stopped right after the record. That the workflow runs is part of the answer.
    if (known?.status === 'starting') await dependencies.startWorkflow?.(transactionId)
    const after = created
      ? await run(approval, { ...dependencies, startWorkflow: undefined })
      : await advance(transactionId)
    if (after === undefined) throw new Error('the approval was removed meanwhile')
    return after
  }

  async function advance(transactionId: string): Promise<Approval | undefined> {
    const approval = await table.read(transactionId)
    if (approval === undefined || !isDue(approval)) return approval
    const held = await take(approval)
    return held === undefined ? table.read(transactionId) : run(held)
  }

  async function settle(transactionId: string): Promise<Approval | undefined> {
    const until = clock() + settleWithin
    let approval = await advance(transactionId)
    while (approval !== undefined && isLeased(approval) && clock() < until) {
      await wait(Math.round(settleEvery * (0.5 + random())))
      approval = await advance(transactionId)
    }
    return approval
  }

  async function withdraw(transactionId: string): Promise<void> {
    const known = await table.read(transactionId)
    if (known === undefined || isTerminal(known) || known.status === 'closing') return
    const closing = changed(known, { status: 'closing', outcome: 'cancelled' }, writeId())
    // Whoever was faster has changed what there is to withdraw.
    if (!(await table.replace(known, closing))) await withdraw(transactionId)
  }

  function isLeased(approval: Approval): boolean {
    return !isTerminal(approval) && clock() < approval.leasedUntil
  }

  function isDue(approval: Approval): boolean {
    if (isTerminal(approval) || (approval.status === 'closing' && dependencies.workflowToken === undefined))
      return false
    return clock() >= approval.leasedUntil && clock() >= approval.nextStepAt
  }

  async function take(approval: Approval): Promise<Approval | undefined> {
    const held = updated(approval, lease(approval), writeId())
    return (await table.replace(approval, held)) ? held : undefined
  }

  function lease(approval: Approval): Update {
    const until = clock() + leaseFor
    if (approval.status === 'starting') return { leasedUntil: until, requests: approval.requests + 1 }
    if (approval.status !== 'pending') return { leasedUntil: until }
    // A lease that ran out instead of being given up hides the answer to a poll. It may have been slow_down.
    const interval = approval.request.interval + (approval.leasedUntil === 0 ? 0 : 5)
    // Whoever finds this lease run out may poll: if its holder polled last thing, the interval has passed by then.
    return { leasedUntil: until + interval * 1000, request: { ...approval.request, interval } }
  }

  /** Steps for as long as the outcome keeps the lease. */
  async function run(held: Approval, using: StepDependencies = dependencies): Promise<Approval> {
    let approval = held
    let token: string | undefined
    while (isLeased(approval)) {
      const outcome = await step(approval, using, token)
      const { recorded, after } = await record(approval, outcome)
      if (!recorded) return after
      token = outcome.kind === 'change' ? outcome.token : undefined
      approval = after
    }
    return approval
  }

  function step(approval: Approval, using: StepDependencies, token: string | undefined): Promise<Outcome> {
    switch (approval.status) {
      case 'starting':
        return requestApproval(approval, using, token)
      case 'pending':
        return collectApproval(approval, using, token)
      case 'approved':
        return useApproval(approval, using, token)
      case 'closing':
        return closeBooking(approval, using, token)
      default:
        throw new TypeError(`An approval that is ${approval.status} has no next step`)
    }
  }

  async function record(held: Approval, outcome: Outcome): Promise<{ recorded: boolean; after: Approval }> {
    let from = held
    const id = writeId()
    for (let attempt = 1; ; attempt++) {
      const to =
        outcome.kind === 'change' ? changed(from, outcome.change, id) : updated(from, outcome.update, id)
      try {
        if (await table.replace(from, to)) {
          if (outcome.kind === 'change') {
            const { transactionId } = to
            dependencies.logger.info('Approval', { transactionId, from: from.status, to: to.status })
          }
          return { recorded: true, after: to }
        }
        const now = await table.read(held.transactionId)
        if (now === undefined || !outlives(outcome, held, now)) return { recorded: false, after: now ?? held }
        from = now
      } catch (error) {
        // What PingOne said it says once. The table gets several chances to take it.
        if (attempt >= 4) throw error
        await wait(Math.round(100 * 2 ** attempt * (0.5 + random() / 2)))
      }
      if (attempt >= 8) return { recorded: false, after: from }
    }
  }
}

/**
 * Whether an outcome still counts after the lease was lost to somebody else: an approval does while the booking
 * waits for one, a confirmation always, an end of the very request that was asked about while that is current.
 */
function outlives(outcome: Outcome, held: Approval, now: Approval): boolean {
  if (outcome.kind !== 'change' || !mayBecome(now.status, outcome.change.status)) return false
  switch (outcome.change.status) {
    case 'approved':
    case 'confirmed':
      return true
    case 'closing':
      return (
        held.status === 'pending' &&
        now.status === 'pending' &&
        held.request.authReqId === now.request.authReqId
      )
    default:
      return false
  }
}
