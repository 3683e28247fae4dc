/** A question cannot be asked here; the message says why, as the end of "not asked: …". */
export class NotAskedError extends Error {
  override readonly name = 'NotAskedError'
}
