/** The local cloud cannot be brought up; the message is for the person at the terminal. */
export class CloudError extends Error {
  override readonly name = 'CloudError'
}
