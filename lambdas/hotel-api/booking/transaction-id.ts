import { createHmac } from 'node:crypto'

/**
 * The transaction that a person's idempotency key stands for: the same id every time, a different one for every
 * other person or key. It is made with the stage's key, so that nobody who knows both can compute it. A UUID of version 8
 * (RFC 9562 section 5.8), whose bits are the hash's.
 */
export function transactionIdFor(stageKey: string, person: string, idempotencyKey: string): string {
  // JSON keeps the two apart whatever characters they hold; the first line tells this from what else the key is used for.
  const hash = createHmac('sha256', stageKey)
    .update('transaction\n')
    .update(JSON.stringify([person, idempotencyKey]))
    .digest()
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
