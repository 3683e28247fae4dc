// An assistant: a real MCP client with the connector's credentials, which signs its person in when a tool asks for it.
import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import { UnauthorizedError as UnauthorizedError1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { signIn } from './person.ts'

export type Credentials = { clientId: string; clientSecret: string }
export type Login = { username: string; password: string }

export type ToolResult = {
  isError?: boolean
  content: { type: string; text?: string }[]
  structuredContent?: Record<string, unknown>
  _meta?: Record<string, unknown>
}

const redirectUri = 'http://127.0.0.1:4199/callback'

/** The client of today, on the protocol that it negotiates or on the one before; and the client of older hosts. */
export type Generation = 'v2' | 'v2 legacy' | 'v1'

export type AssistantOptions = {
  /** @default 'v2' */
  generation?: Generation
  /** What the person allows at first, although more was asked for. */
  firstScope?: string
  /** @default true */
  keepsRefreshToken?: boolean
}

/** What both generations of the client offer, as far as it is used here. */
type Connected = Pick<Client, 'listTools' | 'readResource' | 'close'> & {
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>
}

export class Assistant {
  /** How often a sign-in page was filled in. */
  signIns = 0
  readonly client: Connected
  readonly #connect: () => Promise<void>
  readonly #finishAuth: (answer: URLSearchParams) => Promise<void>
  readonly #provider: ConnectorProvider
  readonly #person: Login | undefined

  /** Without a person nobody signs in: a challenge reaches the caller as an error. */
  constructor(mcpUrl: string, connector: Credentials, person?: Login, options: AssistantOptions = {}) {
    const { generation = 'v2' } = options
    this.#person = person
    this.#provider = new ConnectorProvider(connector, options)
    const url = new URL(mcpUrl)
    if (generation === 'v1') {
      const client = new Client1({ name: 'journeys', version: '1.0.0' })
      const transport = new Transport1(url, { authProvider: this.#provider as never })
      this.client = client as never
      this.#connect = () => client.connect(transport as never)
      this.#finishAuth = (answer) => transport.finishAuth(answer.get('code') ?? '')
    } else {
      const mode = generation === 'v2' ? 'auto' : 'legacy'
      const client = new Client({ name: 'journeys', version: '1.0.0' }, { versionNegotiation: { mode } })
      const transport = new StreamableHTTPClientTransport(url, { authProvider: this.#provider })
      this.client = client
      this.#connect = () => client.connect(transport)
      this.#finishAuth = (answer) => transport.finishAuth(answer)
    }
  }

  async connect(): Promise<this> {
    await this.#connect()
    return this
  }

  /** Calls a tool; when it asks for sign-in, signs the person in and calls again. */
  async call(name: string, args: Record<string, unknown>): Promise<ToolResult> {
    const call = { name, arguments: args }
    try {
      return (await this.client.callTool(call)) as ToolResult
    } catch (error) {
      const isChallenge = error instanceof UnauthorizedError || error instanceof UnauthorizedError1
      const url = this.#provider.authorizationUrl
      if (!isChallenge || this.#person === undefined || url === undefined) throw error
      this.signIns += 1
      await this.#finishAuth(await signIn(url, this.#person, redirectUri))
      return (await this.client.callTool(call)) as ToolResult
    }
  }

  /** The access token that the assistant holds for the MCP server. */
  get accessToken(): string | undefined {
    return this.#provider.tokens()?.access_token
  }

  /** What the person was last asked to allow. */
  get requestedScopes(): string[] {
    return (this.#provider.authorizationUrl?.searchParams.get('scope') ?? '').split(' ').filter(Boolean)
  }

  async close(): Promise<void> {
    await this.client.close()
  }
}

type Tokens = Parameters<OAuthClientProvider['saveTokens']>[0]
type Discovery = Parameters<NonNullable<OAuthClientProvider['saveDiscoveryState']>>[0]

class ConnectorProvider implements OAuthClientProvider {
  authorizationUrl: URL | undefined
  readonly redirectUrl = redirectUri
  readonly #connector: Credentials
  readonly #keepsRefreshToken: boolean
  #firstScope: string | undefined
  #tokens: Tokens | undefined
  #verifier = ''
  #discovery: Discovery | undefined

  constructor(connector: Credentials, options: AssistantOptions) {
    this.#connector = connector
    this.#keepsRefreshToken = options.keepsRefreshToken ?? true
    this.#firstScope = options.firstScope
  }

  get clientMetadata() {
    return {
      client_name: 'MyHotels journeys',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'client_secret_basic',
    }
  }

  clientInformation() {
    return { client_id: this.#connector.clientId, client_secret: this.#connector.clientSecret }
  }

  tokens() {
    return this.#tokens
  }

  saveTokens(tokens: Tokens) {
    this.#tokens = tokens
    if (!this.#keepsRefreshToken) delete this.#tokens.refresh_token
  }

  redirectToAuthorization(url: URL) {
    this.authorizationUrl = url
    if (this.#firstScope !== undefined) url.searchParams.set('scope', this.#firstScope)
    this.#firstScope = undefined
  }

  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier
  }

  codeVerifier() {
    return this.#verifier
  }

  saveDiscoveryState(state: Discovery) {
    this.#discovery = state
  }

  discoveryState() {
    return this.#discovery
  }
}
