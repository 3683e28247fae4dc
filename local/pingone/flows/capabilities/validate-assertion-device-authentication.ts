import { checkAssertion } from '../../mfa/check-assertion.ts'
import { showDeviceAuthentication } from '../../mfa/device-authentication.ts'
import { type Capability, failed, succeeded } from '../capability.ts'

/** Whether the passkey of the person signed. */
export const validateAssertionDeviceAuthentication: Capability = {
  connector: 'pingOneMfaConnector',
  name: 'validateAssertionDeviceAuthentication',
  async run({ environment, clock, text }) {
    const sent = {
      deviceAuthenticationId: text('deviceAuthenticationId'),
      assertion: text('assertion'),
      origin: text('origin'),
    }
    const completed = await checkAssertion(environment, sent, clock)
    return completed === undefined
      ? failed({ code: 'invalidAssertion', message: 'The assertion was not accepted.' })
      : succeeded({ rawResponse: showDeviceAuthentication(environment, completed), statusCode: 200 })
  },
}
