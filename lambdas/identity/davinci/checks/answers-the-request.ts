import { callsOf, type FlowCheck, reachable } from '../flow.ts'

/** The client is answered once the link was sent, and not by the branch that the link opens. */
export const answersTheRequest: FlowCheck = (flow) => {
  if (!flow.isCiba) return []
  const answers = callsOf(flow, 'createSuccessResponse')
  if (answers.length === 0) return ['The flow never answers the CIBA request (createSuccessResponse).']
  const sent = reachable(
    flow,
    callsOf(flow, 'oobStart').map(({ id }) => id),
  )
  return answers.flatMap(({ id, label }) =>
    sent.has(id) ? [] : [`${label} answers the CIBA request before the link was made.`],
  )
}
