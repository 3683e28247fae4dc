// The text by which CloudFormation tells whether a resource changes: its description in the template with the values
// of parameters, mappings and conditions in place. What other resources and stacks are and give is not looked at.
import { resolveValue, type TemplateScope } from '../template/resolve.ts'

/** @param names which names are parameters, and not resources */
export function sourceOf(
  value: unknown,
  scope: TemplateScope,
  isParameter: (name: string) => boolean,
): string {
  return JSON.stringify(withParameters(value, scope, isParameter))
}

function withParameters(
  value: unknown,
  scope: TemplateScope,
  isParameter: (name: string) => boolean,
): unknown {
  const inside = (member: unknown) => withParameters(member, scope, isParameter)
  if (Array.isArray(value)) return value.map(inside)
  if (value === null || typeof value !== 'object') return value
  const { Ref: name, 'Fn::If': choice, 'Fn::Sub': substitution } = value as { [key: string]: unknown }
  if (typeof name === 'string' && isParameter(name)) return { parameter: name, value: scope.reference(name) }
  if (Array.isArray(choice)) return inside(choice[scope.condition(String(choice[0])) ? 1 : 2])
  if ('Fn::FindInMap' in value) return resolveValue(value, scope)
  if (substitution !== undefined) {
    const text = String(Array.isArray(substitution) ? substitution[0] : substitution)
    const used = [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, one = '']) => one).filter(isParameter)
    const values = used.map((one) => [one, scope.reference(one)] as const)
    return { ...mapped(value, inside), parameters: Object.fromEntries(values) }
  }
  return mapped(value, inside)
}

const mapped = (value: object, inside: (member: unknown) => unknown) =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inside(member)]))
