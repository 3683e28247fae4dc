import type { Kind } from './row.ts'

/** The attack matrix. */
export const kinds: readonly Kind[] = []
