import type { FlowCheck } from '../flow.ts'

/** References, edges and evaluators name nodes by their ids. */
export const hasUniqueIds: FlowCheck = ({ nodes, edges }) => [
  ...repeated(nodes.map(({ id }) => id)).map((id) => `Two nodes have the id ${id}.`),
  ...repeated(edges.map(({ id }) => id)).map((id) => `Two edges have the id ${id}.`),
]

const repeated = (ids: readonly string[]): string[] => [
  ...new Set(ids.filter((id, index) => ids.indexOf(id) !== index)),
]
