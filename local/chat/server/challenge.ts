// What a server asks for when a call needs a sign-in, in either of its two shapes.
import { extractWWWAuthenticateParams } from '@modelcontextprotocol/client'
import * as z from 'zod'

export type Challenge = {
  scope: string | undefined
  /** The server's words for the person. */
  description: string | undefined
  resourceMetadataUrl: URL | undefined
}

const metaChallenge = z.object({
  'mcp/www_authenticate': z.union([z.string(), z.array(z.string()).min(1)]),
})

/** Reads a `WWW-Authenticate` header's value. */
export function readChallenge(header: string): Challenge {
  const response = new Response(null, { status: 401, headers: { 'www-authenticate': header } })
  const { scope, errorDescription, resourceMetadataUrl } = extractWWWAuthenticateParams(response)
  return { scope, description: errorDescription, resourceMetadataUrl }
}

/** The challenge in a tool result's `_meta`, if there is one. */
export function challengeInResult(meta: unknown): Challenge | undefined {
  const parsed = metaChallenge.safeParse(meta)
  if (!parsed.success) return undefined
  const value = parsed.data['mcp/www_authenticate']
  const header = (Array.isArray(value) ? value[0] : value)?.replace(/[\r\n]+/g, ' ') ?? ''
  return readChallenge(header)
}

/** A call needs a sign-in before it can go on. */
export class SignInRequired extends Error {
  override readonly name = 'SignInRequired'
  readonly challenge: Challenge
  /** 401 for nobody signed in, 403 for a sign-in that does not reach far enough. */
  readonly status: 401 | 403
  constructor(status: 401 | 403, challenge: Challenge) {
    super(challenge.description ?? 'Sign in to continue.')
    this.status = status
    this.challenge = challenge
  }
}
