// Combining algorithms: what the decisions of children make of their policy.
import type { Algorithm } from './model.ts'

export type Effect = 'PERMIT' | 'DENY' | 'NOT_APPLICABLE' | 'INDETERMINATE'

/** The decision that ends an algorithm early: no later child can change the outcome. */
export function isDecisive(algorithm: Algorithm, effect: Effect): boolean {
  switch (algorithm) {
    case 'FIRST_APPLICABLE':
      return effect !== 'NOT_APPLICABLE'
    case 'DENY_OVERRIDES':
    case 'PERMIT_UNLESS_DENY':
      return effect === 'DENY'
    case 'PERMIT_OVERRIDES':
    case 'DENY_UNLESS_PERMIT':
      return effect === 'PERMIT'
    case 'ONLY_ONE_APPLICABLE':
      return false
  }
}

/** The decision of a policy from the decisions of its children, in order. */
export function combine(algorithm: Algorithm, effects: readonly Effect[]): Effect {
  const applicable = effects.filter((effect) => effect !== 'NOT_APPLICABLE')
  const firstOf = (...order: Effect[]): Effect =>
    order.find((effect) => effects.includes(effect)) ?? 'NOT_APPLICABLE'
  switch (algorithm) {
    case 'FIRST_APPLICABLE':
      return applicable[0] ?? 'NOT_APPLICABLE'
    case 'DENY_OVERRIDES':
      return firstOf('DENY', 'INDETERMINATE', 'PERMIT')
    case 'PERMIT_OVERRIDES':
      return firstOf('PERMIT', 'INDETERMINATE', 'DENY')
    case 'PERMIT_UNLESS_DENY':
      return effects.includes('DENY') ? 'DENY' : 'PERMIT'
    case 'DENY_UNLESS_PERMIT':
      return effects.includes('PERMIT') ? 'PERMIT' : 'DENY'
    case 'ONLY_ONE_APPLICABLE':
      return applicable.length > 1 ? 'INDETERMINATE' : (applicable[0] ?? 'NOT_APPLICABLE')
  }
}
