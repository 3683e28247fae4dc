import type { DesiredObject, Wanted } from '../desired-state/desired-object.ts'
import type { FlowSurroundings } from './parse-flow.ts'

export type DesiredFlow = { name: string; source: unknown; surroundings: Required<FlowSurroundings> }

/**
 * The flows of the desired state with the forms and connector instances that they refer to. Keys stand in place of
 * ids, which there are none of before the state is applied.
 */
export function desiredFlows(desired: readonly DesiredObject[]): DesiredFlow[] {
  const forms = new Map<string, unknown>()
  const instances = new Map<string, string>()
  for (const { key, kind, wanted } of desired) {
    if (kind === 'form') forms.set(key, withKeys(wanted))
    if (kind === 'connectorInstance') instances.set(key, (wanted.connector as { id: string }).id)
  }
  return desired
    .filter(({ kind }) => kind === 'flow')
    .map(({ name, wanted }) => ({ name, source: withKeys(wanted), surroundings: { forms, instances } }))
}

function withKeys(value: Wanted): unknown {
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(withKeys)
  if ('$ref' in value) return value.$ref
  return Object.fromEntries(Object.entries(value).map(([member, part]) => [member, withKeys(part)]))
}
