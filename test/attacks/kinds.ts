import { approvals } from './approvals.ts'
import type { Kind } from './row.ts'
import { tokens } from './tokens.ts'

/** The attack matrix. */
export const kinds: readonly Kind[] = [tokens, approvals]
