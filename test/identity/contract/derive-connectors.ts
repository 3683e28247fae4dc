// Which properties and capabilities DaVinci's connectors have: names, read off where somebody else wrote them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** As committed in `lambdas/identity/davinci/connectors.json`. */
export type ConnectorFacts = {
  provenance: { source: string; commit: string; licence: string; what: string }[]
  connectors: { [connectorId: string]: { properties: string[]; capabilities: Capabilities } }
}

/** What was seen of a capability: its node's type and the properties that some flow sets. */
type Capabilities = { [name: string]: { types: string[]; properties: string[] } }

/** The connectors that flows of an agent's sign-in and approval are made of. */
export const connectorIds = [
  'annotationConnector',
  'errorConnector',
  'flowConnector',
  'functionsConnector',
  'httpConnector',
  'nodeConnector',
  'notificationsConnector',
  'pingOneAuthenticationConnector',
  'pingOneFormsConnector',
  'pingOneMfaConnector',
  'pingOneSSOConnector',
  'variablesConnector',
]

export const connectorSources: ConnectorFacts['provenance'] = [
  {
    source: 'github.com/pingidentity/terraform-provider-pingone examples/davinci-connector-instances',
    commit: 'cef5208a',
    licence: 'Apache-2.0',
    what: 'the properties that a connector knows',
  },
  {
    source:
      'github.com/pingidentity/terraform-provider-pingone internal/acctest/testhcl/pingone_davinci_flow',
    commit: 'cef5208a',
    licence: 'Apache-2.0',
    what: 'capabilities, and the properties that its test flows set',
  },
  {
    source: 'github.com/carbonefederico/ai-myhotels-chatgpt-app davinci-flows',
    commit: '623f80b',
    licence: 'none stated; names only',
    what: 'capabilities, and the properties that the exported flows set',
  },
]

/** Every node may carry these; they belong to the canvas. */
const ofTheCanvas = new Set(['nodeTitle', 'nodeDescription', 'backgroundColor', 'annotationTextColor'])

type Seen = { connectorId: string; capability: string; type: string; properties: string[] }

/**
 * @param provider a checkout of the Terraform provider
 * @param exported a folder of exported flows
 */
export function deriveConnectors(provider: string, exported: string): ConnectorFacts {
  const tests = join(provider, 'internal/acctest/testhcl/pingone_davinci_flow')
  const seen = [
    ...readdirSync(tests).flatMap((file) => nodesOfConfiguration(readFileSync(join(tests, file), 'utf8'))),
    ...readdirSync(exported)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => nodesOfExport(JSON.parse(readFileSync(join(exported, file), 'utf8')) as unknown)),
  ]
  const connectors = connectorIds.map((id) => {
    const capabilities: Capabilities = {}
    for (const node of seen.filter(({ connectorId }) => connectorId === id)) {
      const known = capabilities[node.capability] ?? { types: [], properties: [] }
      capabilities[node.capability] = {
        types: sorted([...known.types, node.type]),
        properties: sorted([
          ...known.properties,
          ...node.properties.filter((name) => !ofTheCanvas.has(name)),
        ]),
      }
    }
    const example = readExample(join(provider, `examples/davinci-connector-instances/${id}.tf`))
    return [
      id,
      { properties: propertiesOfExample(example), capabilities: sortMembers(capabilities) },
    ] as const
  })
  return { provenance: connectorSources, connectors: Object.fromEntries(connectors) }
}

/** Some connectors have nothing to configure and no example. */
function readExample(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** `property { name = "…" … }` for each. */
export const propertiesOfExample = (text: string): string[] =>
  sorted([...text.matchAll(/property \{\s*name\s*=\s*"([^"]+)"/g)].map(([, name = '']) => name))

/** The `data` of the nodes in a Terraform configuration, as `terraform fmt` lays it out. */
export function nodesOfConfiguration(text: string): Seen[] {
  return text.split(/^\s*data = \{$/m).flatMap((part) => {
    const value = (name: string) => new RegExp(`^\\s*${name}\\s*=\\s*"([^"]*)"`, 'm').exec(part)?.[1]
    const [connectorId, capability] = [value('connector_id'), value('capability_name')]
    if (connectorId === undefined || capability === undefined) return []
    const block = /^(\s*)properties\s*=\s*jsonencode\(\{\n([\s\S]*?)\n\1\}\)/m.exec(part)
    const indent = `${block?.[1] ?? ''}  `
    const members = new RegExp(`^${indent}"?([\\w.]+)"?\\s*[=:]`, 'gm')
    const properties = [...(block?.[2] ?? '').matchAll(members)].map(([, name = '']) => name)
    return [{ connectorId, capability, type: value('type') ?? '', properties }]
  })
}

type ExportedNode = {
  data: { connectorId?: string; capabilityName?: string; type?: string; properties?: object }
}

/** The nodes of a flow, or of all flows, in an export. */
export function nodesOfExport(exported: unknown): Seen[] {
  if (exported === null || typeof exported !== 'object') return []
  const { graphData, flows } = exported as {
    graphData?: { elements: { nodes: ExportedNode[] } }
    flows?: unknown[]
  }
  if (graphData === undefined) return (flows ?? []).flatMap(nodesOfExport)
  return graphData.elements.nodes.flatMap(({ data: { connectorId, capabilityName, type, properties } }) =>
    connectorId === undefined || capabilityName === undefined
      ? []
      : [
          {
            connectorId,
            capability: capabilityName,
            type: type ?? '',
            properties: Object.keys(properties ?? {}),
          },
        ],
  )
}

const sorted = (names: string[]): string[] => [...new Set(names)].sort()

const sortMembers = <T>(members: { [name: string]: T }): { [name: string]: T } =>
  Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
