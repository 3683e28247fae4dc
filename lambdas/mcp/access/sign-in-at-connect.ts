// Some hosts send their token only to servers that challenged the handshake; the setting makes this one such.
import type { AccessCheck } from './access-request.ts'

const handshakes = new Set(['initialize', 'server/discover'])

export const signInAtConnect: AccessCheck = ({ message, credential, rules }) => {
  if (rules.signInAtConnect !== 'challenge') return undefined
  if (credential.kind !== 'anonymous' || !handshakes.has(message.method)) return undefined
  return {
    status: 401,
    error: 'missing_token',
    description: 'Sign in to connect to MyHotels.',
    scopes: rules.scopesSupported,
    mayBeToolResult: false,
  }
}
