import { type Capability, unexpectedError } from '../capability.ts'

/** Ends a sign-in by sending the browser back. A CIBA request has no browser to send back. */
export const returnSuccessResponseRedirect: Capability = {
  connector: 'pingOneAuthenticationConnector',
  name: 'returnSuccessResponseRedirect',
  run: () => unexpectedError,
}
