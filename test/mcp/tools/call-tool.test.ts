import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import type { Permit } from '../../../lambdas/decision/permit.ts'
import type { Services } from '../../../lambdas/mcp/services.ts'
import { CallRecord } from '../../../lambdas/mcp/telemetry/call-record.ts'
import { defineTool, type Tool, type ToolAnswer } from '../../../lambdas/mcp/tool.ts'
import { callTool } from '../../../lambdas/mcp/tools/call-tool.ts'
import { book, createStack, eras, post, signToken } from '../stack.ts'

type Answer = ToolAnswer<{ secret: string }>

/** A public tool that answers as a test wants. */
const toolThat =
  (answer: (services: Services, correlationId: string) => Promise<Answer>) =>
  (services: Services): Tool[] => [
    defineTool({
      name: 'probe',
      title: 'Probe',
      description: 'Answers as a test wants.',
      inputSchema: z.object({}),
      outputSchema: z.object({ secret: z.string() }),
      annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
      access: { kind: 'public' },
      invocation: { invoking: 'Probing', invoked: 'Probed' },
      visibility: ['model'],
      answer: ({ correlationId }) => answer(services, correlationId),
    }),
  ]

const decideFor = (services: Services, resource: string, correlationId: string) =>
  services.decide({ resource, parameters: {}, bearerToken: undefined, correlationId })

const answer = (permit: unknown): Answer => ({
  permit: permit as Permit,
  structuredContent: { secret: 'the data' },
  text: 'the data',
})

let remembered: Permit | undefined

describe.each(eras)('%s: an answer is released only with the permit that was made for this call', (era) => {
  const cases: [string, Parameters<typeof toolThat>[0]][] = [
    ['no permit at all', async () => answer(undefined)],
    ['a permit made by hand', async () => answer({ effect: 'PERMIT', approvalRequired: false })],
    ['a copy of a permit', async (services, id) => answer({ ...(await decideFor(services, 'probe', id)) })],
    ['a permit for another tool', async (services, id) => answer(await decideFor(services, 'other', id))],
    ['a permit of another call', async (services) => answer(await decideFor(services, 'probe', 'other'))],
  ]

  test.each(cases)('%s refuses it', async (_name, tool) => {
    const { server, lines } = await createStack({ moreTools: toolThat(tool) })
    const response = await server(post(era, 'tools/call', { name: 'probe', arguments: {} }))
    const text = await response.text()
    expect(JSON.parse(text).result).toMatchObject({ isError: true })
    expect(text).not.toContain('the data')
    expect(lines.at(-1)).toMatchObject({ outcome: 'failed:internal', decision: 'missing' })
  })

  test('a permit that is kept from an earlier call refuses it', async () => {
    const { server } = await createStack({
      moreTools: toolThat(async (services, id) => {
        remembered ??= await decideFor(services, 'probe', id)
        return answer(remembered)
      }),
    })
    remembered = undefined
    const call = () => server(post(era, 'tools/call', { name: 'probe', arguments: {} }))
    expect(await (await call()).text()).toContain('the data')
    expect(await (await call()).text()).not.toContain('the data')
  })

  test('the permit of this call releases it', async () => {
    const { server, lines } = await createStack({
      moreTools: toolThat(async (services, id) => answer(await decideFor(services, 'probe', id))),
    })
    const response = await server(post(era, 'tools/call', { name: 'probe', arguments: {} }))
    expect(await response.text()).toContain('the data')
    expect(lines.at(-1)).toMatchObject({ outcome: 'ok', decision: 'PERMIT' })
  })

  test('a tool that breaks gives away nothing about how', async () => {
    const { server, lines } = await createStack({
      moreTools: toolThat(async () => {
        throw new Error('password=hunter2 at db.internal')
      }),
    })
    const response = await server(post(era, 'tools/call', { name: 'probe', arguments: {} }))
    const text = await response.text()
    expect(JSON.parse(text).result).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: 'MyHotels could not do this. Try again in a moment.' }],
    })
    expect(text + JSON.stringify(lines)).not.toContain('hunter2')
    expect(lines.at(-1)).toMatchObject({ outcome: 'failed:internal', failure: { name: 'Error' } })
  })

  test('an answer that does not satisfy the output schema is not sent', async () => {
    const { server } = await createStack({
      moreTools: toolThat(async (services, id) => ({
        ...answer(await decideFor(services, 'probe', id)),
        structuredContent: { secret: 7 } as never,
      })),
    })
    const response = await server(post(era, 'tools/call', { name: 'probe', arguments: {} }))
    expect(await response.json()).toMatchObject({ result: { isError: true } })
  })

  test('what only the model is told is a block of its own', async () => {
    const { server } = await createStack({
      moreTools: toolThat(async (services, id) => ({
        ...answer(await decideFor(services, 'probe', id)),
        textForModel: 'Call it again.',
      })),
    })
    const response = await server(post(era, 'tools/call', { name: 'probe', arguments: {} }))
    const { result } = (await response.json()) as { result: { content: object[] } }
    expect(result.content).toEqual([
      { type: 'text', text: 'the data' },
      { type: 'text', text: 'Call it again.', annotations: { audience: ['assistant'] } },
    ])
  })

  test('what only the widget may see travels in _meta', async () => {
    const { server } = await createStack({
      moreTools: toolThat(async (services, id) => ({
        ...answer(await decideFor(services, 'probe', id)),
        widgetData: { zoom: 12 },
      })),
    })
    const response = await server(post(era, 'tools/call', { name: 'probe', arguments: {} }))
    const { result } = (await response.json()) as { result: { _meta: object; structuredContent: object } }
    expect(result._meta).toMatchObject({ zoom: 12 })
    expect(result.structuredContent).toEqual({ secret: 'the data' })
  })
})

test('a tool that hangs is answered within the deadline', async () => {
  const { server, lines } = await createStack({
    callDeadline: 30,
    moreTools: toolThat(() => new Promise(() => {})),
  })
  const response = await server(post('legacy', 'tools/call', { name: 'probe', arguments: {} }))
  expect(await response.json()).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining('Do the same again') }] },
  })
  expect(lines.at(-1)).toMatchObject({ outcome: 'failed:takes_too_long' })
})

test.each([401, 403])('a %d of the hotel API is not passed on to the person', async (status) => {
  const { server, outside } = await createStack()
  outside.answers.hotels = () =>
    Response.json({ code: 'insufficient_scope', detail: 'The token lacks api scope.' }, { status })
  const response = await server(
    post('legacy', 'tools/call', { name: 'search_hotels', arguments: { city: 'Milan' } }),
  )
  expect(await response.json()).toMatchObject({
    result: { isError: true, content: [{ text: 'MyHotels could not do this. Try again in a moment.' }] },
  })
})

test('the call looks at the caller again: a gate that failed to would open nothing', async () => {
  const { services, outside } = await createStack()
  const [tool] = toolThat(async (given, id) => answer(await decideFor(given, 'probe', id)))(services)
  const record = new CallRecord('c-1')
  const access = { kind: 'protected', scope: book } as const
  const call = {
    credential: { kind: 'anonymous' } as const,
    rules: {
      tool: () => access,
      isPublicResource: () => false,
      isPublicPrompt: () => false,
      signInAtConnect: 'anonymous' as const,
      scopesSupported: [book],
    },
    record,
    deadline: 1000,
    requestUrl: 'https://mcp.example.test/mcp',
  }
  const result = await callTool({ ...(tool as Tool), access }, {}, call)
  expect(result).toMatchObject({
    isError: true,
    _meta: { 'mcp/www_authenticate': [expect.stringContaining(`scope="${book}"`)] },
  })
  expect(call).toMatchObject({ refusal: { status: 401, error: 'missing_token' } })
  expect(outside.asked).toEqual([])
})

test.each(eras)('%s: a token that PingOne revoked ends in a 401, also for an OpenAI host', async (era) => {
  const { server, outside, lines } = await createStack()
  outside.answers.exchange = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
  const response = await server(
    post(
      era,
      'tools/call',
      { name: 'search_hotels_member_rates', arguments: { city: 'Milan' } },
      { token: await signToken(), headers: { 'user-agent': 'openai-mcp/1.0.0' } },
    ),
  )
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(lines.at(-1)).toMatchObject({ outcome: 'refused:invalid_token', status: 401 })
})

test('keys that cannot be read refuse with a 503 that may be tried again, not with a challenge', async () => {
  const { KeysUnavailableError } = await import('../../../lambdas/oauth/signing-keys.ts')
  const { server } = await createStack({
    verifyToken: async () => {
      throw new KeysUnavailableError(new Error('down'))
    },
  })
  const response = await server(post('legacy', 'tools/list', {}, { token: await signToken() }))
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: 1, error: { code: 503 } })
})
