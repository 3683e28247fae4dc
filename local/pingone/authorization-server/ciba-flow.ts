// The DaVinci flow that runs when an application starts CIBA: without one there is no CIBA.
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { type DeployedFlow, deployedFlow } from '../management/davinci/deployed-flow.ts'
import { assigned } from './authentication-policy.ts'

export type CibaFlow = { policyId: string; flow: DeployedFlow }

/** The first assigned and enabled flow policy whose deployed flow is a CIBA flow. */
export function findCibaFlow(environment: PingOneEnvironment, application: Stored): CibaFlow | undefined {
  for (const policyId of assigned(environment, 'flowPolicyAssignments', 'flowPolicy', application)) {
    const flow = deployedFlow(environment, policyId)
    if (flow?.trigger?.subtype === 'CIBA') return { policyId, flow }
  }
  return undefined
}
