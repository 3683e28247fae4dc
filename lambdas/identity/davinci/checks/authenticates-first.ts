import {
  callsOf,
  conditionOf,
  type Flow,
  type FlowCheck,
  type FlowEdge,
  nodeOf,
  reachable,
  starts,
} from '../flow.ts'
import { pathsIn, plainWords } from '../references.ts'

/**
 * Whoever has the link may be anyone. Before a page shows what the request is about, and before the request succeeds,
 * the person has to be authenticated: with all ways cut that lead on from a successful authentication, neither is reached.
 */
export const authenticatesFirst: FlowCheck = (flow) => {
  if (!flow.isCiba) return []
  const unproven = reachable(
    flow,
    starts(flow).map(({ id }) => id),
    (edge) => !provesWho(flow, edge),
  )
  return [
    ...callsOf(flow, 'returnCibaSuccess')
      .filter(({ id }) => unproven.has(id))
      .map(({ label }) => `${label} can be reached without any authentication.`),
    ...callsOf(flow, 'showForm')
      .filter(({ id, properties }) => unproven.has(id) && showsRequest(properties.dynamicText))
      .map(({ label }) => `${label} shows what is asked before the person is authenticated.`),
  ]
}

const showsRequest = (rows: unknown): boolean =>
  pathsIn(rows).some((path) => path.startsWith('global.parameters.authorizationRequest.'))

/** The edge of an evaluator that is taken only when an authentication succeeded. */
function provesWho(flow: Flow, { source, target }: FlowEdge): boolean {
  const evaluator = nodeOf(flow, source)
  if (evaluator?.kind !== 'evaluator') return false
  if (!['allTriggersTrue', 'anyTriggersTrue'].includes(String(conditionOf(evaluator, target)))) return false
  return flow.edges
    .filter((edge) => edge.target === evaluator.id)
    .some((edge) => authenticates(flow, edge.source))
}

function authenticates(flow: Flow, id: string): boolean {
  const node = nodeOf(flow, id)
  if (node === undefined) return false
  if (
    ['checkPassword', 'validateAssertionDeviceAuthentication', 'validateOtpDeviceAuthentication'].includes(
      node.capability,
    )
  ) {
    return true
  }
  // A push is confirmed when PingOne says so, which is a comparison.
  if (node.capability !== 'AEqualsB' || plainWords(node.properties.rightValueB) !== 'COMPLETED') return false
  return pathsIn(node.properties.leftValueA).some((path) => {
    const [, read = '', member = ''] = /^local\.(\w+)\.payload\.output\.(.+)$/.exec(path) ?? []
    return member === 'rawResponse.status' && nodeOf(flow, read)?.capability === 'readDeviceAuthentication'
  })
}
