// The diagnostic tools, resources and prompts that the official conformance suite asks a server for, added to our own
// server's wiring through its extension point.
import { setTimeout as wait } from 'node:timers/promises'
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  completable,
  createRequestStateCodec,
  type InputRequests,
  inputRequired,
  inputResponse,
  type McpServer,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Extension } from '../../lambdas/mcp/protocol/build-server.ts'

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA='

const text = (value: string) => ({ type: 'text' as const, text: value })
const said = (value: string) => ({ content: [text(value)] })
const image = { type: 'image' as const, data: png, mimeType: 'image/png' }

const state = createRequestStateCodec<{ round: number }>({ key: 'k'.repeat(32) })

const ask = (message: string, properties: Record<string, { type: 'string' } | { type: 'boolean' }>) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties, required: Object.keys(properties) },
  })
const askName = ask('What is your name?', { name: { type: 'string' } })
const askModel = inputRequired.createMessage({
  messages: [{ role: 'user', content: text('What is the capital of France?') }],
  maxTokens: 50,
})
const name = z.object({ name: z.string() })

type Answer = ReturnType<typeof said> | ReturnType<typeof inputRequired> | { content: unknown[] }
type Fixture = (ctx: ServerContext) => Answer | Promise<Answer>

const fixtures: Record<string, Fixture> = {
  test_simple_text: () => said('This is a simple text response for testing.'),
  test_image_content: () => ({ content: [image] }),
  test_audio_content: () => ({ content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }] }),
  test_embedded_resource: () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }),
  test_multiple_content_types: () => ({
    content: [
      text('Multiple content types test:'),
      image,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: '{"test":"data","value":123}',
        },
      },
    ],
  }),
  test_error_handling: () => {
    throw new Error('This tool intentionally returns an error for testing')
  },
  async test_tool_with_progress(ctx) {
    const { progressToken } = ctx.mcpReq._meta ?? {}
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await ctx.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        })
      }
      await wait(20)
    }
    return said('Done.')
  },
  async test_logging_tool(ctx) {
    await ctx.mcpReq.log('info', 'A line that only who asked for it may see')
    return said('Done.')
  },
  test_missing_capability: () => inputRequired({ inputRequests: { question: askModel } }),
  test_streaming_elicitation: (ctx) =>
    acceptedContent(ctx.mcpReq.inputResponses, 'user_name', name)
      ? said('Done.')
      : inputRequired({ inputRequests: { user_name: askName } }),

  test_input_required_result_elicitation(ctx) {
    const given = acceptedContent(ctx.mcpReq.inputResponses, 'user_name', name)
    return given ? said(`Hello, ${given.name}!`) : inputRequired({ inputRequests: { user_name: askName } })
  },
  test_input_required_result_sampling(ctx) {
    const given = inputResponse(ctx.mcpReq.inputResponses, 'capital_question')
    if (given.kind !== 'sampling') return inputRequired({ inputRequests: { capital_question: askModel } })
    const { content } = given.result
    return said('text' in content ? content.text : 'No text.')
  },
  test_input_required_result_list_roots(ctx) {
    const given = inputResponse(ctx.mcpReq.inputResponses, 'client_roots')
    return given.kind === 'roots'
      ? said(`Roots: ${given.roots.map(({ uri }) => uri).join(', ')}`)
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
  },
  async test_input_required_result_request_state(ctx) {
    const held = ctx.mcpReq.requestState<{ round: number }>()
    if (held?.round === 1 && inputResponse(ctx.mcpReq.inputResponses, 'confirm').kind === 'elicit') {
      return said('state-ok')
    }
    return inputRequired({
      inputRequests: { confirm: ask('Please confirm', { ok: { type: 'boolean' } }) },
      requestState: await state.mint({ round: 1 }),
    })
  },
  async test_input_required_result_multiple_inputs(ctx) {
    const given = ctx.mcpReq.inputResponses
    const kinds = ['user_name', 'greeting', 'client_roots'].map((key) => inputResponse(given, key).kind)
    if (kinds.join() === 'elicit,sampling,roots') return said('All inputs received.')
    return inputRequired({
      inputRequests: { user_name: askName, greeting: askModel, client_roots: inputRequired.listRoots() },
      requestState: await state.mint({ round: 1 }),
    })
  },
  async test_input_required_result_multi_round(ctx) {
    const round = ctx.mcpReq.requestState<{ round: number }>()?.round ?? 0
    if (round === 2) return said('Both steps are done.')
    const step: InputRequests =
      round === 0
        ? { step1: ask('Step 1: What is your name?', { name: { type: 'string' } }) }
        : { step2: ask('Step 2: What is your favorite color?', { color: { type: 'string' } }) }
    return inputRequired({
      inputRequests: step,
      requestState: await state.mint({ round: round + 1 }),
    })
  },
  async test_input_required_result_tampered_state(ctx) {
    if (ctx.mcpReq.requestState() !== undefined) return said('state-ok')
    return inputRequired({
      inputRequests: { confirm: ask('Please confirm', { ok: { type: 'boolean' } }) },
      requestState: await state.mint({ round: 1 }),
    })
  },
  test_input_required_result_capabilities(ctx) {
    const envelope: Record<string, unknown> = ctx.mcpReq.envelope ?? {}
    const declared = (envelope[CLIENT_CAPABILITIES_META_KEY] ?? {}) as Record<string, unknown>
    return inputRequired({
      inputRequests: {
        ...(declared.sampling ? { question: askModel } : {}),
        ...(declared.elicitation ? { user_name: askName } : {}),
      },
    })
  },
}

const staticText = 'This is the content of the static text resource.'

function registerResources(server: McpServer): void {
  const described = { description: 'A conformance fixture.' }
  server.registerResource(
    'static-text',
    'test://static-text',
    { ...described, mimeType: 'text/plain' },
    (uri) => ({
      contents: [{ uri: uri.href, mimeType: 'text/plain', text: staticText }],
    }),
  )
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { ...described, mimeType: 'image/png' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'image/png', blob: png }] }),
  )
  server.registerResource('watched', 'test://watched-resource', described, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'Watched.' }],
  }))
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { ...described, mimeType: 'application/json' },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  )
}

function registerPrompts(server: McpServer): void {
  const described = { description: 'A conformance fixture.' }
  const user = (content: ReturnType<typeof text> | typeof image) => ({ role: 'user' as const, content })
  server.registerPrompt('test_simple_prompt', described, () => ({
    messages: [user(text('This is a simple prompt for testing.'))],
  }))
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      ...described,
      argsSchema: z.object({
        arg1: completable(z.string(), () => ['paris', 'park', 'party']),
        arg2: z.string(),
      }),
    },
    ({ arg1, arg2 }) => ({
      messages: [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
  )
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { ...described, argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [
        {
          role: 'user',
          content: {
            type: 'resource',
            resource: {
              uri: resourceUri,
              mimeType: 'text/plain',
              text: 'Embedded resource content for testing.',
            },
          },
        },
        user(text('Please process the embedded resource above.')),
      ],
    }),
  )
  server.registerPrompt('test_prompt_with_image', described, () => ({
    messages: [user(image), user(text('Please analyze the image above.'))],
  }))
  server.registerPrompt('test_input_required_result_prompt', described, (ctx) => {
    const given = acceptedContent(
      ctx.mcpReq.inputResponses,
      'user_context',
      z.object({ context: z.string() }),
    )
    if (given) return { messages: [user(text(`Context: ${given.context}`))] }
    return inputRequired({
      inputRequests: {
        user_context: ask('What context should the prompt use?', { context: { type: 'string' } }),
      },
    })
  })
}

const object = { type: 'object', properties: {} }

/** A schema with what JSON Schema 2020-12 offers beyond types, to see that a listing keeps it. */
const richSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

const headerTool = 'test_header_parameter'
const headerInput = z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) })

const schemas: Record<string, object> = {
  json_schema_2020_12_tool: richSchema,
  [headerTool]: z.toJSONSchema(headerInput),
}
const toolNames = [...Object.keys(fixtures), ...Object.keys(schemas)]

/** The fixtures as an extension of our server; all of them are public. */
export const conformanceFixtures: Extension = {
  register(server, era) {
    for (const [toolName, answer] of Object.entries(fixtures)) {
      server.registerTool(toolName, { description: 'A conformance fixture.' }, (async (ctx: ServerContext) =>
        answer(ctx)) as never)
    }
    server.registerTool(
      headerTool,
      { description: 'A conformance fixture.', inputSchema: headerInput },
      ({ region }) => said(`Region ${region}.`),
    )
    registerResources(server)
    registerPrompts(server)
    if (era === 'legacy') {
      server.server.setRequestHandler('resources/subscribe', () => ({}))
      server.server.setRequestHandler('resources/unsubscribe', () => ({}))
    }
  },
  options: (era) => ({
    capabilities: {
      completions: {},
      ...(era === 'legacy' ? { logging: {}, resources: { subscribe: true } } : {}),
    },
    requestState: { verify: state.verify },
  }),
  tools: toolNames.map((toolName) => ({
    name: toolName,
    description: 'A conformance fixture.',
    inputSchema: schemas[toolName] ?? object,
  })),
  isPublicTool: (toolName) => toolNames.includes(toolName),
  // The suite reads a resource that does not exist and wants to hear so.
  isPublicResource: (uri) => uri.startsWith('test://'),
  isPublicPrompt: () => true,
}
