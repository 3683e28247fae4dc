import { accessFailed } from '../api-error.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'
import { hasRight } from '../rights.ts'

/** Tokens carry no scopes; what a worker may do comes from its role assignments. */
export function requireRight(context: ManagementContext, { right }: Operation, { clientId }: Call): void {
  if (right !== 'authenticated' && !hasRight(context, clientId, right)) throw accessFailed()
}
