import { CloudError } from '../cloud-error.ts'

/**
 * Each name after the ones that it needs; otherwise in the order given.
 *
 * @throws {CloudError} when names need each other in a circle.
 */
export function inOrder(names: readonly string[], needs: (name: string) => Iterable<string>): string[] {
  const ordered = new Set<string>()
  const known = new Set(names)
  function visit(name: string, trail: readonly string[]): void {
    if (ordered.has(name) || !known.has(name)) return
    if (trail.includes(name)) {
      throw new CloudError(`The templates need each other in a circle: ${[...trail, name].join(' → ')}.`)
    }
    for (const needed of needs(name)) visit(needed, [...trail, name])
    ordered.add(name)
  }
  for (const name of names) visit(name, [])
  return [...ordered]
}

/** The logical ids that an expression refers to within its own template. */
export function referencesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const element of value) referencesIn(element, found)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return found
  for (const [key, member] of Object.entries(value)) {
    if (key === 'Ref' && typeof member === 'string') found.add(member)
    else if (key === 'Fn::GetAtt')
      found.add(String(Array.isArray(member) ? member[0] : member).split('.')[0] ?? '')
    else if (key === 'Fn::Sub') referencesInSub(member, found)
    else referencesIn(member, found)
  }
  return found
}

function referencesInSub(argument: unknown, found: Set<string>): void {
  const [template, variables] = Array.isArray(argument) ? argument : [argument]
  for (const [, name = ''] of String(template).matchAll(/\$\{([^!}][^}]*)\}/g))
    found.add(name.split('.')[0] ?? '')
  referencesIn(variables, found)
}

/** The names of the exports and stacks that an expression takes values from. */
export function importsIn(value: unknown, found = { exports: new Set<string>(), stacks: new Set<string>() }) {
  if (value === null || typeof value !== 'object') return found
  for (const [key, member] of Object.entries(value)) {
    if (key === 'Fn::ImportValue' && typeof member === 'string') found.exports.add(member)
    else if (key === 'Fn::GetStackOutput')
      found.stacks.add(String((member as { StackName?: unknown }).StackName))
    else importsIn(member, found)
  }
  return found
}
