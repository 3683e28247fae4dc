// Builds the SDK's server for one request: the same tools and resources for every caller and both eras.
import {
  type Tool as ListedTool,
  McpServer,
  type McpServerOptions,
  mergeCapabilities,
  type ServerCapabilities,
} from '@modelcontextprotocol/server'
import type { Tool } from '../tool.ts'
import { type Call, callTool } from '../tools/call-tool.ts'
import { describeTool } from '../tools/describe-tool.ts'
import { registerWidget, type Widget } from '../widget/widget-resource.ts'
import type { Message } from './json-rpc.ts'

const minute = 60_000
/** Lists are the same for everyone, so any cache may hold them. */
const listHint = { ttlMs: 5 * minute, cacheScope: 'public' } as const

const instructions =
  'MyHotels finds and books hotels in Paris, London, Milan, Rome, Florence, Berlin and Chicago. Use search_hotels ' +
  'for anyone; search_hotels_member_rates when the person wants member rates and may sign in. To book, take a hotel ' +
  'id from a search, call prepare_booking once the person has chosen hotel, date and nights, and when it says ' +
  'pending, call finalize_booking until the person has approved on their own device.'

const capabilities: ServerCapabilities = {
  // Nobody is told of changes: a stream that waits for them would hold a function open for nothing.
  tools: { listChanged: false },
  resources: { listChanged: false },
  prompts: { listChanged: false },
  extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } },
}

export type Era = 'legacy' | 'modern'

/** More to register than the tools and the widget: prompts, resources, tools of another kind. */
export type Extension = {
  register(server: McpServer, era: Era): void
  /** What the SDK's server is given on top. */
  options(era: Era): Pick<McpServerOptions, 'capabilities' | 'requestState'>
  /** Entries for `tools/list`. */
  tools: readonly Record<string, unknown>[]
  isPublicTool(name: string): boolean
  isPublicResource(uri: string): boolean
  isPublicPrompt(name: string): boolean
}

export async function buildServer(options: {
  tools: readonly Tool[]
  widget: () => Promise<Widget>
  message: Message
  call: Call
  era: Era
  extension: Extension | undefined
}): Promise<McpServer> {
  const { message, era, extension } = options
  const added = extension?.options(era)
  const server = new McpServer(
    { name: 'myhotels', title: 'MyHotels', version: '0.1.0' },
    {
      ...added,
      instructions,
      capabilities: mergeCapabilities(capabilities, added?.capabilities ?? {}),
      cacheHints: {
        'server/discover': { ttlMs: 60 * minute, cacheScope: 'public' },
        'tools/list': listHint,
        'resources/list': listHint,
        'resources/templates/list': listHint,
        'prompts/list': listHint,
      },
      maxToolInputElements: 100,
    },
  )
  for (const tool of options.tools) registerTool(server, tool, options.call)
  extension?.register(server, era)
  // Loading the widget costs time that a tool call need not spend.
  if (message.method.startsWith('resources/') || message.method === 'tools/list') {
    const widget = await options.widget()
    const { uri } = message.params
    const asked = message.method === 'resources/read' && typeof uri === 'string' ? uri : undefined
    registerWidget(server, widget, asked)
    // The SDK's own list drops members that it does not know, `securitySchemes` among them.
    server.server.setRequestHandler('tools/list', () => ({
      tools: [
        ...options.tools.map((tool) => describeTool(tool, widget.hashedUri)),
        ...(extension?.tools ?? []),
      ] as ListedTool[],
    }))
  }
  return server
}

function registerTool(server: McpServer, tool: Tool, call: Call): void {
  server.registerTool(
    tool.name,
    {
      title: tool.title,
      description: tool.description,
      inputSchema: tool.inputSchema,
      outputSchema: tool.outputSchema,
      annotations: tool.annotations,
    },
    (input) => callTool(tool, input, call),
  )
}
