import { equalInConstantTime } from '../../authorization-server/authenticate-caller.ts'
import { type Capability, failed, succeeded } from '../capability.ts'

/** Compared with when there is no such user, so that the answer takes as long. */
const noPassword = 'f2b1c9d0-there-is-no-such-user'

/**
 * Compares a password with the one of the directory. A right one that must be changed is right: what the flow makes of
 * `rawResponse.status` is up to the flow.
 */
export const checkPassword: Capability = {
  connector: 'pingOneSSOConnector',
  name: 'checkPassword',
  run(call) {
    const { environment } = call
    const attribute = call.text('matchAttribute') || 'id'
    const identifier = call.text('identifier').toLowerCase()
    const user = environment
      .list('users')
      .find((each) => identifier !== '' && String(each[attribute] ?? '').toLowerCase() === identifier)
    const password = environment.passwords[user?.id ?? '']
    const matches = equalInConstantTime(password ?? noPassword, call.text('password'))
    if (user === undefined || password === undefined || !matches || user.enabled === false)
      return failed({ code: 'Invalid username and/or password', message: 'Invalid username and/or password' })
    const state = {
      environment: { id: environment.id },
      user: { id: user.id },
      status: user.passwordChangeForced === true ? 'MUST_CHANGE_PASSWORD' : 'OK',
    }
    return succeeded({ passwordState: state, rawResponse: state, statusCode: 200 })
  },
}
