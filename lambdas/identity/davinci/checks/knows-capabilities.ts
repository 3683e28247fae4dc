import { capabilityFacts, connectorFacts } from '../connector-facts.ts'
import { calls, type FlowCheck } from '../flow.ts'

/** A capability that the connector has, called by a node of its type, and switched on. */
export const knowsCapabilities: FlowCheck = (flow) =>
  calls(flow).flatMap(({ label, connectorId, capability, type, isDisabled }) => {
    if (isDisabled) return [`${label} is disabled.`]
    if (connectorFacts(connectorId) === undefined)
      return [`${label} calls ${connectorId}, which is no known connector.`]
    const facts = capabilityFacts(connectorId, capability)
    if (facts === undefined) return [`${label} calls ${capability}, which ${connectorId} does not have.`]
    if (facts.types.includes(type)) return []
    return [`${label} is of the type "${type}"; ${capability} is called by ${facts.types.join(' or ')}.`]
  })
