// The MCP server of the tests: the real one over loopback HTTP, with tokens of a key that the tests own.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import * as z from 'zod'
import { createBookingTools } from '../../lambdas/mcp/booking/tools.ts'
import { createMcpServer, type McpServerDependencies } from '../../lambdas/mcp/create-mcp-server.ts'
import { createSearchTools } from '../../lambdas/mcp/search/tools.ts'
import { createServices, type Services } from '../../lambdas/mcp/services.ts'
import type { CallLine } from '../../lambdas/mcp/telemetry/call-record.ts'
import { defineTool, type Tool } from '../../lambdas/mcp/tool.ts'
import { createAccessTokenVerifier } from '../../lambdas/oauth/verify-access-token.ts'
import { clients, createOutside, decisionEndpointUrl, hotelApiUrl, issuer, type Outside } from './outside.ts'

export const memberRates = 'my-hotels:mcp:member_rates'
export const book = 'my-hotels:mcp:book'
export const audience = 'myhotels-hotelmcp'
export const connectorClientId = 'connector-client'
export const widgetHtml = '<!doctype html><html><title>MyHotels</title><body>widget</body></html>'

const keyPair = generateKeyPair('RS256')

/** An access token as PingOne would issue it to the connector for Anna; claims replace or, undefined, remove. */
export async function signToken(claims: Record<string, unknown> = {}, key?: CryptoKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const payload = {
    iss: issuer,
    aud: [audience],
    sub: 'anna',
    client_id: connectorClientId,
    given_name: 'Anna',
    scope: memberRates,
    act: { sub: connectorClientId },
    jti: 'token-id',
    iat: now,
    exp: now + 3600,
    ...claims,
  }
  return new SignJWT(payload as JWTPayload)
    .setProtectedHeader({ alg: 'RS256', kid: 'test' })
    .sign(key ?? (await keyPair).privateKey)
}

/** A protected tool that needs the booking scope and does no more than ask for the decision. */
export function bookingProbe({ decide }: Services): Tool {
  return defineTool({
    name: 'prepare_booking',
    title: 'Prepare a booking',
    description: 'Stands for the booking tools.',
    inputSchema: z.object({}),
    outputSchema: z.object({ subject: z.string() }),
    annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    access: { kind: 'protected', scope: book },
    invocation: { invoking: 'Preparing', invoked: 'Prepared' },
    visibility: ['model', 'app'],
    async answer({ caller, correlationId }) {
      const permit = await decide({
        resource: 'prepare_booking',
        parameters: {},
        bearerToken: caller?.token.value,
        correlationId,
        canFulfil: ['USER-AZ-REQUIRED'],
      })
      return { permit, structuredContent: { subject: caller?.subject ?? '' }, text: 'Prepared.' }
    },
  })
}

/** The four tools of the product, on the given services. Approvals are out of reach here. */
export function productTools(services: Services): Tool[] {
  return [
    ...createSearchTools(services, {
      memberRates: { scope: memberRates, apiScope: 'my-hotels:api:member_rates' },
    }),
    ...createBookingTools({
      ...services,
      clock: Date.now,
      scopes: { mcpBook: book, apiBook: 'my-hotels:api:book' },
      approvals: {} as Parameters<typeof createBookingTools>[0]['approvals'],
    }),
  ]
}

export type Stack = {
  server: (request: Request) => Promise<Response>
  services: Services
  outside: Outside
  lines: CallLine[]
}

/** The server's function with its dependencies; nothing listens. */
export async function createStack(
  change: Partial<McpServerDependencies> & { moreTools?: (services: Services) => Tool[] } = {},
): Promise<Stack> {
  const outside = createOutside()
  const lines: CallLine[] = []
  const services = createServices({
    issuer,
    decisionEndpointUrl,
    hotelApiUrl,
    clients,
    fetch: outside.fetch,
    wait: async () => {},
  })
  const { publicKey } = await keyPair
  const { moreTools, ...dependencies } = change
  const server = createMcpServer({
    tools: [
      ...createSearchTools(services, {
        memberRates: { scope: memberRates, apiScope: 'my-hotels:api:member_rates' },
      }),
      bookingProbe(services),
      ...(moreTools?.(services) ?? []),
    ],
    widget: async () => widgetHtml,
    verifyToken: createAccessTokenVerifier({
      issuer: dependencies.issuer ?? issuer,
      audience,
      clock: Date.now,
      keys: createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256' }] }),
    }),
    issuer,
    scopesSupported: [memberRates, book],
    connectorClientId,
    allowedOrigins: ['https://chat.example.test'],
    signInAtConnect: 'anonymous',
    report: (line) => lines.push(line),
    ...dependencies,
  })
  return { server, services, outside, lines }
}

/** Serves a function of requests on a free loopback port; the URL is the listener's own, as API Gateway's is. */
export async function listen(server: (request: Request) => Promise<Response>) {
  const listener = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { port } = listener.address() as AddressInfo
    const method = incoming.method ?? 'GET'
    const response = await server(
      new Request(`http://127.0.0.1:${port}${incoming.url}`, {
        method,
        headers: incoming.headers as Record<string, string>,
        ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) }),
      }),
    )
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    stop: () =>
      new Promise<void>((resolve) => {
        listener.close(() => resolve())
        listener.closeAllConnections()
      }),
  }
}

export const origin = 'https://mcp.example.test'

export type Era = 'legacy' | 'modern'
export const eras: readonly Era[] = ['legacy', 'modern']

const modernVersion = '2026-07-28'

/** A POST of one message as a client of the era sends it. */
export function post(
  era: Era,
  method: string,
  params: Record<string, unknown> = {},
  options: { token?: string | undefined; headers?: Record<string, string>; id?: number | null } = {},
): Request {
  const { _meta: meta, ...rest } = params
  const name = typeof params.name === 'string' ? params.name : params.uri
  const headers: Record<string, string> = {
    host: new URL(origin).host,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(era === 'modern'
      ? {
          'mcp-protocol-version': modernVersion,
          'mcp-method': method,
          ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
        }
      : method === 'initialize'
        ? {}
        : { 'mcp-protocol-version': '2025-11-25' }),
    ...options.headers,
  }
  const body = {
    jsonrpc: '2.0',
    ...(options.id === null ? {} : { id: options.id ?? 1 }),
    method,
    params: {
      ...rest,
      ...(era === 'modern'
        ? {
            _meta: {
              'io.modelcontextprotocol/protocolVersion': modernVersion,
              'io.modelcontextprotocol/clientCapabilities': {},
              'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
              ...(meta as object | undefined),
            },
          }
        : meta
          ? { _meta: meta }
          : {}),
    },
  }
  return new Request(`${origin}/mcp`, { method: 'POST', headers, body: JSON.stringify(body) })
}

export const initializeParams = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
}
