import { type FlowCheck, nodeOf } from '../flow.ts'

/** An edge joins two nodes that there are, once. */
export const joinsNodes: FlowCheck = (flow) =>
  flow.edges.flatMap((edge, index) => {
    const missing = [edge.source, edge.target].find((id) => nodeOf(flow, id) === undefined)
    if (missing !== undefined) return [`The edge ${edge.id} leads from or to ${missing}, which there is not.`]
    const first = flow.edges.findIndex(
      ({ source, target, outcomeId }) =>
        source === edge.source && target === edge.target && outcomeId === edge.outcomeId,
    )
    return first === index ? [] : [`The edge ${edge.id} repeats the edge ${flow.edges[first]?.id}.`]
  })
