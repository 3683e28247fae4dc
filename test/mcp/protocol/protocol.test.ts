import { beforeAll, describe, expect, test } from '@jest/globals'
import { createStack, eras, initializeParams, origin, post, type Stack } from '../stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await createStack()
})

const answer = async (request: Request) => {
  const response = await stack.server(request)
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

describe('the line of 2025', () => {
  test.each(['2025-11-25', '2025-06-18', '2025-03-26'])('negotiates %s', async (protocolVersion) => {
    const { text, type } = await answer(
      post('legacy', 'initialize', { ...initializeParams, protocolVersion }),
    )
    expect(type).toBe('application/json')
    expect(JSON.parse(text).result).toMatchObject({
      protocolVersion,
      serverInfo: { name: 'myhotels', title: 'MyHotels' },
      capabilities: {
        tools: { listChanged: false },
        resources: { listChanged: false },
        prompts: { listChanged: false },
      },
    })
  })

  test('serves a client that leaves the version header out after the handshake', async () => {
    const request = post('legacy', 'tools/list')
    request.headers.delete('mcp-protocol-version')
    expect((await answer(request)).status).toBe(200)
  })

  test('refuses a version that nobody speaks', async () => {
    const { status } = await answer(
      post('legacy', 'tools/list', {}, { headers: { 'mcp-protocol-version': '1999-01-01' } }),
    )
    expect(status).toBe(400)
  })
})

describe('the line of 2026', () => {
  test('tells what it is, with a hint for caches', async () => {
    const { text } = await answer(post('modern', 'server/discover'))
    const { result } = JSON.parse(text)
    expect(result).toMatchObject({
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      ttlMs: 3_600_000,
      cacheScope: 'public',
      capabilities: { tools: { listChanged: false }, extensions: { 'io.modelcontextprotocol/ui': {} } },
    })
    expect(result.instructions.length).toBeLessThanOrEqual(512)
  })

  test('refuses a version that it does not speak, naming those it does', async () => {
    const request = post(
      'modern',
      'tools/list',
      { _meta: { 'io.modelcontextprotocol/protocolVersion': '2030-01-01' } },
      { headers: { 'mcp-protocol-version': '2030-01-01' } },
    )
    const { status, text } = await answer(request)
    expect(status).toBe(400)
    expect(JSON.parse(text).error).toMatchObject({ code: -32022, data: { supported: ['2026-07-28'] } })
  })

  test.each([
    ['Mcp-Method', { 'mcp-method': 'tools/call' }],
    ['MCP-Protocol-Version', { 'mcp-protocol-version': '2025-11-25' }],
  ])('refuses a %s header that disagrees with the body', async (_name, headers) => {
    const { status, text } = await answer(post('modern', 'tools/list', {}, { headers }))
    expect(status).toBe(400)
    expect(JSON.parse(text).error.code).toBe(-32020)
  })

  test('a policy on Mcp-Name cannot be walked around: header and body must name the same tool', async () => {
    const { status, text } = await answer(
      post(
        'modern',
        'tools/call',
        { name: 'search_hotels', arguments: { city: 'Milan' } },
        { headers: { 'mcp-name': 'other' } },
      ),
    )
    expect(status).toBe(400)
    expect(JSON.parse(text).error.code).toBe(-32020)
    expect(stack.outside.asked).toEqual([])
  })

  test('an unknown method is a 404 that carries a JSON-RPC error', async () => {
    const { status, text } = await answer(post('modern', 'no/such'))
    expect(status).toBe(404)
    expect(JSON.parse(text).error.code).toBe(-32601)
  })

  test('a subscription ends at once, since nothing will ever change', async () => {
    const { status, text } = await answer(
      post('modern', 'subscriptions/listen', {
        notifications: {
          toolsListChanged: true,
          resourcesListChanged: true,
          resourceSubscriptions: ['ui://x'],
        },
      }),
    )
    expect(status).toBe(200)
    expect(text).toContain('notifications/subscriptions/acknowledged')
    expect(text).toContain('"resultType":"complete"')
  })
})

const methods = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list']
test.each(eras.flatMap((era) => methods.map((method) => ({ era, method }))))(
  '$era: $method is answered with one JSON object',
  async ({ era, method }) => {
    const { type, text } = await answer(post(era, method))
    expect(type).toBe('application/json')
    expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', id: 1, result: {} })
  },
)

test.each(eras)('%s: a response sent by a client is taken and forgotten', async (era) => {
  const request = post(era, 'ping')
  const { status } = await answer(
    new Request(request, { body: JSON.stringify({ jsonrpc: '2.0', id: 7, result: {} }) }),
  )
  expect([202, 400]).toContain(status)
})

test('the URL in metadata and challenges is the origin of the request, whatever headers claim', async () => {
  const response = await stack.server(
    post(
      'legacy',
      'tools/call',
      { name: 'prepare_booking' },
      { headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' } },
    ),
  )
  expect(response.headers.get('www-authenticate')).toContain(`resource_metadata="${origin}/.well-known`)
})
