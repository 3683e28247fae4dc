import type { PingOneEnvironment } from '../../environment.ts'

export type DeployedFlow = {
  id: string
  name: string
  graphData: { elements: { nodes: { data: Record<string, unknown> }[] } }
  trigger?: { type: string; subtype?: string }
}

/**
 * What a flow policy runs: the deployed version of its first flow, not the draft.
 *
 * @returns undefined when the policy or the flow is missing, disabled, or was never deployed
 */
export function deployedFlow(
  environment: PingOneEnvironment,
  flowPolicyId: string,
): DeployedFlow | undefined {
  const policy = environment.get('flowPolicies', flowPolicyId)
  if (policy?.status !== 'enabled') return undefined
  const [distribution] = policy.flowDistributions as { id: string; version: number }[]
  if (!distribution) return undefined
  const flow = environment.get('flows', distribution.id)
  if (flow?.enabled !== true || flow.publishedVersion === undefined) return undefined
  const number = distribution.version === -1 ? flow.publishedVersion : distribution.version
  const version = environment.getChild('flowVersions', flow.id, String(number))
  if (version?.deployedAt === undefined) return undefined
  const { name, graphData, trigger } = version.content as Omit<DeployedFlow, 'id'>
  return { id: flow.id, name, graphData, ...(trigger ? { trigger } : {}) }
}
