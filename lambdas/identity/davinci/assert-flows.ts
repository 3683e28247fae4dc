import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import type { DesiredObject } from '../desired-state/desired-object.ts'
import { checkFlow } from './check-flow.ts'
import { desiredFlows } from './desired-flows.ts'

/** The flow that would be deployed has faults. Nothing was changed. */
export class FlowUnfitError extends MyHotelsError {
  constructor(flow: string, faults: readonly string[]) {
    super({
      name: 'FlowUnfitError',
      code: 'flow_unfit',
      status: 500,
      message: `Nothing was changed, because the DaVinci flow "${flow}" would not do what it should. ${faults.join(' ')} Correct it in lambdas/identity/desired-state/approval-flow and deploy again.`,
    })
  }
}

/**
 * Looks at every flow of the desired state before anything is sent.
 *
 * @throws {FlowUnfitError} for the first that has faults
 */
export function assertFlows(desired: readonly DesiredObject[]): void {
  for (const { name, source, surroundings } of desiredFlows(desired)) {
    const faults = checkFlow(source, surroundings)
    if (faults.length > 0) throw new FlowUnfitError(name, faults)
  }
}
