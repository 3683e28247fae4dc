import * as mfa from '../../mfa/device-authentication.ts'
import { type Capability, succeeded, unexpectedError } from '../capability.ts'

/** What has become of a question to a device. */
export const readDeviceAuthentication: Capability = {
  connector: 'pingOneMfaConnector',
  name: 'readDeviceAuthentication',
  run({ environment, clock, text }) {
    const found = mfa.readDeviceAuthentication(environment, text('deviceAuthenticationId'), clock)
    return found === undefined
      ? unexpectedError
      : succeeded({ rawResponse: mfa.showDeviceAuthentication(environment, found), statusCode: 200 })
  },
}
