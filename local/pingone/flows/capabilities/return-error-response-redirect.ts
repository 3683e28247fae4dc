import { type Capability, succeeded } from '../capability.ts'

/** RFC 6749 section 4.1.2.1: what an error code may consist of. */
const errorCode = /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,100}$/

/** Ends the request in an error, a chosen one where `customErrorFlag` says so. */
export const returnErrorResponseRedirect: Capability = {
  connector: 'pingOneAuthenticationConnector',
  name: 'returnErrorResponseRedirect',
  run(call) {
    const isCustom = call.value('customErrorFlag') === true
    const code = isCustom ? call.text('errorMessage') : ''
    const error = errorCode.test(code) ? code : 'access_denied'
    const description = isCustom ? call.text('errorDescription') || call.text('errorCode') : ''
    return succeeded({}, [{ kind: 'refused', error, description: description || error }])
  },
}
