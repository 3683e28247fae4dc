// What a step is: one outside action on one approval by whoever holds its lease, and what follows from it.
import type { Clock } from '../../../clock.ts'
import type { BookingIntents } from '../../booking/booking-intents.ts'
import type { Approval, ApprovalIn, ApprovalStatus, Change, Update } from '../approval.ts'
import type { Ciba } from '../ciba.ts'
import { backoff } from '../pace.ts'
import type { Seal } from '../seal.ts'
import type { StartWorkflow } from '../start-workflow.ts'
import type { WorkflowToken } from '../workflow-token.ts'

export type StepDependencies = {
  clock: Clock
  /** 0 (inclusive) to 1 (exclusive). */
  random: () => number
  bindingMessage: () => string
  ciba: Ciba
  seal: Seal
  intents: BookingIntents
  /** Absent in the server: only the workflow closes bookings. */
  workflowToken: WorkflowToken | undefined
  /** Absent inside the workflow itself, which runs already. */
  startWorkflow: StartWorkflow | undefined
  logger: StepLogger
}

export type StepLogger = {
  info(message: string, fields: Record<string, unknown>): void
  warn(message: string, fields: Record<string, unknown>): void
}

export type Outcome =
  | { kind: 'change'; change: Change /** In clear, for the next step of this run only. */; token?: string }
  | { kind: 'update'; update: Update }

export type Step<Status extends ApprovalStatus> = (
  approval: ApprovalIn<Status>,
  dependencies: StepDependencies,
  token: string | undefined,
) => Promise<Outcome>

/**
 * Longer than any one step's outside actions can take, and than the functions run that take one. The deadlines are in the
 * clients.
 */
export const leaseFor = 30_000

/** A step that did not work: later once more, less and less often. */
export function tryLater(
  approval: Approval,
  { clock, random, logger }: StepDependencies,
  detail: unknown,
  notBefore = 0,
): Extract<Outcome, { kind: 'update' }> {
  const failures = approval.failures + 1
  logger.warn('An approval step failed', {
    transactionId: approval.transactionId,
    status: approval.status,
    failures,
    detail: detail instanceof Error ? detail.name : detail,
  })
  const nextStepAt = Math.max(notBefore, clock() + backoff(failures, random))
  return { kind: 'update', update: { failures, problem: undefined, nextStepAt, leasedUntil: 0 } }
}

/**
 * What the person said, or whether they were asked, is not known and will not be. They may have said no, so nobody asks
 * them again; whoever still wants the booking starts again in the conversation.
 */
export function closeUnknown(dependencies: StepDependencies, approval: Approval, reason: string): Outcome {
  const { transactionId } = approval
  dependencies.logger.warn('The answer to an approval was lost', { transactionId, reason })
  const { change } = close(dependencies, 'cancelled')
  return { kind: 'change', change: { ...change, answerLost: true } }
}

/** To the state in which the hotel API is told; the same run goes on to do that. */
export function close(
  { clock }: StepDependencies,
  outcome: ApprovalIn<'closing'>['outcome'],
): { kind: 'change'; change: Change<'closing'> } {
  return { kind: 'change', change: { status: 'closing', outcome, leasedUntil: clock() + leaseFor } }
}
