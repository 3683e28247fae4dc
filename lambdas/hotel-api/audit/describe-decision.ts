import type { Verdict } from '../../decision/permit.ts'
import type { Decision } from './entry.ts'

export function describeDecision({ id, effect, statements, judged }: Verdict): Decision {
  const { resource: operation, ...rest } = judged
  return { id, effect, statements: [...statements], judged: { operation, ...rest } }
}
