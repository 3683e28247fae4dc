import { type FlowCheck, type FlowEdge, reachable, starts } from '../flow.ts'

/** Every node can be reached, and none is reached again from itself: no flow that is known to run has a loop of edges (teleports aside). */
export const runsEverything: FlowCheck = (flow) => {
  const teleports = flow.nodes.filter(({ capability }) => capability === 'startNode')
  const reached = reachable(
    flow,
    [...starts(flow), ...teleports].map(({ id }) => id),
  )
  return flow.nodes
    .filter(({ kind }) => kind !== 'note')
    .flatMap(({ id, label }) => {
      if (!reached.has(id)) return [`${label} is never reached.`]
      const next = flow.edges.filter(({ source }) => source === id).map(({ target }) => target)
      const isEdge = (way: FlowEdge) => flow.edges.includes(way)
      return reachable(flow, next, isEdge).has(id) ? [`${label} leads back to itself.`] : []
    })
}
