// The MCP client of one browser.
import {
  type CallToolResult,
  Client,
  extractWWWAuthenticateParams,
  InsufficientScopeError,
  type ReadResourceResult,
  StreamableHTTPClientTransport,
  type Tool,
} from '@modelcontextprotocol/client'
import { SignInRequired } from './challenge.ts'
import type { Session } from './session.ts'
import { type OAuthSetting, renewTokens } from './sign-in.ts'

export type McpConnection = {
  tools: readonly Tool[]
  server: { name: string; version: string; protocolVersion: string | undefined }
  callTool(
    name: string,
    args: Record<string, unknown>,
    meta: Record<string, unknown>,
  ): Promise<CallToolResult>
  readResource(uri: string): Promise<ReadResourceResult>
  close(): Promise<void>
}

/** Thrown errors carry their reason; the SDK may wrap the one that asks for a sign-in. */
function signInIn(error: unknown): SignInRequired | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (cause instanceof SignInRequired) return cause
    if (cause instanceof InsufficientScopeError) {
      return new SignInRequired(403, {
        scope: cause.requiredScope,
        description: cause.errorDescription,
        resourceMetadataUrl: cause.resourceMetadataUrl,
      })
    }
  }
  return undefined
}

async function withSignIn<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    throw signInIn(error) ?? error
  }
}

/** Connects, with whatever token the session has at each request. @throws {SignInRequired} */
export async function connectMcp(setting: OAuthSetting, session: Session): Promise<McpConnection> {
  const client = new Client(
    { name: 'myhotels-local-chat', title: 'MyHotels chat', version: '1.0.0' },
    {
      capabilities: {
        extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } },
      },
      versionNegotiation: { mode: 'auto' },
    },
  )
  const transport = new StreamableHTTPClientTransport(new URL(setting.mcpUrl), {
    authProvider: {
      token: async () => session.tokens?.access_token,
      onUnauthorized: async ({ response }) => {
        if (await renewTokens(setting, session)) return
        const { scope, errorDescription, resourceMetadataUrl } = extractWWWAuthenticateParams(response)
        throw new SignInRequired(401, { scope, description: errorDescription, resourceMetadataUrl })
      },
    },
    onInsufficientScope: 'throw',
  })
  await withSignIn(client.connect(transport))
  const { tools } = await withSignIn(client.listTools())
  const version = client.getServerVersion()
  return {
    tools,
    server: {
      name: version?.title ?? version?.name ?? 'MCP server',
      version: version?.version ?? '',
      protocolVersion: client.getNegotiatedProtocolVersion(),
    },
    callTool: (name, args, meta) =>
      withSignIn(
        client.callTool({ name, arguments: args, ...(Object.keys(meta).length > 0 ? { _meta: meta } : {}) }),
      ),
    readResource: (uri) => withSignIn(client.readResource({ uri })),
    close: () => client.close(),
  }
}
