import { type Call, type Capability, succeeded, unexpectedError } from '../capability.ts'
import { toText } from '../resolve-value.ts'

/**
 * The person has approved. Only what a link opened can tell that: before the request is answered there is nobody who
 * could have.
 */
export const returnCibaSuccess: Capability = {
  connector: 'pingOneAuthenticationConnector',
  name: 'returnCibaSuccess',
  run(call) {
    const user = call.environment.get('users', call.text('userId'))
    const amr = authenticationMethods(call)
    if (call.branch !== 'link' || user === undefined || user.enabled === false || amr === undefined)
      return unexpectedError
    const scopes = call.text('scopes').split(' ').filter(Boolean)
    return succeeded({}, [
      {
        kind: 'approved',
        userId: user.id,
        amr,
        claims: claimsOf(call, 'accessTokenClaims'),
        idTokenClaims: claimsOf(call, 'idTokenClaims'),
        // "Reduced Scopes" on Ping's page: a part of those that were asked for; nothing stands for all.
        ...(scopes.length > 0 ? { scopes } : {}),
      },
    ])
  },
}

function authenticationMethods(call: Call): string[] | undefined {
  const chosen = call.value('authenticationMethods') ?? 'pwd'
  if (typeof chosen !== 'string') return undefined
  const methods =
    chosen === 'useCustomAuthenticationMethods' ? call.text('customAuthenticationMethods') : chosen
  const amr = methods.split(' ').filter(Boolean)
  return amr.length === 0 ? undefined : amr
}

function claimsOf(call: Call, property: 'accessTokenClaims' | 'idTokenClaims'): Record<string, unknown> {
  const claims = call
    .rows(property, 'name')
    .map(({ name, value, type }) => [name, asType(value, type)] as const)
  return Object.fromEntries(claims.filter(([, value]) => value !== undefined && value !== ''))
}

/** A claim has the type that its row names; what cannot be of that type is no claim. */
function asType(value: unknown, type: unknown): unknown {
  if (value === undefined || value === null) return undefined
  const text = toText(value)
  switch (type) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'object':
    case 'array':
      return typeof value === 'object' ? value : parsedObject(text)
    default:
      return text
  }
}

function parsedObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? value : undefined
  } catch {
    return undefined
  }
}
