// An assistant: a real MCP client with the connector's credentials, which signs its person in when a tool asks for it.
import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
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

export class Assistant {
  /** How often a sign-in page was filled in. */
  signIns = 0
  readonly client: Client
  readonly #transport: StreamableHTTPClientTransport
  readonly #provider: ConnectorProvider
  readonly #person: Login | undefined

  /** Without a person nobody signs in: a challenge reaches the caller as an error. */
  constructor(mcpUrl: string, connector: Credentials, person?: Login) {
    this.#person = person
    this.#provider = new ConnectorProvider(connector)
    this.client = new Client({ name: 'journeys', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
    this.#transport = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: this.#provider })
  }

  async connect(): Promise<this> {
    await this.client.connect(this.#transport)
    return this
  }

  /** Calls a tool; when it asks for sign-in, signs the person in and calls again. */
  async call(name: string, args: Record<string, unknown>): Promise<ToolResult> {
    try {
      return (await this.client.callTool({ name, arguments: args })) as ToolResult
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || this.#person === undefined) throw error
      const url = this.#provider.authorizationUrl
      if (url === undefined) throw error
      this.signIns += 1
      await this.#transport.finishAuth(await signIn(url, this.#person, redirectUri))
      return (await this.client.callTool({ name, arguments: args })) as ToolResult
    }
  }

  /** The access token that the assistant holds for the MCP server. */
  get accessToken(): string | undefined {
    return this.#provider.tokens()?.access_token
  }

  get authorizationUrl(): URL | undefined {
    return this.#provider.authorizationUrl
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
  #tokens: Tokens | undefined
  #verifier = ''
  #discovery: Discovery | undefined

  constructor(connector: Credentials) {
    this.#connector = connector
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
  }

  redirectToAuthorization(url: URL) {
    this.authorizationUrl = url
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
