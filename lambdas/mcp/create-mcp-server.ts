// The MCP server: front door, protocol messages, access, and then the SDK.
import { randomUUID } from 'node:crypto'
import { KeysUnavailableError } from '../oauth/signing-keys.ts'
import type { AccessTokenVerifier } from '../oauth/verify-access-token.ts'
import type { AccessRules, Credential } from './access/access-request.ts'
import { refuse } from './access/challenge.ts'
import { findRefusal } from './access/checks.ts'
import { readCredential } from './access/read-credential.ts'
import { checkHost } from './front-door/check-host.ts'
import { frontDoorChecks } from './front-door/checks.ts'
import { answerPreflight, shareWithOrigin } from './front-door/cross-origin.ts'
import { readBody } from './front-door/read-body.ts'
import { answerMetadata, isMcpPath } from './metadata/protected-resource-metadata.ts'
import { buildServer, type Extension } from './protocol/build-server.ts'
import { checkParameters } from './protocol/check-parameters.ts'
import { jsonRpcError, type Message, readMessage } from './protocol/json-rpc.ts'
import { isLegacy, serveLegacy, serveModern } from './protocol/serve-both-eras.ts'
import { type CallLine, CallRecord } from './telemetry/call-record.ts'
import { describeFailure } from './telemetry/describe-failure.ts'
import type { Tool } from './tool.ts'
import type { Call } from './tools/call-tool.ts'
import { assertDescribable } from './tools/describe-tool.ts'
import { createWidgetLoader, isWidgetUri } from './widget/widget-resource.ts'

export type McpServerDependencies = {
  tools: readonly Tool[]
  /** The widget's document; asked for when a host first needs it. */
  widget: () => Promise<string>
  verifyToken: AccessTokenVerifier
  /** The authorization server that the metadata names. */
  issuer: string
  /** What ordinary use needs; the first sign-in asks for these. */
  scopesSupported: readonly string[]
  /** The only OAuth client whose tokens are accepted. */
  connectorClientId: string
  /** Browser origins that may call, besides the server's own. */
  allowedOrigins: readonly string[]
  signInAtConnect: 'anonymous' | 'challenge'
  /** Receives the line of every request to the MCP endpoint. */
  report: (line: CallLine) => void
  newCorrelationId?: () => string
  /** For one tool call, in milliseconds; below the gateway's own 30 s. @default 25 000 */
  callDeadline?: number
  extension?: Extension
}

/**
 * A function from requests to responses. The public URL is the origin of the request's URL, which must come from
 * a source that the caller of the API cannot choose.
 *
 * @throws {Error} when a tool cannot be described to hosts
 */
export function createMcpServer(
  dependencies: McpServerDependencies,
): (request: Request) => Promise<Response> {
  const { tools, extension } = dependencies
  assertDescribable(tools)
  const toolsByName = new Map(tools.map((tool) => [tool.name, tool]))
  const widget = createWidgetLoader(dependencies.widget)
  const rules: AccessRules = {
    tool: (name) =>
      toolsByName.get(name)?.access ?? (extension?.isPublicTool(name) ? { kind: 'public' } : undefined),
    isPublicResource: (uri) => isWidgetUri(uri) || extension?.isPublicResource(uri) === true,
    isPublicPrompt: (name) => extension?.isPublicPrompt(name) === true,
    signInAtConnect: dependencies.signInAtConnect,
    scopesSupported: dependencies.scopesSupported,
  }

  return async function mcpServer(request) {
    const { pathname } = new URL(request.url)
    if (!isMcpPath(pathname)) {
      return (
        checkHost(request, dependencies) ??
        answerMetadata(request, dependencies) ??
        new Response(null, { status: 404 })
      )
    }
    const record = new CallRecord(dependencies.newCorrelationId?.() ?? randomUUID())
    let response: Response
    try {
      response = await answer(request, record)
    } catch (error) {
      record.failure = describeFailure(error)
      record.outcome = 'failed:internal'
      response = jsonRpcError(500, { code: -32603, message: 'Internal error' })
    }
    response.headers.set('x-correlation-id', record.correlationId)
    response.headers.set('x-content-type-options', 'nosniff')
    response.headers.set('cache-control', 'no-store')
    shareWithOrigin(request, response, dependencies.allowedOrigins)
    dependencies.report(record.line(response.status))
    return response
  }

  async function answer(request: Request, record: CallRecord): Promise<Response> {
    const preflight =
      checkHost(request, dependencies) ?? answerPreflight(request, dependencies.allowedOrigins)
    if (preflight) return preflight
    for (const check of frontDoorChecks) {
      const refused = check(request, dependencies)
      if (refused) return refused
    }
    const read = await readBody(request)
    if (read instanceof Response) return read
    const message = readMessage(read.body)
    describeMessage(message, request, record)
    const credential = await record.time('tokenCheck', () => credentialOf(request, message))
    if (credential instanceof Response) {
      record.outcome = 'failed:temporarily_unavailable'
      return credential
    }
    record.signedIn = credential.kind === 'valid'
    const isModern = !(await isLegacy(request, read.body))
    const refusal = findRefusal({ message, credential, rules })
    if (refusal) {
      record.outcome = `refused:${refusal.error}`
      if (credential.kind === 'invalid') record.failure = describeFailure(credential.error)
      return refuse(refusal, request, message, isModern)
    }
    const malformed = checkParameters(message, isModern)
    if (malformed) return malformed
    const call: Call = {
      ...{ credential, rules, record, requestUrl: request.url },
      deadline: dependencies.callDeadline ?? 25_000,
    }
    const exchange = {
      request,
      body: read.body,
      build: () =>
        buildServer({ tools, widget, message, call, extension, era: isModern ? 'modern' : 'legacy' }),
      onerror: (error: Error) => {
        record.failure ??= describeFailure(error)
      },
    }
    const response = await (isModern ? serveModern(exchange) : serveLegacy(exchange))
    if (call.refusal) return refuse(call.refusal, request, message, isModern)
    return response
  }

  async function credentialOf(request: Request, message: Message): Promise<Credential | Response> {
    try {
      return await readCredential(request, dependencies)
    } catch (error) {
      if (!(error instanceof KeysUnavailableError)) throw error
      return jsonRpcError(
        503,
        { code: 503, message: error.message },
        { id: message.id, headers: { 'retry-after': '2' } },
      )
    }
  }

  function describeMessage(message: Message, request: Request, record: CallRecord): void {
    record.method = methods.has(message.method) ? message.method : 'other'
    const version = request.headers.get('mcp-protocol-version')
    if (version !== null && /^\d{4}-\d{2}-\d{2}$/.test(version)) record.protocolVersion = version
    if (message.method === 'tools/call') {
      const { name } = message.params
      record.tool = typeof name === 'string' && rules.tool(name) ? name : 'unknown'
      // Until the call gets past the protocol's own checks of its name and arguments.
      record.outcome = 'rejected:call'
    }
  }
}

/** What may appear in a log line; anything else was made up by a caller. */
const methods = new Set([
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/initialized',
  'notifications/progress',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'server/discover',
  'subscriptions/listen',
  'tools/call',
  'tools/list',
])
