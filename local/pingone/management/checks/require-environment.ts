import { accessFailed } from '../api-error.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'

/** An environment that does not exist and one that the caller may not see look alike: 403. */
export function requireEnvironment(context: ManagementContext, _operation: Operation, call: Call): void {
  const { environmentID } = call.variables
  if (environmentID !== undefined && environmentID !== context.environment.id) throw accessFailed()
}
