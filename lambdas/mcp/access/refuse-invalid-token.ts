// A token that is wrong refuses every request, public ones too: a host must learn that it has to refresh.
import type { AccessCheck } from './access-request.ts'

export const refuseInvalidToken: AccessCheck = ({ credential, rules }) => {
  if (credential.kind !== 'invalid') return undefined
  return {
    status: 401,
    error: 'invalid_token',
    description: credential.error.message,
    scopes: rules.scopesSupported,
    mayBeToolResult: false,
  }
}
