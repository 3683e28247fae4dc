// The descriptor of a tool, exactly as hosts read it.
import * as z from 'zod'
import type { Tool } from '../tool.ts'

type SecurityScheme = { type: 'noauth' } | { type: 'oauth2'; scopes: string[] }

export function securitySchemesOf(tool: Tool): SecurityScheme[] {
  return tool.access.kind === 'public'
    ? [{ type: 'noauth' }]
    : [{ type: 'oauth2', scopes: [tool.access.scope] }]
}

/** An entry of `tools/list`. `securitySchemes` stands at the top level, where OpenAI documents it, and in `_meta`. */
export function describeTool(tool: Tool, resourceUri: string) {
  const securitySchemes = securitySchemesOf(tool)
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { type: 'object' as const, ...z.toJSONSchema(forModels(tool), { io: 'input' }) },
    outputSchema: { type: 'object' as const, ...z.toJSONSchema(tool.outputSchema, { io: 'output' }) },
    annotations: { title: tool.title, ...tool.annotations },
    securitySchemes,
    _meta: {
      securitySchemes,
      ui: { resourceUri, visibility: [...tool.visibility] },
      // Older names of the same facts.
      'ui/resourceUri': resourceUri,
      'openai/outputTemplate': resourceUri,
      'openai/widgetAccessible': tool.visibility.includes('app'),
      'openai/toolInvocation/invoking': tool.invocation.invoking,
      'openai/toolInvocation/invoked': tool.invocation.invoked,
    },
  }
}

const forModels = ({ inputSchema, widgetArguments = [] }: Tool) =>
  z.object(
    Object.fromEntries(Object.entries(inputSchema.shape).filter(([name]) => !widgetArguments.includes(name))),
  )

/** @throws {Error} naming the tool whose descriptor a host would refuse */
export function assertDescribable(tools: readonly Tool[]): void {
  const names = new Set<string>()
  for (const { name, invocation, visibility } of tools) {
    if (!/^[A-Za-z0-9_.-]{1,128}$/.test(name)) throw new Error(`"${name}" is no tool name`)
    if (names.has(name)) throw new Error(`There are two tools named "${name}"`)
    names.add(name)
    if (visibility.length === 0) throw new Error(`Nobody may call the tool "${name}"`)
    for (const text of [invocation.invoking, invocation.invoked]) {
      if (text.length > 64) throw new Error(`An invocation text of "${name}" is longer than 64 characters`)
    }
  }
}
