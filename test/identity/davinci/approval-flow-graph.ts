// The approval flow as it would be deployed, to be broken in one place at a time.
import { desiredFlows } from '../../../lambdas/identity/davinci/desired-flows.ts'
import type { FlowSurroundings } from '../../../lambdas/identity/davinci/parse-flow.ts'
import { describeApprovalFlow } from '../../../lambdas/identity/desired-state/approval-flow/describe-approval-flow.ts'
import type { ApprovalAuthentication } from '../../../lambdas/identity/settings.ts'

type Properties = { [name: string]: { value: unknown } }
type Node = {
  data: {
    id: string
    nodeType: string
    connectorId?: string
    connectionId?: string
    capabilityName?: string
    type?: string
    isDisabled?: boolean
    properties: Properties
    outcomes?: { id: string; result: string; label: string }[]
  }
}
type Edge = { data: { id: string; source: string; target: string; multiValueSourceId?: string } }
type Source = {
  name: string
  graphData: { elements: { nodes: Node[]; edges: Edge[] } }
  settings: { [name: string]: unknown }
  trigger: { type: string; subtype?: string }
}
export type Form = {
  name: string
  description: string
  category: string
  components: { fields: { type: string; key?: string; content?: string; label?: string }[] }
}

export const issuer = 'https://auth.pingone.eu/11111111-2222-4333-8444-555555555555/as'

/** A copy of its own each time. */
export function approvalFlowGraph(authentication: ApprovalAuthentication = 'password') {
  const [flow] = structuredClone(desiredFlows(describeApprovalFlow({ approval: { authentication }, issuer })))
  if (flow === undefined) throw new Error('The desired state has no flow')
  const source = flow.source as Source
  const { nodes, edges } = source.graphData.elements
  const forms = flow.surroundings.forms as Map<string, Form>
  const found = <T>(items: readonly T[], is: (item: T) => boolean): T => {
    const item = items.find(is)
    if (item === undefined) throw new Error('There is none')
    return item
  }
  return {
    source,
    nodes,
    edges,
    forms,
    surroundings: { ...flow.surroundings, forms } as Required<FlowSurroundings>,
    node: (id: string) => found(nodes, ({ data }) => data.id === id).data,
    /** What a node is set to. */
    value: (id: string, property: string) =>
      found(nodes, ({ data }) => data.id === id).data.properties[property]?.value,
    form: (key: string) => {
      const form = forms.get(key)
      if (form === undefined) throw new Error(`There is no form ${key}`)
      return form
    },
    /** The evaluator after a node, or after one of its outcomes. */
    evaluator(from: string, outcome?: string) {
      const outcomeId =
        outcome && found(this.node(from).outcomes ?? [], ({ result }) => result === outcome).id
      const edge = found(
        edges,
        ({ data }) =>
          data.source === from && (outcome === undefined || data.multiValueSourceId === outcomeId),
      )
      return this.node(edge.data.target)
    },
    edgesFrom: (id: string) => edges.filter(({ data }) => data.source === id).map(({ data }) => data),
    remove(id: string) {
      const at = nodes.findIndex(({ data }) => data.id === id)
      nodes.splice(at, 1)
    },
    unlink(id: string) {
      const at = edges.findIndex(({ data }) => data.id === id)
      edges.splice(at, 1)
    },
    link(source: string, target: string, more: object = {}) {
      edges.push({ data: { id: `${source}-${target}`, source, target, ...more } })
    },
  }
}

export type ApprovalFlowGraph = ReturnType<typeof approvalFlowGraph>
