import { callsOf, type FlowCheck } from '../flow.ts'
import { plainWords } from '../references.ts'

const custom = 'useCustomAuthenticationMethods'
const known = new Set<unknown>(['pwd', 'mfa', 'otp', 'rba', 'sms', custom])

/** How the person was authenticated: one name that the connector offers, or names in a property of their own. */
export const knowsMethods: FlowCheck = (flow) =>
  callsOf(flow, 'returnCibaSuccess', 'returnSuccessResponseRedirect').flatMap(({ label, properties }) => {
    const { authenticationMethods, customAuthenticationMethods } = properties
    if (!known.has(authenticationMethods)) {
      return [`${label}: ${JSON.stringify(authenticationMethods)} is no authentication method.`]
    }
    if (authenticationMethods !== custom) return []
    return plainWords(customAuthenticationMethods)?.trim()
      ? []
      : [`${label} uses methods of its own, and "customAuthenticationMethods" names none.`]
  })
