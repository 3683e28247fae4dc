// A flow's graph as the interpreter reads it: what runs, what decides between branches, and what leads where.
import type { DeployedFlow } from '../management/davinci/deployed-flow.ts'

export type FlowNode = {
  id: string
  /** `CONNECTION` calls a capability, `EVAL` decides; anything else, such as `ANNOTATION`, does nothing. */
  nodeType: string
  connectorId: string
  connectionId: string
  capabilityName: string
  /** The properties without the `value` that wraps most of them. */
  properties: Readonly<Record<string, unknown>>
  /** The named exits of the node; the buttons of its form. */
  outcomes: readonly { id: string; result: string }[]
}

/** An edge that leaves by a named exit carries its id as `outcome`. */
export type FlowEdge = { source: string; target: string; outcome?: string }

export type FlowGraph = { nodes: ReadonlyMap<string, FlowNode>; edges: readonly FlowEdge[] }

export function readGraph(flow: Pick<DeployedFlow, 'graphData'>): FlowGraph {
  const { nodes, edges = [] } = flow.graphData.elements
  return {
    nodes: new Map(nodes.map(({ data }) => [data.id, readNode(data)])),
    edges: edges.map(({ data }) => ({
      source: data.source,
      target: data.target,
      // The editor writes a node's own id where the node has one exit only.
      ...(data.multiValueSourceId === undefined || data.multiValueSourceId === data.source
        ? {}
        : { outcome: data.multiValueSourceId }),
    })),
  }
}

/** The nodes that start when the flow does: every call without an edge that leads to it. */
export function startNodes({ nodes, edges }: FlowGraph): FlowNode[] {
  const reached = new Set(edges.map(({ target }) => target))
  return [...nodes.values()].filter(({ id, nodeType }) => nodeType === 'CONNECTION' && !reached.has(id))
}

type NodeData = DeployedFlow['graphData']['elements']['nodes'][number]['data']

function readNode(data: NodeData): FlowNode {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const outcomes = Array.isArray(data.outcomes) ? data.outcomes : []
  return {
    id: data.id,
    nodeType: text(data.nodeType),
    connectorId: text(data.connectorId),
    connectionId: text(data.connectionId),
    capabilityName: text(data.capabilityName),
    properties: unwrapped(data.properties),
    outcomes: outcomes.map((outcome) => ({ id: text(outcome?.id), result: text(outcome?.result) })),
  }
}

/** Members as they are used: `{ value: x }` and a bare `x` are both written. */
export function unwrapped(members: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries((members ?? {}) as Record<string, unknown>).map(([name, member]) => [
      name,
      member !== null && typeof member === 'object' && 'value' in member ? member.value : member,
    ]),
  )
}
