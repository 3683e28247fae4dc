import { type FlowCheck, starts } from '../flow.ts'

/** DaVinci starts a flow at every node that no edge leads to: one that was left unconnected runs at once. */
export const startsOnce: FlowCheck = (flow) => {
  const found = starts(flow)
  const [first, ...others] = found
  if (first === undefined) return ['The flow has no beginning: an edge leads to every node.']
  if (others.length > 0) {
    return [
      `The flow starts at ${found.map(({ label }) => label).join(' and at ')}; it must start at one node.`,
    ]
  }
  return first.kind === 'call'
    ? []
    : [`The flow starts at the evaluator ${first.label}, which has nothing to judge.`]
}
