import { beginDeviceAuthentication } from '../../mfa/begin-device-authentication.ts'
import { showDeviceAuthentication } from '../../mfa/device-authentication.ts'
import { type Capability, failed, succeeded, unexpectedError } from '../capability.ts'

/** Asks the default device of a person. */
export const createDeviceAuthentication: Capability = {
  connector: 'pingOneMfaConnector',
  name: 'createDeviceAuthentication',
  run(call) {
    const { environment, clock } = call
    const user = environment.get('users', call.text('userId'))
    if (user === undefined || user.enabled === false) return unexpectedError
    const begun = beginDeviceAuthentication(environment, user.id, clock)
    if (begun === undefined)
      return failed({ code: 'noUsableDevices', message: 'The user has no usable device.' })
    return succeeded({ rawResponse: showDeviceAuthentication(environment, begun), statusCode: 201 })
  },
}
