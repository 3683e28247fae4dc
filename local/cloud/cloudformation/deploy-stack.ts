// Brings a stack to what is wanted, resource by resource, each after those that it needs; what fails is rolled back.
import { isDeepStrictEqual } from 'node:util'
import { CloudError } from '../cloud-error.ts'
import { kindOf } from '../resources/kinds.ts'
import {
  type CloudParts,
  type Declaration,
  type Deployed,
  type Existing,
  ResourceFailure,
} from '../resources/resource-kind.ts'
import { importsIn, inOrder } from '../template/order.ts'
import { resolveValue, type TemplateScope } from '../template/resolve.ts'
import type { Template, TemplateResource } from '../template/template.ts'
import { planOf } from './compare.ts'
import { deployedBy, messageOf } from './deployed-by.ts'
import { recordEvent, setStackStatus } from './record-event.ts'
import { deleteLeftovers, note, rollBack } from './roll-back.ts'
import { scopeOf } from './scope.ts'
import type { Journal, Stack, StackOutput, StackResource, Target } from './stack.ts'
import type { StackStore } from './stack-store.ts'

/** What deployments work on. */
export type Workshop = {
  parts: CloudParts
  stacks: StackStore
  clock: () => number
  /** The resources that exist in this process, by stack and logical id. After a restart none does. */
  live: Set<string>
  onProgress(message: string): void
}

export type DeployOptions = {
  /** Construct paths by logical id. */
  paths?: ReadonlyMap<string, string>
  /**
   * Looks at every resource anew, also at those whose text is the same: after a restart addresses may be others. A
   * deployment in CloudFormation looks only at what changed and at what refers to it.
   * @default false
   */
  everything?: boolean
}

/** Why a deployment did not come to its end; `error` is what the resource threw. */
export type Failure = { message: string; logicalId?: string; error?: unknown }

/**
 * Creates or updates a stack. How it went is the stack's status; what a resource said is in its events.
 *
 * @returns the failure that the stack was rolled back for, or that it stopped at
 */
export async function deployStack(
  stack: Stack,
  template: Template,
  target: Target,
  workshop: Workshop,
  options: DeployOptions = {},
): Promise<Failure | undefined> {
  const isCreate = ['REVIEW_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'CREATE_FAILED'].includes(stack.status)
  const verb = isCreate ? 'CREATE' : 'UPDATE'
  // What was not rolled back is rolled back with what fails now.
  const { before, journal } = stack.undone ?? { before: partsOf(stack), journal: {} }
  setStackStatus(stack, `${verb}_IN_PROGRESS`, workshop, 'User Initiated')
  stack.current = target
  if (!isCreate) stack.updatedAt = workshop.clock()

  const failure = await converge(stack, template, target, journal, workshop, options)
  if (failure === undefined) {
    if (!isCreate) setStackStatus(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', workshop)
    await deleteLeftovers(stack, workshop)
    delete stack.undone
    setStackStatus(stack, `${verb}_COMPLETE`, workshop)
    return undefined
  }
  stack.undone = { before, journal }
  if (stack.disableRollback) {
    setStackStatus(stack, `${verb}_FAILED`, workshop, failure.message)
    return failure
  }
  await rollBack(stack, failure.message, workshop)
  return failure
}

const partsOf = ({ current, outputs, imports }: Stack) => structuredClone({ current, outputs, imports })

async function converge(
  stack: Stack,
  template: Template,
  target: Target,
  journal: Journal,
  workshop: Workshop,
  options: DeployOptions,
): Promise<Failure | undefined> {
  const { parts, stacks } = workshop
  const plan = planOf(stack, template, target)
  const scope = scopeOf({
    stack,
    template,
    parameters: target.parameters,
    resource: (logicalId) => (plan.resources.has(logicalId) ? stack.resources[logicalId] : undefined),
    exported: (name) => stacks.exported(name)?.output.value,
    stackOutput: (name, output) => stacks.find(name)?.outputs.find((one) => one.name === output)?.value,
  })
  const touched = new Set<string>()
  for (const logicalId of inOrder([...plan.resources.keys()], plan.needsOf)) {
    const resource = plan.resources.get(logicalId)
    if (resource === undefined) continue
    const source = plan.sourceOfResource(resource)
    const existing = stack.resources[logicalId]
    // The policies of what stays the same count from now on, too.
    if (existing) Object.assign(existing, policiesOf(resource))
    const isAffected =
      options.everything ||
      existing?.source !== source ||
      existing.status.endsWith('_FAILED') ||
      plan.refersTo(logicalId).some((id) => touched.has(id))
    if (!isAffected) continue
    try {
      const step = await deployResource(
        { stack, logicalId, resource, source, needs: plan.needsOf(logicalId), existing, scope },
        journal,
        workshop,
        options,
      )
      if (step === 'changed') touched.add(logicalId)
    } catch (error) {
      const word = existing === undefined ? 'create' : 'update'
      return { message: `The following resource(s) failed to ${word}: [${logicalId}]`, logicalId, error }
    }
  }
  for (const [logicalId, gone] of Object.entries(stack.resources)) {
    if (plan.resources.has(logicalId)) continue
    note(journal, logicalId, { before: gone })
    delete stack.resources[logicalId]
    stack.leftovers.push(gone)
  }
  try {
    const outputs = outputsOf(stack, template, scope, parts)
    refuseSharedExports(stack, outputs, stacks)
    if (!options.everything) refuseExportsInUse(stack, outputs, stacks)
    stack.outputs = outputs
    stack.imports = [...importsIn(template).exports]
  } catch (error) {
    return { message: messageOf(error), error }
  }
  return undefined
}

async function deployResource(
  wanted: {
    stack: Stack
    logicalId: string
    resource: TemplateResource
    source: string
    needs: string[]
    existing: StackResource | undefined
    scope: TemplateScope
  },
  journal: Journal,
  workshop: Workshop,
  options: DeployOptions,
): Promise<'changed' | 'same'> {
  const { stack, logicalId, resource, source, needs, existing, scope } = wanted
  const { parts, live } = workshop
  const key = `${stack.arn}/${logicalId}`
  const written = options.paths?.get(logicalId) ?? resource.Metadata?.['aws:cdk:path']
  const record = {
    stack: { id: stack.id, name: stack.name, region: stack.region, account: stack.account, arn: stack.arn },
    logicalId,
    path: readablePath(String(written ?? existing?.path ?? `${stack.id}/${logicalId}`)),
    type: resource.Type,
    source,
    needs,
    ...policiesOf(resource),
  }
  const fail = (status: string, error: unknown): never => {
    // What was not created has no physical id yet.
    const failed = existing ?? { logicalId, ref: '', type: resource.Type }
    recordEvent(stack, failed, status, workshop, messageOf(error))
    throw error
  }
  const begin = existing === undefined ? 'CREATE' : 'UPDATE'
  let declaration: Declaration
  try {
    if (existing !== undefined && existing.type !== resource.Type)
      throw new ResourceFailure(
        `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]`,
      )
    const resolved = resolveValue(resource.Properties ?? {}, scope, [stack.id, logicalId, 'Properties'])
    const properties = JSON.parse(JSON.stringify(withLocalUrls(resolved, parts))) as Record<string, unknown>
    refuseDynamicReferences(properties, record.path)
    const generation = existing?.generation ?? 1
    declaration = { ...record, properties, generatedName: nameOf(stack, logicalId, generation) }
  } catch (error) {
    recordEvent(
      stack,
      existing ?? { logicalId, ref: '', type: resource.Type },
      `${begin}_IN_PROGRESS`,
      workshop,
    )
    return fail(`${begin}_FAILED`, error)
  }
  const kind = kindOf(resource.Type)
  if (kind === undefined) parts.notActedOn.add(resource.Type, record.path)
  else if (!kind.actedOn.includes('*'))
    parts.notActedOn.addProperties(record.path, resource.Type, declaration.properties, kind.actedOn)

  const isSame = existing !== undefined && isDeepStrictEqual(existing.properties, declaration.properties)
  if (isSame) {
    const deployed = live.has(key)
      ? existing
      : await deployedBy(declaration, parts, existing).catch((error) => fail('UPDATE_FAILED', error))
    const isOther = !isDeepStrictEqual(existing.attributes, deployed.attributes)
    Object.assign(existing, record, {
      attributes: deployed.attributes,
      status: existing.status.replace('FAILED', 'COMPLETE'),
    })
    live.add(key)
    workshop.stacks.save(stack)
    return isOther ? 'changed' : 'same'
  }

  const replaces =
    existing !== undefined &&
    kind?.createOnly.some(
      (name) => !isDeepStrictEqual(existing.properties[name], declaration.properties[name]),
    )
  const generation = (existing?.generation ?? 1) + (replaces ? 1 : 0)
  const journaled = existing === undefined ? {} : { before: existing }
  note(journal, logicalId, { ...journaled, ...(replaces ? {} : { attempted: declaration.properties }) })
  if (replaces) declaration = { ...declaration, generatedName: nameOf(stack, logicalId, generation) }
  if (resource.Type.startsWith('Custom::'))
    workshop.onProgress(`${record.path} is being ${existing === undefined ? 'created' : 'updated'}`)
  recordEvent(
    stack,
    existing ?? { logicalId, ref: '', type: resource.Type },
    `${begin}_IN_PROGRESS`,
    workshop,
    replaces
      ? 'Requested update requires the creation of a new physical resource; hence creating one.'
      : undefined,
  )
  let deployed: Deployed
  try {
    deployed = await deployedBy(declaration, parts, replaces ? undefined : existing)
  } catch (error) {
    const physicalId = error instanceof ResourceFailure ? error.physicalId : undefined
    if (existing === undefined && physicalId !== undefined && !stack.disableRollback)
      stack.leftovers.push(
        resourceFrom(record, declaration, { ref: physicalId, attributes: {} }, generation, workshop),
      )
    return fail(`${begin}_FAILED`, error)
  }
  const next = resourceFrom(record, declaration, deployed, generation, workshop)
  next.status = `${begin}_COMPLETE`
  if (existing !== undefined && (replaces || existing.ref !== deployed.ref)) stack.leftovers.push(existing)
  stack.resources[logicalId] = next
  note(journal, logicalId, journaled)
  live.add(key)
  recordEvent(stack, next, next.status, workshop)
  return 'changed'
}

function resourceFrom(
  record: Omit<StackResource, keyof Existing | 'generatedName' | 'generation' | 'status' | 'changedAt'>,
  { properties, generatedName }: Declaration,
  { ref, attributes }: Deployed,
  generation: number,
  { clock }: Workshop,
): StackResource {
  return {
    ...record,
    properties,
    generatedName,
    ref,
    attributes,
    generation,
    status: 'CREATE_FAILED',
    changedAt: clock(),
  }
}

/** The first physical resource has the stack's and its own name; what replaces it is numbered. */
const nameOf = (stack: Stack, logicalId: string, generation: number) =>
  generation === 1 ? `${stack.name}-${logicalId}` : `${stack.name}-${logicalId}-${generation}`

function outputsOf(stack: Stack, template: Template, scope: TemplateScope, parts: CloudParts): StackOutput[] {
  return Object.entries(template.Outputs ?? {}).flatMap(([name, output]) => {
    if (output.Condition !== undefined && !scope.condition(output.Condition)) return []
    const path = [stack.id, 'Outputs', name]
    const value = String(withLocalUrls(resolveValue(output.Value, scope, path), parts))
    const exportName = output.Export && String(resolveValue(output.Export.Name, scope, [...path, 'Export']))
    return [
      {
        name,
        value,
        ...(output.Description === undefined ? {} : { description: output.Description }),
        ...(exportName === undefined ? {} : { exportName }),
      },
    ]
  })
}

function refuseSharedExports(stack: Stack, outputs: readonly StackOutput[], stacks: StackStore): void {
  for (const { exportName } of outputs) {
    const owner = exportName === undefined ? undefined : stacks.exported(exportName)?.stack
    if (owner !== undefined && owner !== stack)
      throw new ResourceFailure(`Export with name ${exportName} is already exported by stack ${owner.name}.`)
  }
}

/** What another stack imports stays as it is. */
function refuseExportsInUse(stack: Stack, outputs: readonly StackOutput[], stacks: StackStore): void {
  for (const { exportName, value } of stack.outputs) {
    const next = outputs.find((one) => one.exportName === exportName)
    const user = exportName === undefined || next?.value === value ? undefined : userOf(exportName, stacks)
    if (user !== undefined) {
      const deed = next === undefined ? 'deleted' : 'updated'
      throw new ResourceFailure(`Export ${exportName} cannot be ${deed} as it is in use by ${user.name}`)
    }
  }
}

export function userOf(exportName: string, stacks: StackStore): Stack | undefined {
  return stacks.all().find(({ imports }) => imports.includes(exportName))
}

/** `Stack/Function/Resource` names the construct `Stack/Function`. */
const readablePath = (path: string) => path.replace(/\/(Resource|Default)$/, '')

const policiesOf = ({ DeletionPolicy, UpdateReplacePolicy }: TemplateResource) => ({
  retained: isRetained(DeletionPolicy),
  retainedOnReplace: isRetained(UpdateReplacePolicy),
})

const isRetained = (policy: unknown) => String(policy ?? 'Delete').startsWith('Retain')

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
