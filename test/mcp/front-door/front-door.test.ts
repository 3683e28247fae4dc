import { beforeAll, describe, expect, test } from '@jest/globals'
import { createStack, eras, initializeParams, origin, post, type Stack } from '../stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await createStack()
})

const host = { host: 'mcp.example.test' }
const send = (path: string, init: RequestInit = {}) =>
  stack.server(new Request(`${origin}${path}`, { ...init, headers: { ...host, ...init.headers } }))

describe('the metadata documents', () => {
  const documents = [
    ['/.well-known/oauth-protected-resource', '/mcp'],
    ['/.well-known/oauth-protected-resource/mcp', '/mcp'],
    // RFC 9728 section 3.3: strict clients compare the resource with the endpoint that they were given.
    ['/.well-known/oauth-protected-resource/mcp/', '/mcp/'],
  ] as const
  const paths = documents.map(([path]) => path)

  test.each(documents)(
    '%s names %s, its authorization server and what ordinary use needs',
    async (path, endpoint) => {
      const response = await send(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toEqual({
        resource: `https://mcp.example.test${endpoint}`,
        resource_name: 'MyHotels',
        authorization_servers: ['https://auth.example.test/env/as'],
        scopes_supported: ['my-hotels:mcp:member_rates', 'my-hotels:mcp:book'],
        bearer_methods_supported: ['header'],
      })
    },
  )

  test.each(paths)('%s is read, not written', async (path) => {
    expect((await send(path, { method: 'POST' })).status).toBe(405)
    expect((await send(path, { method: 'OPTIONS' })).status).toBe(204)
    const head = await send(path, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  test('another path does not exist', async () => {
    const statuses = await Promise.all(
      [
        '/',
        '/mcp//',
        '/mcp/x',
        '/.well-known/oauth-protected-resource/',
        '/.well-known/oauth-protected-resource/other',
        '/.well-known/openid-configuration',
      ].map(async (path) => (await send(path)).status),
    )
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404])
  })

  test('a foreign Host gets no document that names it', async () => {
    const response = await send(paths[0] as string, { headers: { host: 'evil.example' } })
    expect(response.status).toBe(403)
  })
})

describe('the endpoint', () => {
  test.each(['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'])('%s is answered 405', async (method) => {
    const response = await send('/mcp', { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32600 } })
  })

  test.each(['evil.example', 'mcp.example.test:8443', 'mcp.example.test.evil.example', ''])(
    'refuses the Host "%s"',
    async (value) => {
      const response = await stack.server(post('legacy', 'ping', {}, { headers: { host: value } }))
      expect(response.status).toBe(403)
    },
  )

  test('refuses a request without a Host', async () => {
    const request = post('legacy', 'ping')
    request.headers.delete('host')
    expect((await stack.server(request)).status).toBe(403)
  })

  test.each(['https://evil.example', 'null', 'http://chat.example.test', 'https://chat.example.test:444'])(
    'refuses the Origin %s with a well-formed error',
    async (value) => {
      const response = await stack.server(post('legacy', 'ping', {}, { headers: { origin: value } }))
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32600 } })
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
    },
  )

  test.each(['https://chat.example.test', origin])(
    'serves the Origin %s and lets its page read',
    async (value) => {
      const response = await stack.server(post('legacy', 'ping', {}, { headers: { origin: value } }))
      expect(response.status).toBe(200)
      expect(response.headers.get('access-control-allow-origin')).toBe(value)
      expect(response.headers.get('access-control-expose-headers')).toContain('www-authenticate')
    },
  )

  test.each(eras)('%s: is the same with a slash at its end', async (era) => {
    const answers = await Promise.all(
      ['', '/'].map(async (slash) => {
        const request = post(era, 'tools/list')
        const response = await stack.server(new Request(request.url + slash, request))
        return { status: response.status, body: await response.json() }
      }),
    )
    expect(answers[0]?.status).toBe(200)
    expect(answers[1]).toEqual(answers[0])
  })

  test('with a slash at its end sends to the document about that spelling', async () => {
    const request = post('legacy', 'tools/call', { name: 'prepare_booking', arguments: {} })
    const response = await stack.server(new Request(`${request.url}/`, request))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain(
      'resource_metadata="https://mcp.example.test/.well-known/oauth-protected-resource/mcp/"',
    )
  })

  test('answers the preflight of an allowed page', async () => {
    const response = await send('/mcp', {
      method: 'OPTIONS',
      headers: { origin: 'https://chat.example.test' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toBe('POST')
    expect(response.headers.get('access-control-allow-headers')).toContain('mcp-protocol-version')
  })

  test('a preflight of another page is refused', async () => {
    const response = await send('/mcp', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
    expect(response.status).toBe(403)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'text/json'])(
    'refuses a body of type %s',
    async (type) => {
      const response = await stack.server(post('legacy', 'ping', {}, { headers: { 'content-type': type } }))
      expect(response.status).toBe(415)
    },
  )

  test.each(
    eras.flatMap((era) => ['*/*', 'application/json', 'text/html', ''].map((accept) => ({ era, accept }))),
  )('$era: answers JSON whatever Accept says: "$accept"', async ({ era, accept }) => {
    const response = await stack.server(post(era, 'tools/list', {}, { headers: { accept } }))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
  })

  test.each([
    ['malformed JSON', '{"jsonrpc":', -32700, 400],
    ['an empty body', '', -32700, 400],
    ['a batch', JSON.stringify([{ jsonrpc: '2.0', id: 1, method: 'ping' }]), -32600, 400],
    ['an empty batch', '[]', -32600, 400],
    ['a body of more than 128 KiB', JSON.stringify({ pad: 'x'.repeat(140_000) }), -32600, 413],
    ['a body that nests too deep', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, -32600, 400],
  ])('refuses %s', async (_name, body, code, status) => {
    const request = post('legacy', 'ping')
    const response = await stack.server(new Request(request, { body }))
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } })
  })

  test('a batch cannot smuggle a protected call past the gate', async () => {
    const call = (name: string) => ({ jsonrpc: '2.0', id: name, method: 'tools/call', params: { name } })
    const request = post('legacy', 'ping')
    const response = await stack.server(
      new Request(request, { body: JSON.stringify([call('search_hotels'), call('prepare_booking')]) }),
    )
    expect(response.status).toBe(400)
    expect(stack.outside.asked).toEqual([])
  })

  test('keeps no session: none is given, and one that is sent is ignored', async () => {
    const response = await stack.server(
      post('legacy', 'initialize', initializeParams, { headers: { 'mcp-session-id': 'old' } }),
    )
    expect(response.status).toBe(200)
    expect(response.headers.has('mcp-session-id')).toBe(false)
  })

  test('every answer carries its correlation id and is not cached', async () => {
    const response = await stack.server(post('modern', 'tools/list'))
    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})
