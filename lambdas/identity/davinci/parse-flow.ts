// Reads a flow as the Management API takes it and as the console exports it.
import * as z from 'zod'
import type { Flow, FlowForm, FlowNode } from './flow.ts'

const text = z.string().min(1)
const nodeSchema = z.looseObject({
  data: z.looseObject({
    id: text,
    nodeType: z.enum(['CONNECTION', 'EVAL', 'ANNOTATION']),
    connectorId: z.string().optional(),
    connectionId: z.string().optional(),
    capabilityName: z.string().optional(),
    name: z.string().optional(),
    type: z.string().optional(),
    isDisabled: z.boolean().optional(),
    properties: z.record(z.string(), z.unknown()).optional(),
    outcomes: z.array(z.looseObject({ id: text, result: text })).optional(),
  }),
})
const edgeSchema = z.looseObject({
  data: z.looseObject({ id: text, source: text, target: text, multiValueSourceId: text.optional() }),
})
const flowSchema = z.looseObject({
  name: text,
  graphData: z.looseObject({
    elements: z.looseObject({ nodes: z.array(nodeSchema).min(1), edges: z.array(edgeSchema) }),
  }),
  settings: z.record(z.string(), z.unknown()).default({}),
  trigger: z.looseObject({ type: z.string().optional(), subtype: z.string().optional() }).default({}),
})

const formSchema = z.looseObject({
  components: z.looseObject({
    fields: z.array(z.looseObject({ type: text, key: z.string().optional() })),
  }),
})

export type FlowSurroundings = {
  /** The forms of the environment, by what `showForm` names. */
  forms: ReadonlyMap<string, unknown>
  /** The connector of each connector instance, by its id. */
  instances?: ReadonlyMap<string, string>
}

/** @returns the flow, or a sentence for each part that cannot be read */
export function parseFlow(source: unknown, surroundings: FlowSurroundings): Flow | string[] {
  const read = flowSchema.safeParse(source)
  if (!read.success) return unreadable('The flow', read.error)
  const problems: string[] = []
  const forms = new Map<string, FlowForm>()
  for (const [reference, form] of surroundings.forms) {
    const parsed = formSchema.safeParse(form)
    if (parsed.success) forms.set(reference, readForm(parsed.data.components.fields))
    else problems.push(...unreadable(`The form ${reference}`, parsed.error))
  }
  if (problems.length > 0) return problems
  const { name, graphData, settings, trigger } = read.data
  return {
    name,
    nodes: graphData.elements.nodes.map(({ data }) => readNode(data)),
    edges: graphData.elements.edges.map(({ data: { id, source, target, multiValueSourceId } }) => ({
      id,
      source,
      target,
      outcomeId: multiValueSourceId,
    })),
    settings,
    isCiba: trigger.subtype === 'CIBA',
    forms,
    instances: surroundings.instances,
  }
}

const unreadable = (what: string, { issues }: z.ZodError): string[] =>
  issues.map(({ path, message }) => `${what} cannot be read at ${path.join('.') || 'its root'}: ${message}.`)

const kinds = { CONNECTION: 'call', EVAL: 'evaluator', ANNOTATION: 'note' } as const

function readNode(data: z.infer<typeof nodeSchema>['data']): FlowNode {
  const properties = Object.fromEntries(
    Object.entries(data.properties ?? {}).map(([name, property]) => [name, unwrapped(property)]),
  )
  const { nodeTitle } = properties
  const title = typeof nodeTitle === 'string' ? nodeTitle : (data.capabilityName ?? 'Evaluator')
  return {
    id: data.id,
    kind: kinds[data.nodeType],
    label: `"${title}" (${data.id})`,
    connectorId: data.connectorId ?? '',
    connectionId: data.connectionId ?? '',
    capability: data.capabilityName ?? '',
    type: data.type ?? '',
    isDisabled: data.isDisabled === true,
    properties,
    outcomes: data.outcomes ?? [],
  }
}

const unwrapped = (property: unknown): unknown =>
  property !== null && typeof property === 'object' && 'value' in property ? property.value : property

/** Fields that end a form without a button of their own. */
const submitting = new Set(['SUBMIT_BUTTON', 'FIDO2', 'POLLING'])
const leaving = new Set(['FLOW_BUTTON', 'FLOW_LINK', 'SOCIAL_LOGIN_BUTTON'])
const silent = new Set(['SLATE_TEXTBLOB', 'LABEL', 'ERROR_DISPLAY', 'DIVIDER', 'EMPTY_FIELD', 'QR_CODE'])

function readForm(fields: readonly { type: string; key?: string | undefined }[]): FlowForm {
  const results = fields.flatMap(({ type, key }) => {
    if (submitting.has(type)) return ['submit']
    return leaving.has(type) && key !== undefined ? [key] : []
  })
  const filled = fields.filter(
    ({ type }) => !leaving.has(type) && !silent.has(type) && type !== 'SUBMIT_BUTTON',
  )
  const placeholders = JSON.stringify(fields).matchAll(/\{\{(\w+)\}\}/g)
  return {
    results: new Set(results),
    fields: new Set(filled.flatMap(({ key }) => key ?? [])),
    placeholders: new Set([...placeholders].map(([, name = '']) => name)),
  }
}
