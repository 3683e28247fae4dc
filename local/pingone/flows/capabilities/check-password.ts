import { verifyPassword } from '../../authorization-server/verify-password.ts'
import { type Capability, failed, succeeded } from '../capability.ts'

const attributes = new Set(['id', 'username', 'email'])

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
      .find(
        (each) =>
          attributes.has(attribute) &&
          identifier !== '' &&
          String(each[attribute] ?? '').toLowerCase() === identifier,
      )
    const check = verifyPassword(call, user, call.text('password'))
    if (check === 'locked') return failed({ code: 'passwordLockedOut', message: 'Password is locked out' })
    if (check === 'wrong' || user === undefined)
      return failed({ code: 'Invalid username and/or password', message: 'Invalid username and/or password' })
    const state = {
      environment: { id: environment.id },
      user: { id: user.id },
      status: user.passwordChangeForced === true ? 'MUST_CHANGE_PASSWORD' : 'OK',
    }
    return succeeded({ passwordState: state, rawResponse: state, statusCode: 200 })
  },
}
