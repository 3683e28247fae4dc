import type { CustomDecisionRole } from '../../desired-state/applications.ts'
import { names } from '../../desired-state/names.ts'
import { carriesOwnershipMark } from '../../desired-state/ownership.ts'
import { PingOneRefusedError } from '../errors.ts'
import { idOf } from '../kind.ts'
import type { CheckContext } from './check.ts'
import { customRolesAdmin } from './worker-roles.ts'

/**
 * What the role of the decision callers is made of, where the worker may make it. A role of that name that somebody made
 * by hand is used as it is. No public source names the permission, so it is taken from a role that PingOne brings along;
 * the probe `decision-role` tells whether it is enough.
 */
export async function findCustomDecisionRole({
  roles,
  heldRoles,
}: CheckContext): Promise<CustomDecisionRole | undefined> {
  const all = await roles()
  const existing = all.find(({ name }) => name === names.customDecisionRole)
  if (existing !== undefined && !carriesOwnershipMark(existing.description)) return undefined
  const assigning = all.find(({ name }) => name === 'Environment Admin')
  const ids = new Set(
    (Array.isArray(assigning?.permissions) ? assigning.permissions : []).map(({ id }: { id?: unknown }) =>
      String(id),
    ),
  )
  const [permission, ...others] = [...ids].filter((id) => /decision/i.test(id) && /evaluat|execute/i.test(id))
  // Several are no answer: which of them evaluates would be a guess.
  if (assigning === undefined || permission === undefined || others.length > 0) return undefined
  try {
    const held = await heldRoles()
    if (!held.includes(customRolesAdmin) || !held.includes('Environment Admin')) return undefined
  } catch (error) {
    if (error instanceof PingOneRefusedError) return undefined
    throw error
  }
  return { permission, assignedBy: idOf(assigning) }
}
