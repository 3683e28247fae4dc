// Step-up: a signed-in caller whose token lacks the tool's scope.
import type { AccessCheck } from './access-request.ts'

export const scopeForTool: AccessCheck = ({ message, credential, rules }) => {
  if (credential.kind !== 'valid' || message.method !== 'tools/call') return undefined
  const { name } = message.params
  const access = typeof name === 'string' ? rules.tool(name) : undefined
  if (access === undefined || access.kind === 'public') return undefined
  const granted = credential.caller.token.scopes
  if (granted.has(access.scope)) return undefined
  return {
    status: 403,
    error: 'insufficient_scope',
    description: 'MyHotels needs one more permission from you to do this.',
    // Only scopes of this server: a challenge must not bring `openid` or `offline_access` along.
    scopes: [...new Set([...rules.scopesSupported, access.scope])].filter(
      (scope) => granted.has(scope) || scope === access.scope,
    ),
    mayBeToolResult: true,
  }
}
