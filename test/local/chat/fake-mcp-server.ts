// A small MCP server with an authorization server beside it, on one loopback port: enough to see what the chat sends.
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { booking, memberRates, refusal, result, standardRates } from '../../widget/fixtures.ts'

export type FakeMcpServer = {
  mcpUrl: string
  /** Must be set before anybody signs in. */
  redirectUri: string
  /** Everything that was asked at /authorize and /token. */
  authorizations: URLSearchParams[]
  tokenRequests: { authorization: string; body: URLSearchParams }[]
  calls: {
    name: string
    arguments: Record<string, unknown>
    meta: Record<string, unknown>
    token: string | undefined
  }[]
  /** Replaces a tool's answer; undefined restores the usual one. */
  answer(name: string, reply: ((args: Record<string, unknown>) => unknown) | undefined): void
  widgetHtml: string
  widgetMeta: object
  /** The person cancels at the authorization server. */
  cancelSignIn: boolean
  /** Forgets every access token; refresh tokens stay good. */
  expireTokens(): void
  stop(): Promise<void>
}

export const connector = { clientId: 'chat-client', clientSecret: 'a secret/with:signs' }

const widgetUri = 'ui://widget/fake.html'
const scopes = {
  search_hotels_member_rates: 'rates',
  prepare_booking: 'book',
  finalize_booking: 'book',
} as const

const tool = (name: string, more: object = {}) => ({
  name,
  title: name.replaceAll('_', ' '),
  inputSchema: { type: 'object' },
  annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
  _meta: { ui: { resourceUri: widgetUri, visibility: ['model', 'app'] } },
  ...more,
})

const tools = [
  tool('search_hotels'),
  tool('search_hotels_member_rates'),
  tool('prepare_booking'),
  tool('finalize_booking'),
  tool('model_only', { _meta: { ui: { visibility: ['model'] } } }),
  tool('app_only', { _meta: { ui: { visibility: ['app'] } } }),
]

async function read(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export async function startFakeMcpServer(): Promise<FakeMcpServer> {
  const codes = new Map<string, URLSearchParams>()
  const tokens = new Map<string, string[]>()
  const refreshTokens = new Map<string, string>()
  const replies = new Map<string, (args: Record<string, unknown>) => unknown>()
  const usual: Record<string, (args: Record<string, unknown>) => unknown> = {
    search_hotels: ({ city }) =>
      city === 'Milan'
        ? result(standardRates)
        : refusal(`There are no hotels in ${String(city)}. Try Milan.`),
    search_hotels_member_rates: () => result(memberRates),
    prepare_booking: ({ nights }) =>
      Number(nights) === 1
        ? booking('confirmed', { confirmationCode: 'MH-1234', nights: 1 })
        : booking('pending', {
            bindingMessage: 'K7PX4M2Q',
            approvalExpiresAt: new Date(Date.now() + 120_000).toISOString(),
            pollAfterSeconds: 1,
          }),
    finalize_booking: () => booking('confirmed', { confirmationCode: 'MH-1234' }),
    app_only: () => ({ content: [{ type: 'text', text: 'for the widget' }] }),
    model_only: () => ({ content: [{ type: 'text', text: 'for the model' }] }),
  }
  const fake: Omit<FakeMcpServer, 'stop'> = {
    mcpUrl: '',
    redirectUri: '',
    authorizations: [],
    tokenRequests: [],
    calls: [],
    answer: (name, reply) => {
      if (reply === undefined) replies.delete(name)
      else replies.set(name, reply)
    },
    widgetHtml: '<!doctype html><title>Fake</title><p>A widget</p>',
    widgetMeta: { ui: { csp: {}, prefersBorder: true } },
    cancelSignIn: false,
    expireTokens: () => tokens.clear(),
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', base)
    const json = (value: unknown, status = 200, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(value === undefined ? '' : JSON.stringify(value))
    }
    switch (url.pathname) {
      case '/.well-known/oauth-protected-resource':
      case '/.well-known/oauth-protected-resource/mcp':
        return json({
          resource: `${base}/mcp`,
          authorization_servers: [`${base}/as`],
          scopes_supported: ['rates', 'book'],
        })
      case '/.well-known/oauth-authorization-server/as':
      case '/as/.well-known/openid-configuration':
        return json({
          issuer: `${base}/as`,
          authorization_endpoint: `${base}/as/authorize`,
          token_endpoint: `${base}/as/token`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
          token_endpoint_auth_methods_supported: ['client_secret_basic'],
          authorization_response_iss_parameter_supported: true,
        })
      case '/as/authorize': {
        fake.authorizations.push(url.searchParams)
        const code = randomUUID()
        codes.set(code, url.searchParams)
        const target = new URL(url.searchParams.get('redirect_uri') ?? '')
        target.search = new URLSearchParams({
          ...(fake.cancelSignIn
            ? { error: 'access_denied', error_description: 'The person cancelled the sign-in' }
            : { code }),
          state: url.searchParams.get('state') ?? '',
          iss: `${base}/as`,
        }).toString()
        response.writeHead(302, { location: target.href })
        return response.end()
      }
      case '/as/token': {
        const body = new URLSearchParams(await read(request))
        fake.tokenRequests.push({ authorization: request.headers.authorization ?? '', body })
        const give = (scope: string) => {
          const payload = Buffer.from(JSON.stringify({ sub: 'anna', given_name: 'Anna' })).toString(
            'base64url',
          )
          const token = `e30.${payload}.${randomUUID()}`
          const refresh = randomUUID()
          tokens.set(token, scope.split(' '))
          refreshTokens.set(refresh, scope)
          json({ access_token: token, token_type: 'Bearer', expires_in: 300, scope, refresh_token: refresh })
        }
        if (body.get('grant_type') === 'refresh_token') {
          const scope = refreshTokens.get(body.get('refresh_token') ?? '')
          return scope === undefined ? json({ error: 'invalid_grant' }, 400) : give(scope)
        }
        const asked = codes.get(body.get('code') ?? '')
        const challenge = createHash('sha256')
          .update(body.get('code_verifier') ?? '')
          .digest('base64url')
        if (asked === undefined || asked.get('code_challenge') !== challenge) {
          return json({ error: 'invalid_grant' }, 400)
        }
        codes.delete(body.get('code') ?? '')
        return give(asked.get('scope') ?? '')
      }
      case '/mcp':
        break
      default:
        return json(undefined, 404)
    }
    if (request.method !== 'POST') return json(undefined, 405)
    const message = JSON.parse(await read(request))
    const answer = (value: unknown) => json({ jsonrpc: '2.0', id: message.id, result: value })
    switch (message.method) {
      case 'initialize':
        return answer({
          protocolVersion: '2025-11-25',
          capabilities: { tools: {}, resources: {} },
          serverInfo: { name: 'fake', title: 'Fake hotels', version: '1' },
        })
      case 'notifications/initialized':
        return json(undefined, 202)
      case 'tools/list':
        return answer({ tools })
      case 'resources/read':
        return answer({
          contents: [
            {
              uri: widgetUri,
              mimeType: 'text/html;profile=mcp-app',
              text: fake.widgetHtml,
              _meta: fake.widgetMeta,
            },
          ],
        })
      case 'tools/call': {
        const { name, arguments: args, _meta: meta = {} } = message.params
        const token = request.headers.authorization?.replace(/^Bearer /, '')
        fake.calls.push({ name, arguments: args, meta, token })
        const needed = scopes[name as keyof typeof scopes]
        const held = tokens.get(token ?? '')
        if (needed !== undefined && !held?.includes(needed)) {
          const status = held === undefined ? 401 : 403
          const error = status === 401 ? 'invalid_token' : 'insufficient_scope'
          const challenge = `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource/mcp", scope="${needed}", error="${error}", error_description="Sign in to go on"`
          if (Object.keys(meta).some((key) => key.startsWith('openai/'))) {
            return answer({
              isError: true,
              content: [{ type: 'text', text: 'Sign in to go on' }],
              _meta: { 'mcp/www_authenticate': [challenge] },
            })
          }
          return json({ error }, status, { 'www-authenticate': challenge })
        }
        return answer((replies.get(name) ?? usual[name])?.(args))
      }
      default:
        return json({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  fake.mcpUrl = `${base}/mcp`
  return Object.assign(fake, {
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  })
}
