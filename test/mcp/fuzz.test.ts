// Whatever is sent, the answer is well formed: never a 500, never a hang, never data without a permit.
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { plainText } from '../../lambdas/plain-text.ts'
import { book, createStack, eras, memberRates, origin, post, type Stack, signToken } from './stack.ts'

let stack: Stack
let token: string
beforeAll(async () => {
  stack = await createStack()
  token = await signToken({ scope: `${memberRates} ${book}` })
})

/** A JSON-RPC answer, an SSE stream that has ended, or nothing where nothing is due. */
async function expectWellFormed(request: Request): Promise<void> {
  const response = await stack.server(request)
  expect(response.status).toBeLessThan(500)
  const text = await response.text()
  if (response.status === 202) {
    expect(text).toBe('')
    return
  }
  const type = response.headers.get('content-type')
  const [json] = type === 'text/event-stream' ? (text.match(/(?<=^data: ).*$/m) ?? []) : [text]
  const body = JSON.parse(json ?? '')
  expect(body.jsonrpc).toBe('2.0')
  if (response.status >= 400) {
    expect(typeof body.error.code).toBe('number')
    expect(typeof body.error.message).toBe('string')
  }
  expect(text).not.toMatch(/\bat .*\.[jt]s:\d+|node_modules/)
}

const runs = { numRuns: 150 }
const baseHeaders = { host: new URL(origin).host, 'content-type': 'application/json' }
const methodNames = fc.constantFrom(
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/read',
  'resources/subscribe',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
  'notifications/initialized',
  'notifications/cancelled',
  'tasks/get',
  '__proto__',
  'constructor',
  '',
)

const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  new Request(`${origin}/mcp`, { method: 'POST', headers: { ...baseHeaders, ...headers }, body })

describe('the body', () => {
  test('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        expectWellFormed(send(new Uint8Array(bytes))),
      ),
      runs,
    )
  })

  test('any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), (body) => expectWellFormed(send(body))),
      runs,
    )
  })

  test('anything like a message', async () => {
    const message = fc.record(
      {
        jsonrpc: fc.oneof(fc.constant('2.0'), fc.jsonValue()),
        id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.jsonValue()),
        method: fc.oneof(methodNames, fc.jsonValue()),
        params: fc.oneof(
          fc.record({
            name: fc.jsonValue(),
            uri: fc.jsonValue(),
            arguments: fc.jsonValue(),
            _meta: fc.jsonValue(),
          }),
          fc.jsonValue(),
        ),
        result: fc.jsonValue(),
        error: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(message, (body) => expectWellFormed(send(JSON.stringify(body)))),
      { numRuns: 400 },
    )
  })
})

describe.each(eras)('%s', (era) => {
  const params = fc.oneof(
    fc.record(
      {
        name: fc.oneof(
          fc.constantFrom('search_hotels', 'search_hotels_member_rates', 'prepare_booking', '__proto__'),
          fc.string(),
        ),
        uri: fc.oneof(fc.webUrl(), fc.string(), fc.constant('ui://widget/myhotels-widget.html')),
        arguments: fc.oneof(
          fc.record({ city: fc.oneof(fc.string(), fc.jsonValue()) }),
          fc.dictionary(fc.string(), fc.jsonValue()),
          fc.jsonValue(),
        ),
        cursor: fc.jsonValue(),
        notifications: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
    fc.dictionary(fc.string(), fc.jsonValue()),
  )

  test('any parameters of any method, signed in or not', async () => {
    await fc.assert(
      fc.asyncProperty(methodNames, params, fc.boolean(), (method, given, signedIn) => {
        const name = typeof given.name === 'string' ? given.name : given.uri
        return expectWellFormed(
          post(era, method, given as Record<string, unknown>, {
            token: signedIn ? token : undefined,
            headers: {
              ...(typeof name === 'string'
                ? { 'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=` }
                : { 'mcp-name': '' }),
              'mcp-method': encodeURIComponent(method),
            },
          }),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('any headers', async () => {
    const value = fc.stringMatching(/^[\x20-\x7e]{0,40}$/)
    const headers = fc.record(
      {
        authorization: fc.oneof(
          value,
          value.map((text) => `Bearer ${text}`),
          fc.constant(`Bearer ${'a.'.repeat(30)}a`),
        ),
        accept: value,
        origin: fc.oneof(value, fc.constant('null')),
        'content-type': fc.oneof(value, fc.constant('application/json; charset=utf-16')),
        'content-length': fc.constantFrom('0', '-1', 'x', '99999999999'),
        'mcp-protocol-version': fc.oneof(value, fc.constantFrom('2025-11-25', '2026-07-28', '2099-01-01')),
        'mcp-method': value,
        'mcp-name': fc.oneof(value, fc.constant('=?base64?%%%?=')),
        'mcp-session-id': value,
        'last-event-id': value,
        'user-agent': fc.oneof(value, fc.constant('openai-mcp/1.0.0')),
        'x-correlation-id': value,
        'x-forwarded-host': value,
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('tools/list', 'tools/call', 'ping'), headers, (method, given) =>
        expectWellFormed(
          post(era, method, { name: 'search_hotels', arguments: { city: 'Milan' } }, { headers: given }),
        ),
      ),
      { numRuns: 300 },
    )
  })

  test('any arguments: data comes out only for a city, and the hotel API hears nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()), async (args) => {
        stack.outside.asked.length = 0
        await expectWellFormed(post(era, 'tools/call', { name: 'search_hotels', arguments: args } as never))
        for (const { url } of stack.outside.askedFor('hotels.example.test')) {
          expect([...url.searchParams.keys()]).toEqual(['city'])
          expect(url.pathname).toBe('/hotels')
        }
      }),
      runs,
    )
  })
})

test('any URL', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.webPath(),
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'),
      async (path, method) => {
        const response = await stack.server(new Request(`${origin}${path}`, { method, headers: baseHeaders }))
        expect(response.status).toBeLessThan(500)
      },
    ),
    runs,
  )
})

test('a city travels as one query value, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), async (city) => {
      fc.pre(plainText(city) !== '' && plainText(city).length <= 80)
      stack.outside.asked.length = 0
      await stack.server(post('legacy', 'tools/call', { name: 'search_hotels', arguments: { city } }))
      const [asked] = stack.outside.askedFor('hotels.example.test')
      expect(asked?.url.searchParams.get('city')).toBe(plainText(city))
    }),
    runs,
  )
})
