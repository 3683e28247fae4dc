import type { InvalidTokenError } from '../../oauth/invalid-token-error.ts'
import type { Message } from '../protocol/json-rpc.ts'
import type { Caller, ToolAccess } from '../tool.ts'

/** What a request proved about who sends it. A wrong token is a state of its own, never `anonymous`. */
export type Credential =
  | { kind: 'anonymous' }
  | { kind: 'invalid'; error: InvalidTokenError }
  | { kind: 'valid'; caller: Caller }

/** What may be reached; whatever is not marked public here is protected. */
export type AccessRules = {
  /** The access of a tool, nothing when there is no tool of that name. */
  tool(name: string): ToolAccess | undefined
  isPublicResource(uri: string): boolean
  isPublicPrompt(name: string): boolean
  signInAtConnect: 'anonymous' | 'challenge'
  /** Every scope of this server: what ordinary use needs. */
  scopesSupported: readonly string[]
}

export type AccessRequest = { message: Message; credential: Credential; rules: AccessRules }

/** Why a request is refused; the challenge is made from it. */
export type Refusal = {
  status: 401 | 403
  /** `missing_token`: nobody is signed in. The others as in RFC 6750 section 3.1. */
  error: 'missing_token' | 'invalid_token' | 'insufficient_scope'
  /** For the person and the host; says what to do. */
  description: string
  /** All scopes to ask for: granted and required together, since some clients ask only for what is challenged. */
  scopes: readonly string[]
  /** A host that shows sign-in from a tool result gets one. Never for a wrong token: the host must refresh. */
  mayBeToolResult: boolean
}

export type AccessCheck = (request: AccessRequest) => Refusal | undefined
