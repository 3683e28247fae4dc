// DaVinci's graph: nodes that call a capability of a connector, and between them evaluators that decide by the outcome
// which nodes run next.
import { createHash } from 'node:crypto'
import type { Wanted } from '../desired-object.ts'
import { type Connector, connectionId, connectors } from './connectors.ts'
import type { Form } from './forms.ts'

/** When a target of an evaluator runs. DaVinci knows these and no others. */
export type Condition =
  | 'allTriggersTrue'
  | 'anyTriggersTrue'
  | 'allTriggersFalse'
  | 'anyTriggersFalse'
  | 'allTriggersComplete'
  | 'always'

export type FlowNode = {
  /** Ten lower-case letters and digits, as DaVinci makes them; references name it. */
  id: string
  connector: Connector
  capability: string
  title: string
  properties?: { [name: string]: Wanted }
  /** What a form can be left by: the key of a button or link, or `submit`; `label` is what the editor shows. */
  outcomes?: readonly { result: string; label: string }[]
}

/** Where the flow goes after a node, or after one outcome of it. */
export type Branch = { from: string; outcome?: string; to: { [nodeId: string]: Condition } }

export type FlowPart = {
  nodes: readonly FlowNode[]
  branches: readonly Branch[]
  /** The forms that its nodes show. */
  forms?: readonly Form[]
}

export const joinParts = (parts: readonly FlowPart[]): Required<FlowPart> => ({
  nodes: parts.flatMap(({ nodes }) => nodes),
  branches: parts.flatMap(({ branches }) => branches),
  forms: parts.flatMap(({ forms }) => forms ?? []),
})

/** @param note what people read above the flow when they open it in the editor */
export function graphData(flow: FlowPart, note: string): Wanted {
  const place = layOut(flow)
  const evaluators = flow.branches.map((branch) => ({
    data: {
      id: evaluatorId(branch),
      nodeType: 'EVAL',
      connectionId: '',
      label: 'Evaluator',
      properties: wrapped(branch.to),
    },
    position: { x: place(branch.from).x + 120, y: place(branch.from).y + offset(flow, branch) },
    group: 'nodes',
  }))
  const edges = flow.branches.flatMap((branch) => {
    const evaluator = evaluatorId(branch)
    return [
      edge(branch.from, evaluator, branch.outcome && outcomeId(branch.from, branch.outcome)),
      ...Object.keys(branch.to).map((target) => edge(evaluator, target)),
    ]
  })
  const calls = flow.nodes.map((node) => call(node, place(node.id)))
  return { elements: { nodes: [annotation(note), ...calls, ...evaluators], edges } }
}

/** The id by which an edge says that it leaves a form by this outcome. */
export const outcomeId = (nodeId: string, result: string) => madeId('outcome', nodeId, result)

function call(node: FlowNode, position: { x: number; y: number }) {
  const { connectorId, name } = connectors[node.connector]
  return {
    data: {
      id: node.id,
      nodeType: 'CONNECTION',
      connectorId,
      connectionId: connectionId(node.connector),
      name,
      label: name,
      capabilityName: node.capability,
      type: node.connector === 'functions' || node.capability === 'oobStart' ? 'trigger' : 'action',
      status: 'configured',
      properties: wrapped({ nodeTitle: node.title, ...node.properties }),
      ...(node.outcomes && {
        capabilityClass: 'render',
        outcomes: node.outcomes.map((outcome) => ({ ...outcome, id: outcomeId(node.id, outcome.result) })),
      }),
    },
    position,
    group: 'nodes',
  }
}

function annotation(text: string) {
  const { connectorId, name } = connectors.notes
  return {
    data: {
      id: madeId('annotation'),
      nodeType: 'ANNOTATION',
      connectorId,
      connectionId: connectionId('notes'),
      name,
      label: name,
      capabilityName: 'updateAnnotationProperties',
      type: 'action',
      status: 'configured',
      properties: wrapped({
        annotation: text,
        backgroundColor: '#4462edff',
        annotationTextColor: '#ffffffff',
        fontFamily: 'sans-serif',
        fontSize: 15,
        width: 1200,
      }),
    },
    position: { x: 640, y: 20 },
    group: 'nodes',
  }
}

/** DaVinci keeps each property as an object with a `value`. */
const wrapped = (properties: { [name: string]: Wanted }) =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, { value }]))

function edge(source: string, target: string, multiValueSourceId?: string) {
  const data = { id: madeId('edge', source, target), source, target }
  return { data: multiValueSourceId ? { ...data, multiValueSourceId } : data, group: 'edges' }
}

const evaluatorId = ({ from, outcome = '' }: Branch) => madeId('evaluator', from, outcome)

/** The same for the same words, so that a second deployment changes nothing. */
function madeId(...words: string[]): string {
  const digest = createHash('sha256').update(words.join(' ')).digest('hex')
  return BigInt(`0x${digest}`).toString(36).slice(0, 10)
}

/** From left to right as the flow runs, each branch below the one before. */
function layOut({ nodes, branches }: FlowPart): (nodeId: string) => { x: number; y: number } {
  const columns = new Map<string, number>()
  let column = nodes.slice(0, 1).map(({ id }) => id)
  for (let depth = 0; column.length > 0; depth += 1) {
    for (const id of column) columns.set(id, depth)
    const next = branches.filter(({ from }) => column.includes(from)).flatMap(({ to }) => Object.keys(to))
    column = [...new Set(next)].filter((id) => !columns.has(id))
  }
  const filled = new Map<number, number>()
  const places = new Map<string, { x: number; y: number }>()
  for (const { id } of nodes) {
    const depth = columns.get(id) ?? 0
    const row = filled.get(depth) ?? 0
    filled.set(depth, row + 1)
    places.set(id, { x: 160 + depth * 240, y: 120 + row * 160 })
  }
  return (nodeId) => places.get(nodeId) ?? { x: 0, y: 0 }
}

const offset = ({ branches }: FlowPart, { from, outcome }: Branch) =>
  60 * branches.filter((branch) => branch.from === from).findIndex((branch) => branch.outcome === outcome)
