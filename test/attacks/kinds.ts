import { approvals } from './approvals.ts'
import { ownership } from './ownership.ts'
import { purposes } from './purposes.ts'
import { races } from './races.ts'
import type { Kind } from './row.ts'
import { tokens } from './tokens.ts'

/** The attack matrix. */
export const kinds: readonly Kind[] = [tokens, purposes, approvals, ownership, races]
