import type { AccessCheck } from './access-request.ts'

export const signInForTool: AccessCheck = ({ message, credential, rules }) => {
  if (credential.kind !== 'anonymous' || message.method !== 'tools/call') return undefined
  const { name } = message.params
  // A call of no tool at all is answered by the protocol: the names are public.
  const access = typeof name === 'string' ? rules.tool(name) : undefined
  if (access === undefined || access.kind === 'public') return undefined
  return {
    status: 401,
    error: 'missing_token',
    description: 'Sign in to MyHotels to do this.',
    // Everything that ordinary use needs, in one consent. Several hosts cannot step up: their clients answer a 403
    // with a refreshed token of the same scopes, and give up.
    scopes: [...new Set([...rules.scopesSupported, access.scope])],
    mayBeToolResult: true,
  }
}
