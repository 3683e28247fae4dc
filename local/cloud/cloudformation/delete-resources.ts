import { kindOf } from '../resources/kinds.ts'
import { inOrder } from '../template/order.ts'
import type { Workshop } from './deploy-stack.ts'
import { recordEvent } from './record-event.ts'
import type { Stack, StackResource } from './stack.ts'

/**
 * Deletes resources, each before those that it needs. What a resource needs that could not be deleted stays as well.
 *
 * @returns those that are still there and should not be
 */
export async function deleteResources(
  stack: Stack,
  resources: readonly StackResource[],
  workshop: Workshop,
  isRetained: (resource: StackResource) => boolean,
): Promise<StackResource[]> {
  const { parts, live } = workshop
  const byId = new Map(resources.map((resource) => [resource.logicalId, resource]))
  const order = inOrder([...byId.keys()], (id) => byId.get(id)?.needs ?? []).reverse()
  // Several of one logical id: replacements of replacements.
  const all = order.flatMap((id) => resources.filter(({ logicalId }) => logicalId === id))
  const failed: StackResource[] = []
  for (const resource of all) {
    if (failed.some(({ needs }) => needs.includes(resource.logicalId))) {
      failed.push(resource)
      continue
    }
    if (isRetained(resource)) {
      recordEvent(stack, resource, 'DELETE_SKIPPED', workshop)
      continue
    }
    if (resource.type.startsWith('Custom::')) workshop.onProgress(`${resource.path} is being deleted`)
    recordEvent(stack, resource, 'DELETE_IN_PROGRESS', workshop)
    try {
      await kindOf(resource.type)?.remove(resource, resource, parts)
      if (stack.resources[resource.logicalId] === undefined) live.delete(`${stack.arn}/${resource.logicalId}`)
      recordEvent(stack, resource, 'DELETE_COMPLETE', workshop)
    } catch (error) {
      failed.push(resource)
      recordEvent(
        stack,
        resource,
        'DELETE_FAILED',
        workshop,
        error instanceof Error ? error.message : String(error),
      )
    }
  }
  return failed
}

export const failedToDelete = (resources: readonly StackResource[]): string =>
  `The following resource(s) failed to delete: [${resources.map(({ logicalId }) => logicalId).join(', ')}]. `

export const byLogicalId = (resources: readonly StackResource[]): Record<string, StackResource> =>
  Object.fromEntries(resources.map((resource) => [resource.logicalId, resource]))
