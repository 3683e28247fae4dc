import type { AccessCheck } from './access-request.ts'

export const signInForPrompt: AccessCheck = ({ message, credential, rules }) => {
  if (credential.kind !== 'anonymous' || message.method !== 'prompts/get') return undefined
  const { name } = message.params
  if (typeof name !== 'string' || rules.isPublicPrompt(name)) return undefined
  return {
    status: 401,
    error: 'missing_token',
    description: 'Sign in to MyHotels to use this.',
    scopes: rules.scopesSupported,
    mayBeToolResult: false,
  }
}
