import { renderEmail } from '../../notifications/render-email.ts'
import { type Capability, succeeded, unexpectedError } from '../capability.ts'
import { toText } from '../resolve-value.ts'

/** Sends the email that a variant of the template "general" describes, with the node's variables filled in. */
export const sendEmail: Capability = {
  connector: 'notificationsConnector',
  name: 'sendEmail',
  run(call) {
    const { environment } = call
    const user = environment.get('users', call.text('userId'))
    const address = call.text('email')
    const policy = call.text('notificationPolicyId')
    if (user === undefined || !address.includes('@')) return unexpectedError
    if (policy !== '' && environment.get('notificationsPolicies', policy) === undefined)
      return unexpectedError
    const email = renderEmail(environment, {
      variant: call.text('templateVariant'),
      locale: call.text('templateLocale'),
      variables: Object.fromEntries(
        call.rows('templateVariables', 'name').map(({ name, value }) => [name, toText(value)]),
      ),
    })
    if (email === undefined) return unexpectedError
    return succeeded({}, [{ kind: 'email', userId: user.id, address, ...email }])
  },
}
