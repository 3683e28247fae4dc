// What would change if a stack became what is wanted: by the texts of both templates and the values of parameters. Only
// the deployment tells what else follows from it.
import { isDeepStrictEqual } from 'node:util'
import { kindOf } from '../resources/kinds.ts'
import type { StackIdentity } from '../resources/resource-kind.ts'
import { inOrder, referencesIn } from '../template/order.ts'
import type { Template, TemplateResource } from '../template/template.ts'
import { scopeOf } from './scope.ts'
import { sourceOf } from './source.ts'
import type { Change, Stack, Target } from './stack.ts'

/** A template and how its expressions are read, without what only a deployment knows. */
export function planOf(stack: StackIdentity & Pick<Stack, 'resources'>, template: Template, target: Target) {
  const scope = scopeOf({
    stack,
    template,
    parameters: target.parameters,
    resource: (logicalId) => stack.resources[logicalId],
    exported: () => undefined,
    stackOutput: () => undefined,
  })
  const isParameter = (name: string) => template.Parameters?.[name] !== undefined
  const holds = (condition: string | undefined) =>
    condition === undefined || scope.condition(condition) === true
  const resources = new Map(
    Object.entries(template.Resources).filter(([, { Condition: condition }]) => holds(condition)),
  )
  const sourceOfResource = ({ Type, Properties = {} }: TemplateResource) =>
    sourceOf({ Type, Properties }, scope, isParameter)
  const outputs = Object.entries(template.Outputs ?? {}).filter(([, { Condition: condition }]) =>
    holds(condition),
  )
  const refersTo = (logicalId: string) =>
    [...referencesIn(resources.get(logicalId)?.Properties)].filter((id) => resources.has(id))
  return {
    scope,
    resources,
    refersTo,
    /** What a resource refers to, and what it says that it depends on. */
    needsOf: (logicalId: string): string[] => [
      ...refersTo(logicalId),
      ...[resources.get(logicalId)?.DependsOn ?? []].flat().filter((id) => resources.has(id)),
    ],
    sourceOfResource,
    sourceOfOutputs: () =>
      sourceOf(
        outputs.map(([name, { Value, Export }]) => ({ name, Value, Export })),
        scope,
        isParameter,
      ),
  }
}

/** The changes, and whether there is anything to do at all: outputs are no resources. */
export function compare(
  stack: Stack,
  before: Template,
  wanted: Template,
  target: Target,
): { changes: Change[]; isChanged: boolean } {
  const old = planOf(stack, before, stack.current)
  const next = planOf(stack, wanted, target)
  const tagsChange = !isDeepStrictEqual(stack.current.tags, target.tags)
  const changes = new Map<string, Change>()
  for (const logicalId of inOrder([...next.resources.keys()], next.needsOf)) {
    const resource = next.resources.get(logicalId)
    if (resource === undefined) continue
    const existing = stack.resources[logicalId]
    if (existing === undefined) {
      changes.set(logicalId, { action: 'Add', logicalId, type: resource.Type, scope: [], details: [] })
      continue
    }
    const details = [
      ...changedProperties(resource.Type, existing.source, next.sourceOfResource(resource)),
      ...dependentDetails(next.refersTo(logicalId), changes),
      ...(tagsChange ? [tagDetail] : []),
    ]
    if (details.length > 0) changes.set(logicalId, modification(logicalId, existing, details))
  }
  for (const [logicalId, { type, ref }] of Object.entries(stack.resources)) {
    if (next.resources.has(logicalId)) continue
    changes.set(logicalId, { action: 'Remove', logicalId, physicalId: ref, type, scope: [], details: [] })
  }
  const outputsChange = old.sourceOfOutputs() !== next.sourceOfOutputs()
  return { changes: [...changes.values()], isChanged: changes.size > 0 || outputsChange || tagsChange }
}

type Detail = Change['details'][number]

const tagDetail: Detail = { attribute: 'Tags', requiresRecreation: 'Never', evaluation: 'Static' }

function changedProperties(type: string, oldSource: string, newSource: string): Detail[] {
  const propertiesOf = (source: string) =>
    (JSON.parse(source) as { Properties?: Record<string, unknown> }).Properties ?? {}
  const [before, after] = [propertiesOf(oldSource), propertiesOf(newSource)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name) => ({
      attribute: 'Properties',
      name,
      requiresRecreation: kindOf(type)?.createOnly.includes(name) ? 'Always' : 'Never',
      evaluation: 'Static',
    }))
}

/** What a changed resource gives may change with it. */
function dependentDetails(needs: readonly string[], changes: ReadonlyMap<string, Change>): Detail[] {
  return needs
    .filter((id) => changes.get(id)?.action === 'Modify' && changes.get(id)?.scope.includes('Properties'))
    .map((id) => ({
      attribute: 'Properties',
      requiresRecreation: changes.get(id)?.replacement === 'False' ? 'Never' : 'Conditionally',
      evaluation: 'Dynamic',
      causedBy: id,
    }))
}

function modification(logicalId: string, existing: { ref: string; type: string }, details: Detail[]): Change {
  const needed = details.map(({ requiresRecreation }) => requiresRecreation)
  return {
    action: 'Modify',
    logicalId,
    physicalId: existing.ref,
    type: existing.type,
    replacement: needed.includes('Always')
      ? 'True'
      : needed.includes('Conditionally')
        ? 'Conditional'
        : 'False',
    scope: [...new Set(details.map(({ attribute }) => attribute))],
    details,
  }
}
