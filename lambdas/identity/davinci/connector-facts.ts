// What DaVinci's connectors know, by names that others published; see the provenance in the file.
import facts from './connectors.json' with { type: 'json' }

export type CapabilityFacts = {
  types: readonly string[]
  properties: readonly string[]
  required: readonly string[]
  outputs: readonly string[]
}
type ConnectorFacts = {
  properties: readonly string[]
  capabilities: { readonly [name: string]: CapabilityFacts }
}

const connectors: { readonly [connectorId: string]: ConnectorFacts } = facts.connectors

export const connectorFacts = (connectorId: string): ConnectorFacts | undefined =>
  Object.hasOwn(connectors, connectorId) ? connectors[connectorId] : undefined

export function capabilityFacts(connectorId: string, capability: string): CapabilityFacts | undefined {
  const known = connectorFacts(connectorId)?.capabilities ?? {}
  return Object.hasOwn(known, capability) ? known[capability] : undefined
}

/** Every node may carry these; they belong to the canvas. */
export const canvasProperties: ReadonlySet<string> = new Set([
  'nodeTitle',
  'nodeDescription',
  'backgroundColor',
  'annotationTextColor',
])
