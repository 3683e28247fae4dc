import { callsOf, edgesInto, type Flow, type FlowCheck, type FlowNode } from '../flow.ts'

/** The node that makes the link and the node that it leads to hang on the same evaluator, one of each. */
export const linksOutOfBand: FlowCheck = (flow) => {
  if (!flow.isCiba) return []
  const [start, ...starts] = callsOf(flow, 'oobStart')
  const [resume, ...resumes] = callsOf(flow, 'oobContinue')
  if (start === undefined) return ['A CIBA flow needs a node that makes the link (oobStart).']
  if (resume === undefined) return ['A CIBA flow needs a node that the link leads to (oobContinue).']
  if (starts.length + resumes.length > 0) return ['A CIBA flow makes one link, to one node.']
  if (parentsOf(flow, start) === parentsOf(flow, resume)) return []
  return [`${start.label} and ${resume.label} must hang on the same evaluator.`]
}

const parentsOf = (flow: Flow, node: FlowNode): string =>
  edgesInto(flow, node)
    .map(({ source }) => source)
    .sort()
    .join()
