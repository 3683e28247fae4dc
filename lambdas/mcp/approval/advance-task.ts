// The workflow's task: one step of one approval, and when to come back.
import * as z from 'zod'
import type { FinalStatus } from '../../booking/life-cycle.ts'
import type { Clock } from '../../clock.ts'
import { isTerminal } from './approval.ts'
import type { Approvals } from './approvals.ts'
import { workflowWait } from './pace.ts'

const inputSchema = z.object({ transactionId: z.guid() })

export type AdvanceResult =
  /** `waitSeconds`: whole, at least 1. */
  { status: 'waiting'; waitSeconds: number } | { status: FinalStatus }

/** @throws {z.ZodError} the input is not `{transactionId}`; other errors pass, and the workflow tries again */
export function createAdvanceTask({ approvals, clock }: { approvals: Approvals; clock: Clock }) {
  return async function advance(input: unknown): Promise<AdvanceResult> {
    const { transactionId } = inputSchema.parse(input)
    const approval = await approvals.advance(transactionId)
    // It is recorded before the workflow starts, so it was here and its time to live is over.
    if (approval === undefined) return { status: 'expired' }
    if (isTerminal(approval)) return { status: approval.status }
    return { status: 'waiting', waitSeconds: workflowWait(approval, clock()) }
  }
}
