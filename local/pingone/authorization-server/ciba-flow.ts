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

/**
 * The claims that the flow returns with its success, from the parameters of the authorization request.
 *
 * @example claims.value = [{ name: 'transaction_id', value: '{{global.parameters.authorizationRequest.transaction_id}}' }]
 */
export function flowClaims(flow: DeployedFlow, parameters: Record<string, string>): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  for (const claim of successClaims(flow)) {
    const value = fill(claim.value, parameters)
    if (value !== undefined && value !== '') claims[claim.name] = value
  }
  return claims
}

type Claim = { name: string; value: unknown }

function successClaims(flow: DeployedFlow): Claim[] {
  const graph = parsed(flow.graphData) as { elements?: { nodes?: unknown } } | undefined
  const nodes = Array.isArray(graph?.elements?.nodes) ? graph.elements.nodes : []
  const success = nodes
    .map((node) => (node as { data?: Record<string, unknown> }).data)
    .find((data) => data?.capabilityName === 'returnCibaSuccess')
  const properties = success?.properties as { claims?: { value?: unknown } } | undefined
  const claims = parsed(properties?.claims?.value)
  return Array.isArray(claims)
    ? claims.filter((claim) => typeof (claim as Claim | null)?.name === 'string')
    : []
}

/** DaVinci keeps some properties as JSON text. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

function fill(value: unknown, parameters: Record<string, string>): unknown {
  if (typeof value !== 'string') return value
  const prefix = 'global.parameters.authorizationRequest.'
  return value.replaceAll(/\{\{([^{}]+)\}\}/g, (_, reference: string) => {
    const name = reference.trim()
    const parameter = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    return Object.hasOwn(parameters, parameter) ? (parameters[parameter] ?? '') : ''
  })
}
