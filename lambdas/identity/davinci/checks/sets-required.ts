import { capabilityFacts } from '../connector-facts.ts'
import { calls, type FlowCheck } from '../flow.ts'

export const setsRequired: FlowCheck = (flow) =>
  calls(flow).flatMap(({ label, connectorId, capability, properties }) =>
    (capabilityFacts(connectorId, capability)?.required ?? [])
      .filter(
        (name) => properties[name] === undefined || properties[name] === '' || properties[name] === null,
      )
      .map((name) => `${label} does not set "${name}", which ${capability} requires.`),
  )
