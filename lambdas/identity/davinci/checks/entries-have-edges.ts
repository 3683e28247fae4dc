import { edgesFrom, edgesInto, evaluators, type FlowCheck } from '../flow.ts'

/**
 * An evaluator judges one node, or one outcome of it, and each of its entries is a way to go on. Several outcomes that
 * share an evaluator stop the flow.
 */
export const entriesHaveEdges: FlowCheck = (flow) =>
  evaluators(flow).flatMap((evaluator) => {
    const targets = edgesFrom(flow, evaluator).map(({ target }) => target)
    const sources = edgesInto(flow, evaluator)
    return [
      ...Object.keys(evaluator.properties)
        .filter((target) => !targets.includes(target))
        .map((target) => `The evaluator ${evaluator.label} has an entry for ${target}, but no edge to it.`),
      ...(sources.length > 1
        ? [`The evaluator ${evaluator.label} judges ${sources.length} outcomes; each needs one of its own.`]
        : []),
      ...(targets.length === 0 ? [`The evaluator ${evaluator.label} leads nowhere.`] : []),
    ]
  })
