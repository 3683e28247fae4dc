// The official clients of both generations against the server over loopback HTTP: what they list and call, how they
// sign in after a 401, and how they step up after a 403.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  Client as Client2,
  StreamableHTTPClientTransport as Transport2,
  UnauthorizedError as Unauthorized2,
} from '@modelcontextprotocol/client'
import { UnauthorizedError as Unauthorized1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  type AuthorizationServer,
  callback,
  connector,
  startAuthorizationServer,
} from './authorization-server.ts'
import { book, createStack, listen, memberRates, type Stack, signToken } from './stack.ts'

/** What a host keeps for one connection. */
function createProvider() {
  let tokens: unknown
  let verifier = ''
  let discovered: unknown
  const visited: URL[] = []
  return {
    visited,
    redirectUrl: callback,
    clientMetadata: { redirect_uris: [callback], client_name: 'test host' },
    clientInformation: () => connector,
    tokens: () => tokens as never,
    saveTokens: (given: unknown) => {
      tokens = given
    },
    redirectToAuthorization: (url: URL) => {
      visited.push(url)
    },
    saveCodeVerifier: (given: string) => {
      verifier = given
    },
    codeVerifier: () => verifier,
    saveDiscoveryState: (given: unknown) => {
      discovered = given
    },
    discoveryState: () => discovered as never,
  }
}

type Call = { name: string; arguments: Record<string, unknown> }
type Result = { isError?: boolean; structuredContent?: unknown; content?: unknown }
type Connected = {
  listTools(): Promise<{ tools: { name: string }[] }>
  readResource(params: { uri: string }): Promise<{ contents: unknown[] }>
  callTool(call: Call): Promise<Result>
  close(): Promise<void>
}
type Host = {
  client: Connected
  finishAuth(code: string): Promise<void>
  Unauthorized: new (...args: never[]) => Error
  version: string | undefined
}
type Provider = ReturnType<typeof createProvider>
type Options = { provider?: Provider; token?: string }

const generations: Record<string, (url: string, options: Options) => Promise<Host>> = {
  'v1, 2025-11-25': async (url, { provider, token }) => {
    const client = new Client1({ name: 'test', version: '1' })
    const transport = new Transport1(new URL(url), transportOptions(provider, token))
    await client.connect(transport as never)
    return {
      client: client as unknown as Connected,
      finishAuth: (code) => transport.finishAuth(code),
      Unauthorized: Unauthorized1 as never,
      version: transport.protocolVersion,
    }
  },
  'v2, 2025-11-25': (url, options) => connect2(url, options, 'legacy'),
  'v2, 2026-07-28': (url, options) => connect2(url, options, 'auto'),
}

async function connect2(url: string, { provider, token }: Options, mode: 'legacy' | 'auto'): Promise<Host> {
  const client = new Client2({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  const transport = new Transport2(new URL(url), transportOptions(provider, token))
  await client.connect(transport)
  return {
    client: client as unknown as Connected,
    finishAuth: (code) => transport.finishAuth(code),
    Unauthorized: Unauthorized2 as never,
    version: client.getNegotiatedProtocolVersion(),
  }
}

function transportOptions(provider: Provider | undefined, token: string | undefined) {
  return {
    ...(provider ? { authProvider: provider as never } : {}),
    ...(token ? { requestInit: { headers: { authorization: `Bearer ${token}` } } } : {}),
  }
}

const search: Call = { name: 'search_hotels', arguments: { city: 'Milan' } }
const rates: Call = { name: 'search_hotels_member_rates', arguments: { city: 'Milan' } }
const booking: Call = { name: 'prepare_booking', arguments: {} }

let authorizationServer: AuthorizationServer
let stack: Stack
let listener: Awaited<ReturnType<typeof listen>>
let change: (response: Response) => Response = (response) => response
const open: Connected[] = []

beforeAll(async () => {
  authorizationServer = await startAuthorizationServer()
  stack = await createStack({ issuer: authorizationServer.issuer })
  listener = await listen(async (request) => change(await stack.server(request)))
})
beforeEach(() => {
  authorizationServer.requested.length = 0
  change = (response) => response
})
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})
afterAll(async () => {
  await listener.stop()
  await authorizationServer.stop()
})

async function connect(generation: string, options: Options = {}, url = listener.url): Promise<Host> {
  const host = await (generations[generation] as (typeof generations)[string])(url, options)
  open.push(host.client)
  return host
}

/** Calls, and when the server asks for sign-in lets the person sign in and calls again. */
async function callSigningIn(host: Host, provider: Provider, call: Call, allow?: string): Promise<Result> {
  try {
    return await host.client.callTool(call)
  } catch (error) {
    if (!(error instanceof host.Unauthorized)) throw error
    const visited = provider.visited.at(-1) as URL
    if (allow !== undefined) visited.searchParams.set('scope', allow)
    await host.finishAuth(authorizationServer.signIn(visited))
    return host.client.callTool(call)
  }
}

describe.each(Object.keys(generations))('%s', (generation) => {
  test('connects on its own line', async () => {
    const { version } = await connect(generation)
    expect(version).toBe(generation.split(', ')[1])
  })

  test('lists the tools, reads the widget and calls a public tool without signing in', async () => {
    const { client } = await connect(generation)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      'search_hotels',
      'search_hotels_member_rates',
      'prepare_booking',
    ])
    const { contents } = await client.readResource({ uri: 'ui://widget/myhotels-widget.html' })
    expect(contents).toMatchObject([{ mimeType: 'text/html;profile=mcp-app' }])
    await expect(client.callTool(search)).resolves.toMatchObject({
      structuredContent: { memberRates: false },
    })
  })

  test('calls a protected tool with a token', async () => {
    const token = await signToken({ iss: authorizationServer.issuer })
    const { client } = await connect(generation, { token })
    await expect(client.callTool(rates)).resolves.toMatchObject({ structuredContent: { memberName: 'Anna' } })
  })

  test.each(['', '/'])(
    'signs in after a 401 for everything that ordinary use needs, with PKCE and the resource, at /mcp%s',
    async (slash) => {
      const provider = createProvider()
      const host = await connect(generation, { provider }, listener.url + slash)
      const result = await callSigningIn(host, provider, rates)
      expect(result).toMatchObject({ structuredContent: { memberName: 'Anna' } })
      expect(authorizationServer.requested).toEqual([
        {
          scope: `${memberRates} ${book}`,
          challenge: expect.stringMatching(/^[\w-]{43}$/),
          resource: listener.url + slash,
        },
      ])
    },
  )

  test('steps up after a 403, asking for what it has and what it lacks, and books', async () => {
    const provider = createProvider()
    const host = await connect(generation, { provider })
    await callSigningIn(host, provider, rates, memberRates)
    const result = await callSigningIn(host, provider, booking)
    expect(result).toMatchObject({ structuredContent: { subject: 'anna' } })
    expect(authorizationServer.requested.map(({ scope }) => new Set(scope.split(' ')))).toEqual([
      new Set([memberRates]),
      new Set([memberRates, book]),
    ])
    // Nothing was lost on the way up.
    await expect(host.client.callTool(rates)).resolves.toMatchObject({
      structuredContent: { memberRates: true },
    })
    expect(authorizationServer.requested).toHaveLength(2)
  })

  test('signs in once for everything behind a front door that renames WWW-Authenticate', async () => {
    change = (response) => {
      const challenge = response.headers.get('www-authenticate')
      if (challenge === null) return response
      const headers = new Headers(response.headers)
      headers.delete('www-authenticate')
      headers.set('x-amzn-remapped-www-authenticate', challenge)
      return new Response(response.body, { status: response.status, headers })
    }
    const provider = createProvider()
    const host = await connect(generation, { provider })
    await callSigningIn(host, provider, rates)
    await expect(callSigningIn(host, provider, booking)).resolves.toMatchObject({
      structuredContent: { subject: 'anna' },
    })
    expect(authorizationServer.requested.map(({ scope }) => scope)).toEqual([`${memberRates} ${book}`])
  })
})
