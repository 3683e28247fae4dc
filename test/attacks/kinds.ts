import { approvals } from './approvals.ts'
import { input } from './input.ts'
import { leaks } from './leaks.ts'
import { ownership } from './ownership.ts'
import { protocol } from './protocol.ts'
import { purposes } from './purposes.ts'
import { races } from './races.ts'
import type { Kind } from './row.ts'
import { tampering } from './tampering.ts'
import { tokens } from './tokens.ts'

/** The attack matrix, but for the floods: they are played alone. */
export const kinds: readonly Kind[] = [
  tokens,
  purposes,
  approvals,
  ownership,
  tampering,
  races,
  protocol,
  input,
  leaks,
]

export { abuse } from './abuse.ts'
