// A DaVinci flow as it is checked: the graph that would be deployed, and what it refers to.

export type FlowNode = {
  id: string
  /** `call` calls a capability, `evaluator` decides by its outcome, `note` is for people. */
  kind: 'call' | 'evaluator' | 'note'
  /** What sentences call it: its title and its id. */
  label: string
  connectorId: string
  connectionId: string
  capability: string
  type: string
  isDisabled: boolean
  /** Without the `{ value }` that DaVinci keeps each in. */
  properties: { readonly [name: string]: unknown }
  outcomes: readonly { id: string; result: string }[]
}

export type FlowEdge = {
  id: string
  source: string
  target: string
  /** The outcome of its source by which the flow goes here. */
  outcomeId: string | undefined
}

export type FlowForm = {
  /** Keys of the fields that people fill in. */
  fields: ReadonlySet<string>
  /** What it can be left by: keys of buttons and links, and `submit`. */
  results: ReadonlySet<string>
  /** `{{name}}` in its texts. */
  placeholders: ReadonlySet<string>
}

export type Flow = {
  name: string
  nodes: readonly FlowNode[]
  edges: readonly FlowEdge[]
  settings: { readonly [name: string]: unknown }
  /** It answers CIBA requests. */
  isCiba: boolean
  /** The forms that there are, by what `showForm` names. */
  forms: ReadonlyMap<string, FlowForm>
  /** The connector of each connector instance, by its id; undefined when the instances are not known. */
  instances: ReadonlyMap<string, string> | undefined
}

/** One rule about flows: a sentence for each place that breaks it. */
export type FlowCheck = (flow: Flow) => string[]

export const calls = (flow: Flow): FlowNode[] => flow.nodes.filter(({ kind }) => kind === 'call')

export const evaluators = (flow: Flow): FlowNode[] => flow.nodes.filter(({ kind }) => kind === 'evaluator')

export const callsOf = (flow: Flow, ...capabilities: string[]): FlowNode[] =>
  calls(flow).filter(({ capability }) => capabilities.includes(capability))

export const nodeOf = (flow: Flow, id: string): FlowNode | undefined =>
  flow.nodes.find((node) => node.id === id)

export const edgesInto = (flow: Flow, { id }: FlowNode): FlowEdge[] =>
  flow.edges.filter(({ target }) => target === id)

export const edgesFrom = (flow: Flow, { id }: FlowNode): FlowEdge[] =>
  flow.edges.filter(({ source }) => source === id)

/**
 * When an evaluator lets the flow go on to a node.
 *
 * @returns `allTriggersTrue` where it says nothing, as DaVinci takes it
 */
export function conditionOf(evaluator: FlowNode, target: string): unknown {
  return evaluator.properties[target] ?? 'allTriggersTrue'
}

/** A teleport goes on at the node that it names, without an edge. */
const jumpsOf = ({ nodes }: Flow): FlowEdge[] =>
  nodes.flatMap(({ id, capability, properties: { nodeInstanceId } }) =>
    capability === 'goToNode' && typeof nodeInstanceId === 'string'
      ? [{ id: '', source: id, target: nodeInstanceId, outcomeId: undefined }]
      : [],
  )

const waysOf = (flow: Flow): FlowEdge[] => [...flow.edges, ...jumpsOf(flow)]

/** All nodes that the flow can come to from these, along edges that pass. */
export function reachable(
  flow: Flow,
  from: readonly string[],
  passes: (edge: FlowEdge) => boolean = () => true,
): Set<string> {
  return along(waysOf(flow), from, passes)
}

function along(
  ways: readonly FlowEdge[],
  from: readonly string[],
  passes: (edge: FlowEdge) => boolean,
): Set<string> {
  const reached = new Set(from)
  const queue = [...from]
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const edge of ways) {
      if (edge.source !== id || reached.has(edge.target) || !passes(edge)) continue
      reached.add(edge.target)
      queue.push(edge.target)
    }
  }
  return reached
}

/** Where the flow begins: what no edge leads to, teleport targets and notes aside. */
export const starts = (flow: Flow): FlowNode[] =>
  flow.nodes.filter(
    (node) => node.kind !== 'note' && node.capability !== 'startNode' && edgesInto(flow, node).length === 0,
  )

/** All nodes that may have run before one. */
export function ancestors(flow: Flow, id: string): Set<string> {
  const backwards = waysOf(flow).map((way) => ({ ...way, source: way.target, target: way.source }))
  const found = along(backwards, [id], () => true)
  found.delete(id)
  return found
}

/** The rows of a property that is a list; what is no object is an empty row. */
export const rowsOf = (value: unknown): { readonly [member: string]: unknown }[] =>
  (Array.isArray(value) ? value : []).map((row: unknown) =>
    row !== null && typeof row === 'object' ? { ...row } : {},
  )
