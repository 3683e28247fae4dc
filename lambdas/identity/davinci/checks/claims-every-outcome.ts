import { calls, edgesFrom, type FlowCheck, type FlowNode, rowsOf } from '../flow.ts'

/** An outcome that no edge claims stops the flow without a word. */
export const claimsEveryOutcome: FlowCheck = (flow) =>
  calls(flow).flatMap((node) => {
    const offered = outcomesOf(node)
    const claimed = edgesFrom(flow, node).map(({ outcomeId }) => outcomeId)
    const unknown = claimed.filter((id) => id !== undefined && id !== '-1' && !offered.has(id))
    return [
      ...[...offered]
        .filter(([id]) => !claimed.includes(id))
        .map(([, name]) => `Nothing follows when ${node.label} is left by "${name}".`),
      ...unknown.map((id) => `An edge from ${node.label} claims the outcome ${id}, which it does not have.`),
      ...(offered.size > 0 && claimed.includes(undefined)
        ? [`An edge from ${node.label} claims none of its outcomes.`]
        : []),
    ]
  })

/** By id; a form has the ids in the node, a comparison with several values in the values. */
function outcomesOf({ outcomes, properties, capability }: FlowNode): Map<string, string> {
  const values = capability === 'AEqualsMultipleB' ? rowsOf(properties.rightValueMultiple) : []
  return new Map([
    ...outcomes.map(({ id, result }) => [id, result] as const),
    ...values.map(({ id, value }) => [textOf(id), textOf(value)] as const),
  ])
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
