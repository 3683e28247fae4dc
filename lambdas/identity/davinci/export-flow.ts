// A flow as DaVinci's console exports it: what its import and Ping's flow linter read.
import { createHash } from 'node:crypto'
import { connectors } from '../desired-state/approval-flow/connectors.ts'
import type { DesiredObject } from '../desired-state/desired-object.ts'
import { desiredFlows } from './desired-flows.ts'

type Json = { [member: string]: unknown }

/**
 * Connector instances are PingOne's own, which have the same ids in every environment.
 *
 * @param id the id of an object that exists, by its key; forms that do not exist yet keep a key in place of their id
 * @returns undefined when the desired state has no flow
 */
export function exportFlow(
  desired: readonly DesiredObject[],
  id: (key: string) => string | undefined,
): Json | undefined {
  const [flow] = desiredFlows(desired)
  if (flow === undefined) return undefined
  const { graphData, settings, ...source } = flow.source as Json & { graphData: Json; settings: Json }
  const known = new Map<string, string>(
    Object.entries(connectors).map(([key, { instanceId }]) => [`connectorInstance.${key}`, instanceId]),
  )
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return known.get(value) ?? id(value) ?? value
    if (Array.isArray(value)) return value.map(replace)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([member, part]) => [member, replace(part)]))
  }
  const nodes = (graphData.elements as { nodes: { data: { connectorId?: string } }[] }).nodes
  return {
    companyId: '',
    customerId: '',
    flowId: createHash('md5').update(flow.name).digest('hex'),
    ...source,
    flowStatus: 'enabled',
    connectorIds: [...new Set(nodes.flatMap(({ data }) => data.connectorId ?? []))],
    connections: [],
    variables: [],
    // An export of today says it with the trigger; the linter looks for the switches of earlier ones.
    settings: { ...settings, pingOneFlow: true, cibaFlow: true },
    graphData: replace(graphData),
    forms: Object.fromEntries(
      [...flow.surroundings.forms].map(([key, form]) => [
        id(key) ?? key,
        { id: id(key) ?? key, ...(form as Json) },
      ]),
    ),
  }
}
