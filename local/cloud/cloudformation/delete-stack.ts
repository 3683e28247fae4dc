import { byLogicalId, deleteResources, failedToDelete } from './delete-resources.ts'
import { userOf, type Workshop } from './deploy-stack.ts'
import { setStackStatus } from './record-event.ts'
import type { Stack } from './stack.ts'

/**
 * Deletes a stack with its resources, but for those whose deletion policy keeps them. How it went is the stack's status.
 *
 * @param keep logical ids that are left alone as well
 */
export async function deleteStack(
  stack: Stack,
  workshop: Workshop,
  keep: readonly string[] = [],
): Promise<void> {
  setStackStatus(stack, 'DELETE_IN_PROGRESS', workshop, 'User Initiated')
  for (const { exportName } of stack.outputs) {
    const user = exportName === undefined ? undefined : userOf(exportName, workshop.stacks)
    if (user !== undefined && user !== stack) {
      const reason = `Export ${exportName} cannot be deleted as it is in use by ${user.name}`
      setStackStatus(stack, 'DELETE_FAILED', workshop, reason)
      return
    }
  }
  const failed = await deleteResources(
    stack,
    [...Object.values(stack.resources), ...stack.leftovers],
    workshop,
    ({ retained, logicalId }) => retained || keep.includes(logicalId),
  )
  stack.leftovers = []
  stack.resources = byLogicalId(failed)
  if (failed.length > 0) {
    setStackStatus(stack, 'DELETE_FAILED', workshop, failedToDelete(failed))
    return
  }
  Object.assign(stack, { outputs: [], imports: [], changeSets: [], deletedAt: workshop.clock() })
  setStackStatus(stack, 'DELETE_COMPLETE', workshop)
}
