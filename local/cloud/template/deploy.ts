// Brings up the stacks of an assembly, each resource after the ones it needs.
import type { AssemblyStack, Template, TemplateResource } from '../assembly/read-assembly.ts'
import { CloudError } from '../cloud-error.ts'
import { invokeOf, stackId } from '../resources/custom-resources.ts'
import { kindOf } from '../resources/kinds.ts'
import {
  type CloudParts,
  type Declaration,
  type Deployed,
  generatedName,
} from '../resources/resource-kind.ts'
import { importsIn, inOrder, referencesIn } from './order.ts'
import { noValue, resolveCondition, resolveValue, type TemplateScope } from './resolve.ts'

type Outputs = Record<string, string>

/**
 * Deploys every stack.
 *
 * @param parameters by `Parameter`, or `Stack.Parameter` for the parameter of one stack
 * @returns the outputs of each stack, by the stack's id
 * @throws {CloudError} one sentence about what cannot be brought up
 */
export async function deployStacks(
  stacks: readonly AssemblyStack[],
  parameters: Record<string, string>,
  parts: CloudParts,
): Promise<Record<string, Outputs>> {
  refuseUnknownParameters(stacks, parameters)
  const exported = new Map<string, unknown>()
  const outputs: Record<string, Outputs> = {}
  const ofName = new Map(stacks.map((stack) => [stack.name, stack.id]))
  for (const stack of stacksInOrder(stacks)) {
    outputs[stack.id] = await deployStack(stack, {
      parameters,
      parts,
      exported,
      outputOf: (name, output) => outputs[ofName.get(name) ?? '']?.[output],
    })
  }
  await parts.customResources.cleanUp(invokeOf(parts))
  // What configures others is not needed again before the next start.
  await Promise.all([...parts.frameworks.values()].map((handler) => parts.functions.get(handler)?.rest()))
  return outputs
}

function refuseUnknownParameters(stacks: readonly AssemblyStack[], parameters: Record<string, string>): void {
  const known = stacks.flatMap(({ id, name, template }) =>
    Object.keys(template.Parameters ?? {}).flatMap((key) => [key, `${id}.${key}`, `${name}.${key}`]),
  )
  const unknown = Object.keys(parameters).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new CloudError(`No template has a parameter "${unknown}".`)
}

function stacksInOrder(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const byId = new Map(stacks.map((stack) => [stack.id, stack]))
  const needs = (id: string) => {
    const stack = byId.get(id)
    const { exports, stacks: names } = importsIn(stack?.template)
    const imported = stacks.filter(
      ({ id: other, name, template }) =>
        other !== id &&
        (names.has(name) ||
          Object.values(template.Outputs ?? {}).some(({ Export: out }) => exports.has(String(out?.Name)))),
    )
    return [...(stack?.dependencies ?? []), ...imported.map(({ id: other }) => other)]
  }
  return inOrder([...byId.keys()], needs).flatMap((id) => byId.get(id) ?? [])
}

async function deployStack(
  stack: AssemblyStack,
  context: {
    parameters: Record<string, string>
    parts: CloudParts
    exported: Map<string, unknown>
    outputOf(stack: string, output: string): unknown
  },
): Promise<Outputs> {
  const { template } = stack
  const { parts, exported } = context
  if (template.Transform !== undefined) {
    throw new CloudError(`The stack ${stack.id} has a Transform, which only CloudFormation can do.`)
  }
  const values = parameterValues(stack, context.parameters, parts)
  const deployed = new Map<string, Deployed>()
  const scope: TemplateScope = {
    reference: (name) => pseudoParameter(stack, name) ?? values[name] ?? deployed.get(name)?.ref,
    attribute: (logicalId, attribute) => deployed.get(logicalId)?.attributes[attribute],
    exported: (name) => exported.get(name),
    stackOutput: context.outputOf,
    mapping: (map, first, second) => template.Mappings?.[map]?.[first]?.[second],
    condition(name) {
      const expression = template.Conditions?.[name]
      return expression === undefined
        ? undefined
        : resolveCondition(expression, scope, [stack.id, 'Conditions', name])
    },
  }
  const resources = Object.entries(template.Resources).filter(
    ([, { Condition: condition }]) => condition === undefined || scope.condition(condition),
  )
  const byId = new Map(resources)
  for (const logicalId of inOrder([...byId.keys()], (id) => needsOf(byId.get(id)))) {
    const resource = byId.get(logicalId)
    if (resource) deployed.set(logicalId, await deployResource(stack, logicalId, resource, scope, parts))
  }
  return resolveOutputs(stack, template, scope, parts, exported)
}

function needsOf(resource: TemplateResource | undefined): string[] {
  return [...referencesIn(resource?.Properties), ...[resource?.DependsOn ?? []].flat()]
}

async function deployResource(
  stack: AssemblyStack,
  logicalId: string,
  resource: TemplateResource,
  scope: TemplateScope,
  parts: CloudParts,
): Promise<Deployed> {
  const { Type: type, Properties: raw = {}, Metadata: metadata } = resource
  const constructPath = stack.paths.get(logicalId) ?? metadata?.['aws:cdk:path'] ?? `${stack.id}/${logicalId}`
  const path = readablePath(String(constructPath))
  const resolved = resolveValue(raw, scope, [stack.id, logicalId, 'Properties'])
  const properties = withLocalUrls(resolved, parts) as Record<string, unknown>
  refuseDynamicReferences(properties, path)
  const retained = String(resource.DeletionPolicy ?? 'Delete').startsWith('Retain')
  const declaration: Declaration = { stack, logicalId, path, type, properties, retained }
  const kind = kindOf(type)
  if (kind === undefined) {
    parts.notActedOn.add(type, path)
    const name = generatedName(declaration)
    return { ref: name, attributes: { Arn: `arn:aws:local:${stack.region}:${stack.account}:${name}` } }
  }
  if (!kind.actedOn.includes('*')) parts.notActedOn.addProperties(path, type, properties, kind.actedOn)
  return kind.deploy(declaration, parts)
}

/** `Stack/Function/Resource` names the construct `Stack/Function`. */
const readablePath = (path: string) => path.replace(/\/(Resource|Default)$/, '')

function resolveOutputs(
  stack: AssemblyStack,
  template: Template,
  scope: TemplateScope,
  parts: CloudParts,
  exported: Map<string, unknown>,
): Outputs {
  const outputs: Outputs = {}
  for (const [name, output] of Object.entries(template.Outputs ?? {})) {
    if (output.Condition !== undefined && !scope.condition(output.Condition)) continue
    const value = withLocalUrls(resolveValue(output.Value, scope, [stack.id, 'Outputs', name]), parts)
    if (output.Export) {
      exported.set(
        String(resolveValue(output.Export.Name, scope, [stack.id, 'Outputs', name, 'Export'])),
        value,
      )
    }
    outputs[name] = String(value)
  }
  return outputs
}

function parameterValues(
  stack: AssemblyStack,
  given: Record<string, string>,
  { parameterStore }: CloudParts,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, { Type: type, Default: initial }] of Object.entries(stack.template.Parameters ?? {})) {
    const value = given[`${stack.id}.${name}`] ?? given[`${stack.name}.${name}`] ?? given[name] ?? initial
    if (value === undefined)
      throw new CloudError(`The stack ${stack.id} needs a value for its parameter ${name}.`)
    const isList = type === 'CommaDelimitedList' || type.includes('List<')
    const text = type.startsWith('AWS::SSM::Parameter::Value<')
      ? storedParameter(stack, String(value), parameterStore)
      : String(value)
    values[name] = isList ? text.split(',') : text
  }
  return values
}

/** The value of such a parameter is the name of one in Systems Manager, whose value counts. */
function storedParameter(stack: AssemblyStack, name: string, store: ReadonlyMap<string, string>): string {
  // What `cdk bootstrap` leaves there; templates only ask whether it is recent enough.
  const value = store.get(name) ?? (name.startsWith('/cdk-bootstrap/') ? '99' : undefined)
  if (value !== undefined) return value
  throw new CloudError(
    `The stack ${stack.id} reads the parameter ${name} of Systems Manager, which no stack before it makes.`,
  )
}

function pseudoParameter(stack: AssemblyStack, name: string): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return stack.account
    case 'AWS::Region':
      return stack.region
    case 'AWS::Partition':
      return 'aws'
    case 'AWS::URLSuffix':
      return 'amazonaws.com'
    case 'AWS::StackName':
      return stack.name
    case 'AWS::StackId':
      return stackId(stack)
    case 'AWS::NoValue':
      return noValue
    case 'AWS::NotificationARNs':
      return []
    default:
      return undefined
  }
}

/** Some templates put an API's address together themselves, from its id, the region and the domain of AWS. */
function withLocalUrls(value: unknown, parts: CloudParts): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(
      /https:\/\/([a-z0-9]{10})\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g,
      (whole, id: string) => parts.apis.get(id)?.url ?? whole,
    )
  }
  if (Array.isArray(value)) return value.map((element) => withLocalUrls(element, parts))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withLocalUrls(member, parts)]),
  )
}

function refuseDynamicReferences(properties: unknown, path: string): void {
  const [reference] = /\{\{resolve:[^}]*\}\}/.exec(JSON.stringify(properties)) ?? []
  if (reference !== undefined) {
    throw new CloudError(
      `${path} holds the dynamic reference ${reference}, which the local cloud does not resolve.`,
    )
  }
}
