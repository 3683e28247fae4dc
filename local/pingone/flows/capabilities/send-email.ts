import { countEmail } from '../../notifications/count-notification.ts'
import { renderEmail } from '../../notifications/render-email.ts'
import { type Capability, failed, succeeded, unexpectedError } from '../capability.ts'
import { toText } from '../resolve-value.ts'

/** Sends the email that a variant of the template "general" describes, with the node's variables filled in. */
export const sendEmail: Capability = {
  connector: 'notificationsConnector',
  name: 'sendEmail',
  run(call) {
    const { environment } = call
    const user = environment.get('users', call.text('userId'))
    const address = call.text('email')
    if (user === undefined || !address.includes('@')) return unexpectedError
    const email = renderEmail(environment, {
      variant: call.text('templateVariant'),
      locale: call.text('templateLocale'),
      variables: Object.fromEntries(
        call.rows('templateVariables', 'name').map(({ name, value }) => [name, toText(value)]),
      ),
    })
    if (email === undefined) return unexpectedError
    // PingOne's code for a bound that is reached is 429 REQUEST_LIMITED, QUOTA_EXCEEDED; the node's own is not documented.
    const policyId = call.text('notificationPolicyId')
    if (!countEmail(environment, { policyId, userId: user.id }, call.clock))
      return failed({ code: 'REQUEST_LIMITED', message: 'The quota of the notification policy is used up.' })
    return succeeded({}, [{ kind: 'email', userId: user.id, address, ...email }])
  },
}
