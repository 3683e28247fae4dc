// An authorization server that lets everybody in as Anna: enough for a client to discover it, to sign in with PKCE and
// to step up. It has PingOne's shape: discovery below the issuer's path, one resource per scope.
import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectorClientId, signToken } from './stack.ts'

export const connector = { client_id: connectorClientId, client_secret: 'connector-secret' }
export const callback = 'http://127.0.0.1/callback'

type Requested = { scope: string; challenge: string; resource: string | null }

export async function startAuthorizationServer() {
  const codes = new Map<string, Requested>()
  const requested: Requested[] = []
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', issuer())
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const send = (status: number, body: object) =>
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url.pathname === '/env/as/.well-known/openid-configuration') return send(200, discovery())
    if (url.pathname === '/env/as/token') {
      const body = new URLSearchParams(Buffer.concat(chunks).toString())
      const code = codes.get(body.get('code') ?? '')
      codes.delete(body.get('code') ?? '')
      const proof = createHash('sha256')
        .update(body.get('code_verifier') ?? '')
        .digest('base64url')
      if (!code || proof !== code.challenge) return send(400, { error: 'invalid_grant' })
      const { scope } = code
      return send(200, {
        access_token: await signToken({ iss: issuer(), scope }),
        token_type: 'Bearer',
        expires_in: 3600,
        scope,
      })
    }
    return send(404, {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function issuer(): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/env/as`
  }

  function discovery() {
    return {
      issuer: issuer(),
      authorization_endpoint: `${issuer()}/authorize`,
      token_endpoint: `${issuer()}/token`,
      jwks_uri: `${issuer()}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      grant_types_supported: ['authorization_code'],
    }
  }

  return {
    issuer: issuer(),
    /** What each sign-in asked for, oldest first. */
    requested,
    /** Signs the person in at this authorization URL: the code that the browser would carry back. */
    signIn(authorizationUrl: URL): string {
      const one = {
        scope: authorizationUrl.searchParams.get('scope') ?? '',
        challenge: authorizationUrl.searchParams.get('code_challenge') ?? '',
        resource: authorizationUrl.searchParams.get('resource'),
      }
      requested.push(one)
      const code = randomUUID()
      codes.set(code, one)
      return code
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export type AuthorizationServer = Awaited<ReturnType<typeof startAuthorizationServer>>
