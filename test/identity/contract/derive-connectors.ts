// Which properties and capabilities DaVinci's connectors have: names, read off where somebody else wrote them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** As committed in `lambdas/identity/davinci/connectors.json`. */
export type ConnectorFacts = {
  provenance: { source: string; commit: string; licence: string; what: string }[]
  connectors: { [connectorId: string]: { properties: string[]; capabilities: Capabilities } }
}

type Capability = {
  /** Of the nodes that call it. */
  types: string[]
  /** Properties that some flow sets. */
  properties: string[]
  /** Properties that Ping's page says are required. */
  required: string[]
  /** What later nodes read of it, as paths below `payload.output`. */
  outputs: string[]
}

type Capabilities = { [name: string]: Capability }

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
    what: 'capabilities, the properties that the exported flows set, and what they read',
  },
  {
    source: "github.com/samir-gandhi/pingdocs-demo flows (an export of Ping's CIAM flow templates)",
    commit: '3dd9d8a3',
    licence: 'none stated; names only',
    what: 'capabilities, the properties that the exported flows set, and what they read',
  },
  {
    source:
      'docs.pingidentity.com/connectors: p1_mfa_connector, p1_connector, p1_authentication_connector, form_connector',
    commit: 'as of 2026-07-09',
    licence: 'names only',
    what: 'the properties that a capability requires, and the capabilities that no export has',
  },
]

/** What Ping's pages on the connectors say, for the capabilities that MyHotels' flow calls. */
const documented: { [connectorId: string]: { [capability: string]: Partial<Capability> } } = {
  pingOneAuthenticationConnector: {
    returnCibaSuccess: { required: ['userId', 'authenticationMethods'] },
    returnCibaError: { required: ['userId'] },
  },
  pingOneFormsConnector: { showForm: { required: ['form'] } },
  pingOneMfaConnector: {
    readDeviceAuthentication: {
      types: ['action'],
      properties: ['deviceAuthenticationId'],
      required: ['deviceAuthenticationId'],
      outputs: ['rawResponse.id', 'rawResponse.status'],
    },
    validateAssertionDeviceAuthentication: { required: ['deviceAuthenticationId', 'assertion', 'origin'] },
    validateOtpDeviceAuthentication: { required: ['deviceAuthenticationId', 'otp'] },
  },
  pingOneSSOConnector: { checkPassword: { required: ['matchAttribute', 'identifier', 'password'] } },
}

/** Every node may carry these; they belong to the canvas. */
const ofTheCanvas = new Set(['nodeTitle', 'nodeDescription', 'backgroundColor', 'annotationTextColor'])

type Seen = {
  connectorId: string
  capability: string
  type: string
  properties: string[]
  outputs: string[]
}

/**
 * @param provider a checkout of the Terraform provider
 * @param exported folders of exported flows
 */
export function deriveConnectors(provider: string, exported: readonly string[]): ConnectorFacts {
  const tests = join(provider, 'internal/acctest/testhcl/pingone_davinci_flow')
  const seen = [
    ...readdirSync(tests).flatMap((file) => nodesOfConfiguration(readFileSync(join(tests, file), 'utf8'))),
    ...exported.flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .flatMap((file) => nodesOfExport(JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown)),
    ),
  ]
  const connectors = connectorIds.map((id) => {
    const capabilities: Capabilities = {}
    const add = (name: string, more: Partial<Capability>) => {
      const known = capabilities[name]
      capabilities[name] = {
        types: sorted([...(known?.types ?? []), ...(more.types ?? [])]),
        properties: sorted([...(known?.properties ?? []), ...(more.properties ?? [])]),
        required: sorted([...(known?.required ?? []), ...(more.required ?? [])]),
        outputs: sorted([...(known?.outputs ?? []), ...(more.outputs ?? [])]),
      }
    }
    for (const node of seen.filter(({ connectorId }) => connectorId === id)) {
      const properties = node.properties.filter((name) => !ofTheCanvas.has(name) && name !== 'undefined')
      add(node.capability, { types: [node.type], properties, outputs: node.outputs })
    }
    for (const [name, more] of Object.entries(documented[id] ?? {})) add(name, more)
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
    // Which node a reference names is the key of a map around this; exports tell what is read.
    return [{ connectorId, capability, type: value('type') ?? '', properties, outputs: [] }]
  })
}

type ExportedNode = {
  data: { id: string; connectorId?: string; capabilityName?: string; type?: string; properties?: object }
}

/** The nodes of a flow, or of all flows, in an export. */
export function nodesOfExport(exported: unknown): Seen[] {
  if (exported === null || typeof exported !== 'object') return []
  const { graphData, flows } = exported as {
    graphData?: { elements: { nodes: ExportedNode[] } }
    flows?: unknown[]
  }
  if (graphData === undefined) return (flows ?? []).flatMap(nodesOfExport)
  const read = outputsRead(JSON.stringify(graphData))
  return graphData.elements.nodes.flatMap(
    ({ data: { id, connectorId, capabilityName, type, properties } }) =>
      connectorId === undefined || capabilityName === undefined
        ? []
        : [
            {
              connectorId,
              capability: capabilityName,
              type: type ?? '',
              properties: Object.keys(properties ?? {}),
              outputs: read.get(id) ?? [],
            },
          ],
  )
}

/** `{{local.<node>.payload.output.<path>}}`, by node. */
function outputsRead(text: string): Map<string, string[]> {
  const read = new Map<string, string[]>()
  for (const [, id = '', path = ''] of text.matchAll(/\{\{local\.(\w+)\.payload\.output\.([\w.]+)\}\}/g)) {
    read.set(id, [...(read.get(id) ?? []), path])
  }
  return read
}

const sorted = (names: string[]): string[] => [...new Set(names)].sort()

const sortMembers = <T>(members: { [name: string]: T }): { [name: string]: T } =>
  Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
