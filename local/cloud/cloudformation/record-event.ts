import { randomUUID } from 'node:crypto'
import type { Stack } from './stack.ts'
import type { StackStore } from './stack-store.ts'

type Recorder = { stacks: StackStore; clock: () => number }

/** Notes what happens to a resource of a stack, and keeps the stack. */
export function recordEvent(
  stack: Stack,
  resource: { logicalId: string; ref: string; type: string },
  status: string,
  { stacks, clock }: Recorder,
  reason?: string,
): void {
  const { logicalId, ref: physicalId, type } = resource
  // Whoever reads events puts them in order by their times.
  const at = Math.max(clock(), (stack.events.at(-1)?.at ?? 0) + 1)
  const known = stack.resources[logicalId]
  // What takes a resource's place has its logical id, too.
  if (known !== undefined && known.ref === physicalId) {
    known.status = status
    known.changedAt = at
    if (reason === undefined) delete known.statusReason
    else known.statusReason = reason
  }
  stack.events.push({
    id: `${logicalId}-${randomUUID()}`,
    logicalId,
    physicalId,
    type,
    status,
    ...(reason === undefined ? {} : { reason }),
    at,
  })
  stacks.save(stack)
}

/** Gives a stack its status, which is an event as well. */
export function setStackStatus(stack: Stack, status: string, recorder: Recorder, reason?: string): void {
  stack.status = status
  if (reason === undefined) delete stack.statusReason
  else stack.statusReason = reason
  const { name: logicalId, arn: ref } = stack
  recordEvent(stack, { logicalId, ref, type: 'AWS::CloudFormation::Stack' }, status, recorder, reason)
}
