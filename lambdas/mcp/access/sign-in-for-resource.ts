import type { AccessCheck } from './access-request.ts'

export const signInForResource: AccessCheck = ({ message, credential, rules }) => {
  if (credential.kind !== 'anonymous' || message.method !== 'resources/read') return undefined
  const { uri } = message.params
  if (typeof uri !== 'string' || rules.isPublicResource(uri)) return undefined
  return {
    status: 401,
    error: 'missing_token',
    description: 'Sign in to MyHotels to read this.',
    scopes: rules.scopesSupported,
    mayBeToolResult: false,
  }
}
