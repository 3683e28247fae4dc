import { accessFailed } from '../api-error.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'

/** The PingOne Authorize Admin APIs are Early Access: a tenant without them answers 403, whatever the roles. */
export function requireAuthorizeAdminApi(
  { options }: ManagementContext,
  operation: Operation,
  _call: Call,
): void {
  if (operation.authorizeAdminApi && options.authorizeAdminApi === 'forbidden') throw accessFailed()
}
