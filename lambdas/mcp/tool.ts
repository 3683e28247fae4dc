// What a tool is: its descriptor for hosts, who may call it, and the function that answers a call.
import type * as z from 'zod'
import type { Permit } from '../decision/permit.ts'
import type { AccessToken } from '../oauth/verify-access-token.ts'

/** A signed-in person and the token that the host presented for them. */
export type Caller = {
  subject: string
  displayName: string | undefined
  /** The inbound token: for the decision and for token exchange only. */
  token: AccessToken
}

/** Times the hops of one call for its log line: `trace.time('decision', () => ...)`. */
export type CallTrace = { time<T>(hop: string, work: () => Promise<T>): Promise<T> }

export type ToolCall<Input> = {
  input: Input
  /** Present whenever the request carried a valid token; always present for a protected tool. */
  caller: Caller | undefined
  correlationId: string
  trace: CallTrace
}

/**
 * The answer to a call. `permit` proves that PingOne Authorize permitted it: only `decide` makes one, and the
 * server releases nothing without it.
 */
export type ToolAnswer<Output> = {
  permit: Permit
  structuredContent: Output
  /** Stands alone where no widget is shown. */
  text: string
  /** How to go on, in words for a model alone: a block of its own that names the model as its audience. */
  textForModel?: string
  /** For the widget only; becomes the result's `_meta`. */
  widgetData?: Record<string, unknown>
}

/** Closed by default: a tool is protected unless it says that it is public. */
export type ToolAccess = { kind: 'public' } | { kind: 'protected'; scope: string }

export type Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> = {
  name: string
  title: string
  description: string
  inputSchema: Input
  /** Arguments that the widget sends and no model is told of. */
  widgetArguments?: readonly string[]
  outputSchema: Output
  annotations: {
    readOnlyHint: boolean
    destructiveHint: boolean
    openWorldHint: boolean
    idempotentHint?: boolean
  }
  access: ToolAccess
  /** At most 64 characters each. */
  invocation: { invoking: string; invoked: string }
  visibility: readonly ('model' | 'app')[]
  answer(call: ToolCall<z.infer<Input>>): Promise<ToolAnswer<z.infer<Output>>>
}

/** Keeps the schemas' types together while a tool is written; the server holds tools without them. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool {
  return tool as unknown as Tool
}
