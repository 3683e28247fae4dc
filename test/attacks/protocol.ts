import type { Kind, Row } from './row.ts'
import { kitsOf } from './world/kits.ts'
import type { World } from './world/world.ts'

type Port = 'mcp' | 'hotelApi'

/** Bytes that no client would send, to one of the two APIs: the status that answers them. */
const bytes = (
  port: Port,
  what: string,
  lines: (host: string) => readonly string[],
  stoppedBy: string,
): Row => ({
  tries: `sends ${what} to the ${port === 'mcp' ? 'MCP server' : 'hotel API'}`,
  stoppedBy,
  attack: ({ raw, ports }) => raw(ports[port], `${lines(`127.0.0.1:${ports[port]}`).join('\r\n')}\r\n\r\n`),
})

const target = (port: Port, what: string, line: string, stoppedBy: string): Row =>
  bytes(port, what, (host) => [`${line} HTTP/1.1`, `host: ${host}`, 'connection: close'], stoppedBy)

const both = (make: (port: Port) => Row): Row[] => [make('mcp'), make('hotelApi')]

const message = (
  tries: string,
  body: unknown,
  stoppedBy: string,
  headers: Record<string, string> = {},
): Row => ({
  tries: `sends the MCP server ${tries}`,
  stoppedBy,
  async attack(world: World) {
    const { person } = await kitsOf(world)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return world.tell(await world.mcp('tools/call', {}, { token: await person.token(), body: text, headers }))
  },
})

const call = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'prepare_booking', arguments: {} },
}
const legacy = { 'mcp-protocol-version': '2025-11-25' }

export const protocol: Kind = {
  kind: 'protocol',
  rows: [
    ...both((port) => target(port, 'a target that stands for all', 'OPTIONS *', '400')),
    ...both((port) =>
      target(port, 'a whole address as its target', 'GET http://elsewhere.example/hotels', '403'),
    ),
    ...both((port) => target(port, 'three slashes', 'GET ///', '404')),
    ...both((port) => target(port, 'a path that leads upwards', 'GET /../../etc/passwd', '404')),
    ...both((port) =>
      target(port, 'an encoded path that leads upwards', 'GET /%2e%2e/%2e%2e/etc/passwd', '404'),
    ),
    ...both((port) => target(port, 'bytes that are no text in the path', 'GET /%ff%fe%00', '404')),
    ...both((port) => target(port, 'a method that there is not', 'BREW /mcp', '400')),
    ...both((port) =>
      bytes(
        port,
        'the name of another host',
        () => ['GET /hotels HTTP/1.1', 'host: elsewhere.example', 'connection: close'],
        '403',
      ),
    ),
    ...both((port) => bytes(port, 'no host', () => ['GET /hotels HTTP/1.1', 'connection: close'], '400')),
    ...both((port) =>
      bytes(
        port,
        'a length and chunks at once, to smuggle a request',
        (host) => [
          'POST /booking-quotes HTTP/1.1',
          `host: ${host}`,
          'content-length: 4',
          'transfer-encoding: chunked',
          'connection: close',
          '',
          '0',
        ],
        '400',
      ),
    ),
    ...both((port) =>
      bytes(
        port,
        'two lengths',
        (host) => [
          'POST /mcp HTTP/1.1',
          `host: ${host}`,
          'content-length: 1',
          'content-length: 2',
          'connection: close',
          '',
          '{}',
        ],
        '400',
      ),
    ),
    ...both((port) =>
      bytes(
        port,
        'a header that is longer than any',
        (host) => [
          'GET /hotels HTTP/1.1',
          `host: ${host}`,
          `x-long: ${'a'.repeat(70_000)}`,
          'connection: close',
        ],
        '431',
      ),
    ),
    message(
      'a batch, in which a protected call hides behind a public one',
      [call, call],
      '400 rejected:400: -32600',
      legacy,
    ),
    message('a body that is no JSON', '{"jsonrpc": "2.0",', '400 rejected:400: -32700', legacy),
    message('a body that is empty', '', '400 rejected:400: -32700', legacy),
    message(
      'a body that is deeper than any',
      `${'[{"a":'.repeat(80)}1${'}]'.repeat(80)}`,
      '400 rejected:400: -32600',
      legacy,
    ),
    message(
      'an object that is deeper than any',
      `${'{"a":'.repeat(80)}1${'}'.repeat(80)}`,
      '400 rejected:400: -32600',
      legacy,
    ),
    message(
      'a body that is larger than any',
      JSON.stringify({ ...call, params: { x: 'x'.repeat(140_000) } }),
      '413 rejected:413: -32600',
      legacy,
    ),
    message('a form', 'method=tools/call', '415 rejected:415: -32600', {
      'content-type': 'application/x-www-form-urlencoded',
    }),
    message('a protocol version that nobody speaks', call, '400 rejected:call: -32000', {
      'mcp-protocol-version': '1999-01-01',
    }),
    {
      tries: 'names another method in the header than in the body',
      stoppedBy: '400 rejected:400: -32020',
      async attack({ mcp, tell }) {
        return tell(await mcp('tools/list', {}, { headers: { 'mcp-method': 'tools/call' } }))
      },
    },
    {
      tries: 'names a public tool in the header and a protected one in the body',
      stoppedBy: '401 refused:missing_token: 401',
      async attack({ tool, stay, tell }) {
        return tell(
          await tool(undefined, 'prepare_booking', stay('cheap'), {
            headers: { 'mcp-name': 'search_hotels' },
          }),
        )
      },
    },
    {
      tries: 'sends two tokens in one header',
      stoppedBy: '401 invalid_token: the Authorization header holds no bearer token',
      async attack({ hotelApi, exchanged, stay, tell, ...world }) {
        const token = await exchanged((await kitsOf({ hotelApi, exchanged, stay, tell, ...world })).person)
        return tell(
          await hotelApi('POST /booking-quotes', {
            body: stay(),
            headers: { authorization: `Bearer ${token}, Bearer ${token}` },
          }),
        )
      },
    },
    {
      tries: 'sends its token in the query',
      stoppedBy: '401 missing_token',
      async attack(world) {
        const token = await world.exchanged((await kitsOf(world)).person)
        return world.tell(
          await world.hotelApi(`POST /booking-quotes?access_token=${token}`, { body: world.stay() }),
        )
      },
    },
    {
      tries: 'sends its token in the body',
      stoppedBy: '401 missing_token',
      async attack(world) {
        const access_token = await world.exchanged((await kitsOf(world)).person)
        return world.tell(
          await world.hotelApi('POST /booking-quotes', { body: { ...world.stay(), access_token } }),
        )
      },
    },
    {
      tries: 'says in headers that it came over another host and another method',
      stoppedBy: '405 method_not_allowed',
      async attack({ hotelApi, tell }) {
        const headers = {
          'x-forwarded-host': 'elsewhere.example',
          'x-http-method-override': 'POST',
          'x-original-url': '/booking-quotes',
        }
        return tell(await hotelApi('GET /booking-quotes', { headers }))
      },
    },
    {
      tries: 'has the metadata name a host of its own',
      stoppedBy: 'the metadata names this server',
      async attack({ endpoints }) {
        const headers = {
          'x-forwarded-host': 'elsewhere.example',
          'x-forwarded-proto': 'https',
          forwarded: 'host=elsewhere.example',
        }
        const response = await fetch(new URL('/.well-known/oauth-protected-resource', endpoints.mcp), {
          headers,
        })
        const { resource } = (await response.json()) as { resource: string }
        return `the metadata names ${resource === endpoints.mcp ? 'this server' : resource}`
      },
    },
    ...['PUT', 'DELETE', 'PATCH', 'GET'].map(
      (method): Row => ({
        tries: `uses ${method} on a confirmation`,
        stoppedBy: '405 method_not_allowed; the booking is pending',
        async attack(world: World) {
          const { transactionId } = world.bystander.pending
          return world.tellWith(
            await world.hotelApi(`${method} /booking-intents/${transactionId}/confirm`),
            transactionId,
          )
        },
      }),
    ),
  ],
}
