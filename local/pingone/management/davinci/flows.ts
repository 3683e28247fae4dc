// Flows: drafts that become effective when they are deployed. Each save is a version; versions are kept.
import * as z from 'zod'
import type { PingOneEnvironment, Stored } from '../../environment.ts'
import { type Detail, invalidData, notFound, requestFailed } from '../api-error.ts'
import { parseBody } from '../body.ts'
import { type Collection, collectionOperations, type Members } from '../collection.ts'
import { present } from '../hal.ts'
import { type Call, type ManagementContext, newDaVinciId, type Operation } from '../operation.ts'
import { connectors } from './connectors.ts'

const text = z.string().min(1)
const position = z.looseObject({ x: z.number(), y: z.number() })
const element = {
  classes: z.string().optional(),
  grabbable: z.boolean().default(true),
  group: text.optional(),
  locked: z.boolean().default(false),
  pannable: z.boolean().default(false),
  position: position.default({ x: 0, y: 0 }),
  removed: z.boolean().default(false),
  selectable: z.boolean().default(true),
  selected: z.boolean().default(false),
}
const node = z.looseObject({
  ...element,
  group: text.default('nodes'),
  data: z.looseObject({
    id: text,
    nodeType: text,
    connectionId: z.string().optional(),
    connectorId: z.string().optional(),
    capabilityName: z.string().optional(),
    properties: z.record(z.string(), z.unknown()).optional(),
  }),
})
const edge = z.looseObject({
  ...element,
  group: text.default('edges'),
  data: z.looseObject({ id: text, source: text, target: text, multiValueSourceId: z.string().optional() }),
})
const graphSchema = z.looseObject({
  elements: z.looseObject({ nodes: z.array(node), edges: z.array(edge).default([]) }),
  boxSelectionEnabled: z.boolean().default(true),
  pan: position.default({ x: 0, y: 0 }),
  panningEnabled: z.boolean().default(true),
  userPanningEnabled: z.boolean().default(true),
  userZoomingEnabled: z.boolean().default(true),
  zoom: z.number().default(1),
  zoomingEnabled: z.boolean().default(true),
})

const flag = z.union([z.boolean(), z.enum(['true', 'false'])])
// Additional members are allowed (`additionalProperties` in the API's schema): exports have `cibaFlow`.
const settingsSchema = z.looseObject({
  csp: z.string().optional(),
  css: z.string().optional(),
  cssLinks: z.array(z.string()).optional(),
  customErrorScreenBrandLogoUrl: z.string().optional(),
  customErrorShowFooter: flag.optional(),
  customFaviconLink: z.string().optional(),
  customLogoURLSelection: z.int().optional(),
  customTitle: z.string().optional(),
  defaultErrorScreenBrandLogo: flag.optional(),
  flowHttpTimeoutInSeconds: z.int().optional(),
  flowTimeoutInSeconds: z.int().optional(),
  intermediateLoadingScreenCSS: z.unknown().optional(),
  intermediateLoadingScreenHTML: z.unknown().optional(),
  jsCustomFlowPlayer: z.string().optional(),
  jsLinks: z.array(z.record(z.string(), z.unknown())).optional(),
  logLevel: z.int().min(1).max(4).optional(),
  previewFormRenderingUpdates: flag.optional(),
  requireAuthenticationToInitiate: flag.optional(),
  scrubSensitiveInfo: flag.optional(),
  sensitiveInfoFields: z.array(z.string()).optional(),
  useCSP: flag.optional(),
  useCustomCSS: flag.optional(),
  useCustomFlowPlayer: flag.optional(),
  useCustomScript: flag.optional(),
  useIntermediateLoadingScreen: flag.optional(),
  validateOnSave: flag.optional(),
})

const duration = z.strictObject({ enabled: z.boolean(), time: z.number(), timeFormat: text })
export const triggerConfigurationSchema = z.strictObject({
  mfa: duration.optional(),
  pwd: duration.optional(),
})
const triggerSchema = z.strictObject({
  type: z.enum(['AUTHENTICATION', 'SCHEDULE']),
  subtype: z.enum(['CIBA']).optional(),
  configuration: triggerConfigurationSchema.optional(),
})

export const davinciName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^(?=\S)[\p{L}\p{M}\p{N}\p{So}/.'_ \-[\]()]*$/u)

const flowSchema = z.object({
  name: davinciName,
  description: z.string().max(1024).optional(),
  color: z.string().optional(),
  graphData: graphSchema.optional(),
  inputSchema: z
    .array(
      z.strictObject({
        propertyName: text,
        preferredDataType: z.enum(['array', 'boolean', 'number', 'object', 'string']),
        preferredControlType: text.default('textField'),
        description: z.string().optional(),
        isExpanded: z.boolean().optional(),
        required: z.boolean().optional(),
      }),
    )
    .optional(),
  outputSchema: z
    .strictObject({
      output: z.strictObject({
        type: z.literal('object'),
        properties: z.record(z.string(), z.unknown()),
        additionalProperties: z.boolean().optional(),
      }),
    })
    .optional(),
  settings: settingsSchema.optional(),
  trigger: triggerSchema.optional(),
})

type FlowInput = z.infer<typeof flowSchema>

const path = '/environments/{environmentID}/flows'
const rights = { read: 'davinci:read', write: 'davinci:write' } as const
const product = 'PING_ONE_DAVINCI' as const
const action = (name: string) => `application/vnd.pingidentity.flow.${name}+json`

export function flows(context: ManagementContext): Operation[] {
  const { environment } = context
  const flowPath = (flow: Stored) => `/environments/${environment.id}/flows/${flow.id}`

  const saveVersion = (flow: Stored) => {
    const { id, name, description, color, graphData, inputSchema, outputSchema, settings, trigger } = flow
    const version = Number(flow.currentVersion)
    environment.putChild('flowVersions', id, {
      id: String(version),
      version,
      flow: { id, name },
      content: { name, description, color, graphData, inputSchema, outputSchema, settings, trigger },
      createdAt: flow.updatedAt,
      updatedAt: flow.updatedAt,
    })
  }

  const collection: Collection<FlowInput> = {
    path,
    variable: 'flowID',
    collection: 'flows',
    rights,
    product,
    schema: flowSchema,
    readOnly: ['currentVersion', 'publishedVersion', 'deployedAt', 'enabled', 'connectors'],
    newId: newDaVinciId,
    unique: ['name'],
    members(input, _call, existing) {
      checkConnections(environment, input.graphData)
      return {
        ...input,
        enabled: existing?.enabled ?? true,
        currentVersion: Number(existing?.currentVersion ?? 0) + 1,
        ...(existing?.publishedVersion === undefined
          ? {}
          : { publishedVersion: existing.publishedVersion, deployedAt: existing.deployedAt }),
      }
    },
    changed(_before, after) {
      if (after) saveVersion(after)
    },
    deleting(flow) {
      const user = environment
        .list('flowPolicies')
        .find((policy) => (policy.flowDistributions as { id: string }[]).some(({ id }) => id === flow.id))
      if (user) throw requestFailed(`The flow is used by the flow policy ${user.id}.`)
    },
    show: (flow) => ({ ...flow, connectors: connectorsOf(flow.graphData) }),
    links: (flow) => ({
      connectorInstances: `/environments/${environment.id}/connectorInstances`,
      connectors: `/environments/${environment.id}/connectors`,
      'flow.deploy': flowPath(flow),
      'flow.clone': flowPath(flow),
      'flow.validate': flowPath(flow),
      'flow.enabled': `${flowPath(flow)}/enabled`,
      version: `${flowPath(flow)}/versions`,
    }),
  }
  const showFlow = (flow: Stored, call: Call) =>
    present(context, flowPath(flow), collection.show?.(flow, call) ?? flow, collection.links?.(flow))

  const requireFlow = (call: Call): Stored => {
    const flow = environment.get('flows', call.variables.flowID ?? '')
    if (!flow) throw notFound()
    return flow
  }
  const requireVersion = (call: Call): Stored => {
    const version = environment
      .children('flowVersions', requireFlow(call).id)
      .find(({ id }) => id === call.variables.versionID)
    if (!version) throw notFound()
    return version
  }
  const showVersion = ({ content: _, id: __, ...version }: Stored, flow: Stored) => {
    const at = `${flowPath(flow)}/versions/${version.version}`
    return present(context, at, version, { details: `${at}/details`, 'flow.export': at, 'flow.revert': at })
  }
  const shared = { product, right: rights.write } as const

  return [
    ...collectionOperations(context, collection),
    {
      ...shared,
      method: 'POST',
      path: `${path}/{flowID}`,
      mediaTypes: [action('deploy')],
      handle(call) {
        const flow = requireFlow(call)
        if (!flow.graphData) throw requestFailed('A flow without nodes cannot be deployed.')
        const deployedAt = context.timestamp()
        const deployed = { ...flow, publishedVersion: flow.currentVersion, deployedAt }
        environment.put('flows', deployed)
        const version = environment.getChild('flowVersions', flow.id, String(flow.currentVersion))
        if (version) environment.putChild('flowVersions', flow.id, { ...version, deployedAt })
        return { status: 201, body: showFlow(deployed, call) }
      },
    },
    {
      ...shared,
      method: 'POST',
      path: `${path}/{flowID}`,
      mediaTypes: [action('validate')],
      handle(call) {
        const flow = requireFlow(call)
        const { graphData } = parseBody(z.object({ graphData: graphSchema.optional() }), call.body ?? {})
        checkConnections(environment, graphData)
        return { status: 200, body: showFlow(flow, call) }
      },
    },
    {
      ...shared,
      method: 'PUT',
      path: `${path}/{flowID}/enabled`,
      handle(call) {
        const flow = requireFlow(call)
        const { enabled } = parseBody(z.strictObject({ enabled: z.boolean() }), call.body)
        environment.put('flows', { ...flow, enabled, updatedAt: context.timestamp() })
        return { status: 200, body: present(context, `${flowPath(flow)}/enabled`, { enabled }) }
      },
    },
    {
      ...shared,
      method: 'GET',
      right: rights.read,
      path: `${path}/{flowID}/versions`,
      handle(call) {
        const flow = requireFlow(call)
        const versions = environment.children('flowVersions', flow.id)
        return {
          status: 200,
          body: {
            ...present(context, call.path, {}),
            _embedded: { versions: versions.map((version) => showVersion(version, flow)) },
          },
        }
      },
    },
    {
      ...shared,
      method: 'GET',
      right: rights.read,
      path: `${path}/{flowID}/versions/{versionID}`,
      handle: (call) => ({ status: 200, body: showVersion(requireVersion(call), requireFlow(call)) }),
    },
    {
      ...shared,
      method: 'GET',
      right: rights.read,
      path: `${path}/{flowID}/versions/{versionID}/details`,
      handle(call) {
        const version = requireVersion(call)
        const flow = requireFlow(call)
        return {
          status: 200,
          body: {
            ...showVersion(version, flow),
            ...(version.content as Members),
            flow: { id: flow.id, name: flow.name },
          },
        }
      },
    },
  ]
}

type Graph = {
  elements: { nodes: { data: { connectionId?: string | undefined; connectorId?: string | undefined } }[] }
}

const connectorsOf = (graph: unknown): { id: string }[] => {
  const nodes = (graph as Graph | undefined)?.elements.nodes ?? []
  return [...new Set(nodes.flatMap(({ data }) => data.connectorId ?? []))].map((id) => ({ id }))
}

/** A node that names a connection must name one of this environment, and of the right kind. */
function checkConnections(environment: PingOneEnvironment, graph: Graph | undefined): void {
  const details = (graph?.elements.nodes ?? []).flatMap(({ data }, index): Detail[] => {
    const target = `graphData.elements.nodes[${index}].data`
    const { connectionId, connectorId } = data
    if (connectorId !== undefined && !connectors.some(({ id }) => id === connectorId)) {
      return [
        { code: 'INVALID_VALUE', target: `${target}.connectorId`, message: 'there is no such connector' },
      ]
    }
    // Evaluators have an empty one.
    if (connectionId === undefined || connectionId === '') return []
    const instance = environment.get('connectorInstances', connectionId)
    const fits = instance && (connectorId ?? '') === (instance.connector as { id: string }).id
    return fits
      ? []
      : [
          {
            code: 'INVALID_VALUE',
            target: `${target}.connectionId`,
            message: 'there is no such connector instance of this connector',
          },
        ]
  })
  if (details.length > 0) throw invalidData(...details)
}
