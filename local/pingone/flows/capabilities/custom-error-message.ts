import type { Capability } from '../capability.ts'

/** Tells an error on the page that was shown last, which can be sent again. */
export const customErrorMessage: Capability = {
  connector: 'errorConnector',
  name: 'customErrorMessage',
  run: (call) => ({ kind: 'error', message: call.text('errorMessage') }),
}
