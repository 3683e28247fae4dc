import type { Tool } from '@modelcontextprotocol/client'
import * as z from 'zod'

export type Caller = 'model' | 'app'

const metadata = z.object({
  ui: z.object({
    visibility: z.array(z.string()).optional(),
    resourceUri: z.string().startsWith('ui://').optional(),
  }),
})

const uiOf = (tool: Tool) => {
  const parsed = metadata.safeParse(tool._meta)
  return parsed.success ? parsed.data.ui : undefined
}

/** Whether the model or the widget may call a tool; both may unless the tool says otherwise. */
export const mayCall = (tool: Tool, caller: Caller): boolean => {
  const declared = uiOf(tool)
  // A declaration that cannot be read shows the tool to nobody but the model, as an ordinary MCP tool.
  if (declared === undefined) return caller === 'model' || tool._meta?.ui === undefined
  return (declared.visibility ?? ['model', 'app']).includes(caller)
}

/** The widget that shows a tool's results. */
export const widgetUriOf = (tool: Tool): string | undefined => uiOf(tool)?.resourceUri
