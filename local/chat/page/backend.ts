// The page's half of the backend's small API.
import type { CallAnswer } from '../server/serve-chat.ts'

export type { CallAnswer }
export type SignInNeeded = NonNullable<CallAnswer['signIn']>

export type ToolInfo = { name: string; title: string; widgetUri?: string; consequential: boolean }

export type SessionInfo = {
  connected: boolean
  server?: { name: string; version: string; protocolVersion?: string }
  tools?: ToolInfo[]
  signIn?: SignInNeeded
  problem?: string
  user?: string
  phoneUrl?: string
  mcpUrl: string
  sandboxUrl: string
  users: { username: string; password: string; inGroup?: boolean }[]
}

export type WidgetSource = { html: string; csp: unknown; prefersBorder: boolean; frameUrl: string }

async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  })
  return (await response.json()) as Answer
}

export const readSession = () => ask<SessionInfo>('/api/session')

/** Never rejects: a backend that cannot be reached is an answer too. */
export async function callTool(request: {
  name: string
  arguments: Record<string, unknown>
  from: 'model' | 'app'
  likeChatGpt: boolean
}): Promise<CallAnswer> {
  const began = performance.now()
  try {
    return await ask<CallAnswer>('/api/call', { ...request, locale: navigator.language.slice(0, 40) })
  } catch {
    return {
      milliseconds: Math.round(performance.now() - began),
      error: { message: 'The chat’s backend cannot be reached. Is it still running?' },
    }
  }
}

export const readWidget = (uri: string) =>
  ask<WidgetSource | { error: { message: string } } | { signIn: SignInNeeded }>('/api/resource', { uri })

export const signOut = () => ask<object>('/api/sign-out', {})

/** Where the browser goes to sign in. */
export function signInUrl({ scope, resourceMetadataUrl }: Partial<SignInNeeded>): string {
  const query = new URLSearchParams()
  if (scope !== undefined) query.set('scope', scope)
  if (resourceMetadataUrl !== undefined) query.set('resource_metadata', resourceMetadataUrl)
  return `/oauth/start?${query}`
}
