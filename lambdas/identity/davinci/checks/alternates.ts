import { type FlowCheck, nodeOf } from '../flow.ts'

/** Between two calls stands an evaluator: a page that leads straight to the next call does not answer any more. */
export const alternates: FlowCheck = (flow) =>
  flow.edges.flatMap(({ source, target }) => {
    const [from, to] = [nodeOf(flow, source), nodeOf(flow, target)]
    if (from?.kind !== to?.kind) return []
    return [`${from?.label} leads straight to ${to?.label}; a call and an evaluator must take turns.`]
  })
