import { randomInt } from 'node:crypto'

/** No I, L, O, 0 or 1: the person compares it on two screens. */
const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

/** Eight characters that tie the phone's question to the conversation's (CIBA Core section 7.1). */
export function createBindingMessage(): string {
  return Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
}
