// Takes a stack back to what it was before what failed.
import { isDeepStrictEqual } from 'node:util'
import { byLogicalId, deleteResources, failedToDelete } from './delete-resources.ts'
import type { Workshop } from './deploy-stack.ts'
import { deployedBy, messageOf } from './deployed-by.ts'
import { recordEvent, setStackStatus } from './record-event.ts'
import type { Journal, Stack, StackResource } from './stack.ts'

/** Notes a resource before it is touched. What it was at first counts, however often it is tried. */
export function note(
  journal: Journal,
  logicalId: string,
  { before, attempted }: NonNullable<Journal[string]>,
): void {
  const known = journal[logicalId]
  const first = known === undefined ? before : known.before
  journal[logicalId] = {
    ...(first === undefined ? {} : { before: first }),
    ...(attempted === undefined ? {} : { attempted }),
  }
}

/**
 * Rolls back what `stack.undone` holds. A stack that failed at its creation has nothing to go back to, and loses all that
 * it has.
 *
 * @param skip logical ids of resources that are taken as they are
 */
export async function rollBack(
  stack: Stack,
  reason: string,
  workshop: Workshop,
  skip: readonly string[] = [],
): Promise<void> {
  const { before, journal } = stack.undone ?? { before: {}, journal: {} as Journal }
  if (stack.status.startsWith('CREATE_')) {
    setStackStatus(stack, 'ROLLBACK_IN_PROGRESS', workshop, `${reason}. Rollback requested by user.`)
    const created = [...Object.values(stack.resources), ...stack.leftovers.splice(0)]
    const left = await deleteResources(stack, created, workshop, ({ retained }) => retained)
    Object.assign(stack, { resources: byLogicalId(left), outputs: [], imports: [] })
    delete stack.undone
    if (left.length > 0) setStackStatus(stack, 'ROLLBACK_FAILED', workshop, failedToDelete(left))
    else setStackStatus(stack, 'ROLLBACK_COMPLETE', workshop)
    return
  }
  setStackStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', workshop, reason)
  Object.assign(stack, before)
  const stuck = await undo(stack, journal, workshop, skip)
  if (stuck) {
    setStackStatus(stack, 'UPDATE_ROLLBACK_FAILED', workshop, stuck)
    return
  }
  delete stack.undone
  setStackStatus(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', workshop)
  await deleteLeftovers(stack, workshop)
  setStackStatus(stack, 'UPDATE_ROLLBACK_COMPLETE', workshop)
}

/** Takes back what an update has done, in the same order; what is taken back leaves the journal. */
async function undo(
  stack: Stack,
  journal: Journal,
  workshop: Workshop,
  skip: readonly string[],
): Promise<string | undefined> {
  for (const [logicalId, { before, attempted }] of Object.entries(journal)) {
    const now = stack.resources[logicalId]
    const isKept = stack.leftovers.findIndex((one) => before !== undefined && isSame(one, before))
    if (before === undefined) {
      if (now) stack.leftovers.push(now)
      delete stack.resources[logicalId]
    } else if (isKept >= 0) {
      // It is still there, and only takes its place again.
      stack.leftovers.splice(isKept, 1, ...(now ? [now] : []))
      stack.resources[logicalId] = before
    } else if (skip.includes(logicalId)) {
      recordEvent(stack, before, 'UPDATE_COMPLETE', workshop, 'Resource skipped during UpdateRollback')
    } else if (attempted !== undefined || now === undefined || !isSame(now, before)) {
      recordEvent(stack, before, 'UPDATE_IN_PROGRESS', workshop)
      try {
        // A failed update is followed by another one, with old and new exchanged.
        const existing = attempted === undefined ? now : { ...before, properties: attempted }
        const deployed = await deployedBy(before, workshop.parts, existing)
        stack.resources[logicalId] = { ...before, ...deployed, status: 'UPDATE_COMPLETE' }
        recordEvent(stack, before, 'UPDATE_COMPLETE', workshop)
      } catch (error) {
        recordEvent(stack, before, 'UPDATE_FAILED', workshop, messageOf(error))
        return `The following resource(s) failed to update: [${logicalId}]`
      }
    }
    delete journal[logicalId]
  }
  return undefined
}

/** Whether nothing has happened to a resource since, also when it was read from a file meanwhile. */
const isSame = (one: StackResource, other: StackResource) =>
  one.logicalId === other.logicalId &&
  one.ref === other.ref &&
  isDeepStrictEqual(one.properties, other.properties)

/** What cannot be deleted is left alone from then on: the stack itself is in order. */
export async function deleteLeftovers(stack: Stack, workshop: Workshop): Promise<void> {
  await deleteResources(stack, stack.leftovers.splice(0), workshop, (one) => {
    // What takes a resource's place says whether the old one is kept; what is gone has said it itself.
    const successor = stack.resources[one.logicalId]
    return successor === undefined ? one.retained : successor.retainedOnReplace
  })
}
