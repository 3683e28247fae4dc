import { accessFailed } from '../api-error.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'
import { mayDo } from '../rights.ts'

/** Tokens carry no scopes; what a worker may do comes from its role assignments. */
export function requireRight(context: ManagementContext, operation: Operation, { clientId }: Call): void {
  if (!mayDo(context, clientId, operation)) throw accessFailed()
}
