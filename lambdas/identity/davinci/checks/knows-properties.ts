import { canvasProperties, capabilityFacts, connectorFacts } from '../connector-facts.ts'
import { calls, type FlowCheck } from '../flow.ts'

/** DaVinci keeps a property that it does not know, and does nothing with it. */
export const knowsProperties: FlowCheck = (flow) =>
  calls(flow).flatMap(({ label, connectorId, capability, properties }) => {
    const connector = connectorFacts(connectorId)
    if (connector === undefined) return []
    const known = new Set([
      ...canvasProperties,
      ...connector.properties,
      ...(capabilityFacts(connectorId, capability)?.properties ?? []),
    ])
    return Object.keys(properties)
      .filter((name) => !known.has(name))
      .map((name) => `${label} sets "${name}", which ${connectorId} does not know.`)
  })
