import type { PingOneEnvironment } from '../../environment.ts'

export type DeployedFlow = {
  id: string
  version: number
  name: string
  graphData: {
    elements: {
      nodes: { data: { id: string; [member: string]: unknown } }[]
      edges?: { data: { id: string; source: string; target: string; multiValueSourceId?: string } }[]
    }
  }
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
  const number = distribution.version === -1 ? Number(flow.publishedVersion) : distribution.version
  return flowVersion(environment, flow.id, number)
}

/** A version that was deployed, whether it still is or not: what has begun on it ends on it. */
export function flowVersion(
  environment: PingOneEnvironment,
  flowId: string,
  version: number,
): DeployedFlow | undefined {
  const stored = environment.getChild('flowVersions', flowId, String(version))
  if (stored?.deployedAt === undefined) return undefined
  const { name, graphData, trigger } = stored.content as Pick<DeployedFlow, 'name' | 'graphData' | 'trigger'>
  return { id: flowId, version, name, graphData, ...(trigger ? { trigger } : {}) }
}
