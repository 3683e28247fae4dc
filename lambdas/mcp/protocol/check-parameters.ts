// A request's parameters as the specification has them, before the SDK is asked: some of its handlers answer malformed
// ones with an internal error and a validator's report.
import { specTypeSchemas } from '@modelcontextprotocol/server'
import { invalidParams, jsonRpcError, type Message } from './json-rpc.ts'

type RequestNames = Record<string, keyof typeof specTypeSchemas>

const modernRequests: RequestNames = {
  'completion/complete': 'CompleteRequest',
  'logging/setLevel': 'SetLevelRequest',
  'prompts/get': 'GetPromptRequest',
  'prompts/list': 'ListPromptsRequest',
  'resources/list': 'ListResourcesRequest',
  'resources/read': 'ReadResourceRequest',
  'resources/templates/list': 'ListResourceTemplatesRequest',
  'tools/call': 'CallToolRequest',
  'tools/list': 'ListToolsRequest',
}
/** The newer era has no handshake. */
const legacyRequests: RequestNames = { ...modernRequests, initialize: 'InitializeRequest' }

/** Refuses with -32602 and one sentence (JSON-RPC 2.0 section 5.1); `undefined` when there is nothing to refuse. */
export function checkParameters({ id, method, params }: Message, isModern: boolean): Response | undefined {
  const requests = isModern ? modernRequests : legacyRequests
  const name = Object.hasOwn(requests, method) ? requests[method] : undefined
  if (id === undefined || name === undefined) return undefined
  const result = specTypeSchemas[name]['~standard'].validate({ method, params })
  if (result instanceof Promise || result.issues === undefined) return undefined
  const [issue] = result.issues
  const path = (issue?.path ?? []).map((part) => (typeof part === 'object' ? String(part.key) : String(part)))
  return jsonRpcError(
    200,
    {
      code: invalidParams,
      message:
        `${path.join('.') || 'params'} of ${method} is not as MCP wants it. ${issue?.message ?? ''}`.trim(),
    },
    { id },
  )
}
