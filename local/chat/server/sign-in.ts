// Authorization code with PKCE and `resource`, as a client that was registered beforehand.
import { randomBytes } from 'node:crypto'
import { auth, type OAuthClientProvider, type OAuthTokens } from '@modelcontextprotocol/client'
import type { Session } from './session.ts'

export type OAuthSetting = {
  mcpUrl: string
  callbackUrl: string
  connector: { clientId: string; clientSecret: string }
}

export type BegunSignIn = { provider: OAuthClientProvider; scope: string | undefined; begun: number }

const longest = 10 * 60_000

type Kept = {
  verifier?: string
  discovery?: Awaited<ReturnType<NonNullable<OAuthClientProvider['discoveryState']>>>
}

/** What the SDK's OAuth client needs; tokens are kept in the session, everything else with this one attempt. */
function createProvider(
  setting: OAuthSetting,
  session: Session,
  attempt: { state: string; refresh: boolean; onRedirect(url: URL): void },
): OAuthClientProvider {
  const kept: Kept = {}
  return {
    redirectUrl: setting.callbackUrl,
    clientMetadata: {
      client_name: 'MyHotels chat on this machine',
      redirect_uris: [setting.callbackUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    state: () => attempt.state,
    clientInformation: () => ({
      client_id: setting.connector.clientId,
      client_secret: setting.connector.clientSecret,
      token_endpoint_auth_method: 'client_secret_basic',
    }),
    tokens: () => (attempt.refresh ? session.tokens : undefined),
    saveTokens: (tokens: OAuthTokens) => {
      // A refresh may leave out what has not changed.
      session.tokens = { ...(attempt.refresh ? session.tokens : {}), ...tokens }
    },
    redirectToAuthorization: (url) => attempt.onRedirect(url),
    saveCodeVerifier: (verifier) => {
      kept.verifier = verifier
    },
    codeVerifier: () => kept.verifier ?? '',
    saveDiscoveryState: (state) => {
      kept.discovery = state
    },
    discoveryState: () => kept.discovery,
  }
}

/** Every scope of two lists, each once. */
export function joinScopes(...lists: (string | undefined)[]): string | undefined {
  const scopes = new Set(lists.flatMap((list) => (list ?? '').split(' ').filter((scope) => scope !== '')))
  return scopes.size === 0 ? undefined : [...scopes].join(' ')
}

/** Begins a sign-in. @returns where to send the browser */
export async function beginSignIn(
  setting: OAuthSetting,
  session: Session,
  wanted: { scope: string | undefined; resourceMetadataUrl?: URL | undefined },
): Promise<URL> {
  const now = Date.now()
  for (const [state, { begun }] of session.signIns) if (now - begun > longest) session.signIns.delete(state)
  const state = randomBytes(24).toString('base64url')
  let target: URL | undefined
  const provider = createProvider(setting, session, {
    state,
    refresh: false,
    onRedirect: (url) => {
      target = url
    },
  })
  const scope = joinScopes(session.tokens?.scope, wanted.scope)
  await auth(provider, {
    serverUrl: setting.mcpUrl,
    forceReauthorization: true,
    ...(scope === undefined ? {} : { scope }),
    ...(wanted.resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: wanted.resourceMetadataUrl }),
  })
  if (target === undefined) throw new Error('The authorization server gave no address to sign in at.')
  if (session.askWho) target.searchParams.set('prompt', 'login')
  session.signIns.set(state, { provider, scope, begun: now })
  return target
}

/** Finishes a sign-in at the callback. @throws {Error} whose message can be shown */
export async function finishSignIn(setting: OAuthSetting, session: Session, callback: URL): Promise<void> {
  const state = callback.searchParams.get('state') ?? ''
  const begun = session.signIns.get(state)
  if (begun === undefined)
    throw new Error('This sign-in was not begun here, or it took too long. Sign in again.')
  // Used once, whatever comes of it.
  session.signIns.delete(state)
  const error = callback.searchParams.get('error')
  if (error !== null) {
    const description = callback.searchParams.get('error_description')
    throw new Error(`The sign-in was not completed: ${(description ?? error).slice(0, 300)}`)
  }
  const code = callback.searchParams.get('code')
  if (code === null) throw new Error('The authorization server sent no code. Sign in again.')
  const iss = callback.searchParams.get('iss')
  await auth(begun.provider, {
    serverUrl: setting.mcpUrl,
    authorizationCode: code,
    ...(iss === null ? {} : { iss }),
  })
  if (session.tokens !== undefined && session.tokens.scope === undefined && begun.scope !== undefined) {
    // RFC 6749 5.1: left out when it is what was asked for.
    session.tokens = { ...session.tokens, scope: begun.scope }
  }
  session.askWho = false
}

/** Renews the tokens with the refresh token. @returns whether that worked */
export async function renewTokens(setting: OAuthSetting, session: Session): Promise<boolean> {
  if (session.tokens?.refresh_token === undefined) return false
  const provider = createProvider(setting, session, { state: 'unused', refresh: true, onRedirect: () => {} })
  try {
    return (await auth(provider, { serverUrl: setting.mcpUrl })) === 'AUTHORIZED'
  } catch {
    return false
  }
}

/** Who the access token names, for display only: the token is the server's to check. */
export function nameInToken(tokens: OAuthTokens | undefined): string | undefined {
  try {
    const payload = tokens?.access_token.split('.')[1] ?? ''
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const name = claims.given_name ?? claims.sub
    return typeof name === 'string' ? name.slice(0, 60) : undefined
  } catch {
    return undefined
  }
}
