import { calls, conditionOf, edgesFrom, type Flow, type FlowCheck, type FlowNode, nodeOf } from '../flow.ts'

/** Calls that succeed or fail, by connector; for PingOne's users the flow linter asks the same (dv-er-pingOneFlow-002). */
const judging = new Set(['pingOneSSOConnector', 'pingOneMfaConnector', 'notificationsConnector'])

/** What can come out true or false leads on in either case: else the flow stops where nobody sees it. */
export const goesOnEitherWay: FlowCheck = (flow) =>
  calls(flow)
    .filter(
      ({ connectorId, capability }) => judging.has(connectorId) || isComparison(connectorId, capability),
    )
    .flatMap((node) => {
      const conditions = conditionsAfter(flow, node)
      if (conditions.some((condition) => condition === 'always' || condition === 'allTriggersComplete'))
        return []
      return (['True', 'False'] as const)
        .filter((way) => !conditions.some((condition) => condition.endsWith(`Triggers${way}`)))
        .map((way) => `Nothing follows when ${node.label} comes out ${way.toLowerCase()}.`)
    })

const isComparison = (connectorId: string, capability: string) =>
  connectorId === 'functionsConnector' && /^A[A-Z]/.test(capability) && capability !== 'AEqualsMultipleB'

function conditionsAfter(flow: Flow, node: FlowNode): string[] {
  return edgesFrom(flow, node).flatMap(({ target: evaluatorId }) => {
    const evaluator = nodeOf(flow, evaluatorId)
    if (evaluator === undefined) return []
    return edgesFrom(flow, evaluator).map(({ target }) => String(conditionOf(evaluator, target)))
  })
}
