// Attributes get their values from the first resolver that has one, or from their default.
import { callService } from './call-service.ts'
import { isMet } from './evaluate-condition.ts'
import type { Evaluation } from './evaluation.ts'
import type { Attribute, Framework, Resolver } from './model.ts'
import { processValue } from './process-value.ts'
import { placeholdersIn } from './references.ts'
import { convert, EvaluationFailure, toText, type Value } from './values.ts'

/** The name by which a request gives an attribute's value: the names of its ancestors and its own, with dots. */
export function fullNameOf(framework: Pick<Framework, 'attributes'>, attribute: Attribute): string {
  const names = [attribute.name]
  const seen = new Set([attribute.id])
  let parent = attribute.parent
  while (parent && !seen.has(parent.id)) {
    seen.add(parent.id)
    const found = framework.attributes.get(parent.id)
    if (!found) break
    names.unshift(found.name)
    parent = found.parent
  }
  return names.join('.')
}

/**
 * The value of an attribute. Each is looked up once per decision.
 *
 * @throws {EvaluationFailure}
 */
export function resolveAttribute(
  evaluation: Evaluation,
  id: string,
  asking: readonly string[] = [],
): Promise<Value> {
  // A cycle would otherwise wait for its own promise.
  if (asking.includes(id)) {
    return Promise.reject(
      new EvaluationFailure('PROCESSING_ERROR', `The attribute ${id} depends on its own value`),
    )
  }
  const known = evaluation.attributes.get(id)
  if (known) return known
  const value = resolve(evaluation, id, [...asking, id])
  evaluation.attributes.set(id, value)
  return value
}

async function resolve(evaluation: Evaluation, id: string, asking: readonly string[]): Promise<Value> {
  const attribute = evaluation.framework.attributes.get(id)
  if (!attribute) throw new EvaluationFailure('PROCESSING_ERROR', `There is no attribute ${id}`)
  const name = fullNameOf(evaluation.framework, attribute)
  const { type } = attribute.valueType
  const override = evaluation.overrides.get(id)
  if (override !== undefined) return convert(override, type)
  for (const unsupported of ['valueSchema', 'repetitionSource'] as const) {
    if (attribute[unsupported] !== undefined) {
      throw new EvaluationFailure(
        'PROCESSING_ERROR',
        `${name} uses ${unsupported}, which is not offered here`,
      )
    }
  }
  let failure: EvaluationFailure | undefined
  for (const resolver of attribute.resolvers) {
    try {
      if (resolver.condition && !(await isMet(evaluation, resolver.condition, asking))) continue
      const raw = await read(evaluation, resolver, name, asking)
      const processed = processValue(
        evaluation.framework,
        attribute.processor,
        processValue(evaluation.framework, resolver.processor, raw),
      )
      if (processed !== undefined && processed !== null) return convert(processed, type)
    } catch (error) {
      if (!(error instanceof EvaluationFailure)) throw error
      // What the caller sent has the wrong type: no other source may hide that.
      if (resolver.type === 'REQUEST') throw naming(error, name)
      failure ??= naming(error, name)
    }
  }
  if (attribute.defaultValue !== undefined) return convert(attribute.defaultValue, type)
  throw failure ?? new EvaluationFailure('MISSING_ATTRIBUTE', `${name} has no value`)
}

const naming = (failure: EvaluationFailure, name: string): EvaluationFailure =>
  failure.message.includes(name)
    ? failure
    : new EvaluationFailure(failure.code, `${name}: ${failure.message}`)

async function read(
  evaluation: Evaluation,
  resolver: Resolver,
  name: string,
  asking: readonly string[],
): Promise<unknown> {
  switch (resolver.type) {
    case 'REQUEST':
      return evaluation.parameters.get(name)
    case 'CONSTANT':
      return convert(resolver.value, resolver.valueType.type).value
    case 'ATTRIBUTE':
      return (await resolveAttribute(evaluation, resolver.value.id, asking)).value
    case 'SERVICE':
      return callService(evaluation, resolver.value.id, asking)
    case 'SYSTEM':
      return resolver.value === 'NULL' ? undefined : new Date(evaluation.clock()).toISOString()
    case 'CURRENT_USER_ID':
      return evaluation.userId
    case 'USER':
      return evaluation.directory.user(await interpolate(evaluation, resolver.query.userId, asking))
    default:
      throw new EvaluationFailure(
        'PROCESSING_ERROR',
        `Resolvers of type ${resolver.type} are not offered here`,
      )
  }
}

/** Puts values of attributes in place of `{{<id>}}`. */
export async function interpolate(
  evaluation: Evaluation,
  text: string,
  asking: readonly string[] = [],
  encode: (value: string) => string = (value) => value,
): Promise<string> {
  const values = new Map<string, string>()
  for (const id of placeholdersIn(text)) {
    values.set(id, encode(toText((await resolveAttribute(evaluation, id.toLowerCase(), asking)).value)))
  }
  return text.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, id: string) => values.get(id) ?? '')
}
