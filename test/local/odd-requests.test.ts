// Requests that no ordinary client sends, as bytes on a socket, to every server that runs on this machine.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { requestFromEvent, resultFromResponse } from '../../lambdas/http/lambda-http.ts'
import { startChat } from '../../local/chat/start.ts'
import { startHttpApi } from '../../local/cloud/apigateway/http-api.ts'
import { serveAws } from '../../local/cloud/aws/serve-aws.ts'
import { startPingOne } from '../../local/pingone/start.ts'
import { startWorld, type World } from '../hotel-api/world.ts'
import { createStack, type Stack } from '../mcp/stack.ts'

const servers = [
  'hotel API',
  'MCP server',
  'AWS',
  'authorization server',
  'Management API',
  'phone',
  'chat',
  'sandbox',
] as const

const urls = {} as Record<(typeof servers)[number], string>
const logged: string[] = []
const log = (line: string) => void logged.push(line)
const stops: (() => Promise<unknown>)[] = []
let world: World
let stack: Stack

beforeAll(async () => {
  world = await startWorld()
  stops.push(() => world.stop())
  stack = await createStack()
  const behindGateway = async (name: string, handle: (request: Request) => Promise<Response>) => {
    const api = await startHttpApi({
      id: 'a1b2c3d4e5',
      settings: { name, cors: undefined },
      account: '123456789012',
      port: 0,
      clock: Date.now,
      renameWwwAuthenticate: false,
      mayInvoke: () => true,
      async invoke(_arn, event) {
        return resultFromResponse(
          await handle(requestFromEvent(event as Parameters<typeof requestFromEvent>[0])),
        )
      },
    })
    stops.push(api.stop)
    api.routes.set('all', {
      key: '$default',
      integration: { functionArn: 'function', timeoutMilliseconds: 5000 },
    })
    api.setStage({ name: '$default', routeLimits: {} })
    return api.url
  }
  urls['hotel API'] = await behindGateway('hotel API', world.api)
  urls['MCP server'] = await behindGateway('MCP server', stack.server)
  const aws = await serveAws({ what: 'AWS', handlers: { call: async () => ({}) } })
  stops.push(aws.stop)
  urls.AWS = aws.url
  const pingOne = await startPingOne({ log })
  stops.push(pingOne.stop)
  urls['authorization server'] = pingOne.authUrl
  urls['Management API'] = pingOne.apiUrl.replace('/v1', '')
  urls.phone = pingOne.phoneUrl
  const connector = { clientId: 'connector', clientSecret: 'secret' }
  const chat = await startChat({ mcpUrl: `${urls['MCP server']}/mcp`, connector, log })
  stops.push(chat.stop)
  urls.chat = chat.chatUrl
  urls.sandbox = chat.sandboxUrl.replace('localhost', '127.0.0.1')
})

afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

/** The status line and the body of the answer; an empty string when the connection was closed without one. */
async function sendBytes(url: string, text: string): Promise<{ status: number; body: string }> {
  const answer = await new Promise<string>((resolve, reject) => {
    let received = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('end', () => resolve(received))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(received) : reject(error),
    )
    socket.end(text, 'latin1')
  })
  const [head = '', ...body] = answer.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), body: body.join('\r\n\r\n') }
}

const message = (url: string, line: string, headers: readonly string[] = []) =>
  [`${line} HTTP/1.1`, `Host: ${new URL(url).host}`, 'Connection: close', ...headers, '', ''].join('\r\n')

const lines = [
  'GET ///',
  'GET //',
  'GET //evil.example/mcp',
  'GET http://',
  'GET http:///',
  'GET http://user@evil.example/',
  'GET http://evil.example/mcp',
  'GET https://evil.example:444/x?y#z',
  'GET ftp://evil.example/',
  'GET *',
  'OPTIONS *',
  'GET ',
  'GET mcp',
  'GET /%',
  'GET /%00',
  'GET /%ff/%c0%ae',
  'GET /..%2f..%2fetc/passwd',
  'GET /%2e%2e/%2e%2e/',
  'GET /mcp%2F',
  'GET /mcp%3Fx',
  'GET /mcp%0d%0aX-Injected:%201',
  'GET /?%',
  'GET /?%ff=%',
  'GET /\u00ff',
  `GET /${'a/'.repeat(4000)}`,
  'TRACE /',
  'TRACE /mcp',
  'CONNECT evil.example:443',
  'CONNECT /',
  'PROPFIND /',
  'QUERY /mcp',
  'PURGE /',
  'HEAD /',
  'HEAD /mcp',
  'OPTIONS /',
  'DELETE /mcp',
  'POST /',
  'POST /mcp',
]

describe.each(servers)('the %s', (name) => {
  test.each(lines)('answers %j with a refusal or an answer, never with a failure', async (line) => {
    logged.length = 0
    world.log.length = 0
    stack.lines.length = 0

    const { status, body } = await sendBytes(urls[name], message(urls[name], line))

    // Nothing at all: Node closes the connection of a CONNECT that nobody takes.
    if (!line.startsWith('CONNECT')) expect(status).toBeGreaterThanOrEqual(200)
    expect(status === 501 || status < 500 ? 'answered' : `${status} ${body}`).toBe('answered')
    expect(body).not.toMatch(/\bat .*\.(ts|js):\d+|node:internal/)
    expect(logged).toEqual([])
    expect(world.log.filter(({ level }) => level !== 'info')).toEqual([])
    expect(stack.lines.filter(({ failure }) => failure !== undefined)).toEqual([])
  })

  test('answers whatever stands between a method and a version', async () => {
    logged.length = 0
    const target = fc
      .tuple(
        fc.constantFrom(
          '',
          '/',
          '//',
          '/mcp',
          '/hotels?city=',
          'http://',
          `http://${new URL(urls[name]).host}`,
          '*',
        ),
        fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)) }),
      )
      .map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'TRACE'),
        target,
        async (method, at) => {
          const { status } = await sendBytes(urls[name], message(urls[name], `${method} ${at}`))
          expect(status === 501 || (status >= 200 && status < 500) ? 'answered' : status).toBe('answered')
        },
      ),
      { numRuns: 60 },
    )
    expect(logged).toEqual([])
  })

  test('takes an absolute target for what it names, whatever Host says', async () => {
    const { host } = new URL(urls[name])
    const asked = async (target: string, named: string) =>
      (await sendBytes(urls[name], `GET ${target} HTTP/1.1\r\nHost: ${named}\r\nConnection: close\r\n\r\n`))
        .status

    // RFC 9112 section 3.2.2: the target's authority counts, and the Host header does not.
    expect(await asked(`http://${host}/nowhere`, 'evil.example')).toBe(await asked('/nowhere', host))
    expect(await asked('http://evil.example/nowhere', host)).toBe(await asked('/nowhere', 'evil.example'))
  })

  test('has no content for HEAD', async () => {
    expect((await sendBytes(urls[name], message(urls[name], 'HEAD /'))).body).toBe('')
  })

  test.each([
    ['7 MB', 7_000_000],
    ['9 MB', 9_000_000],
    ['17 MB', 17_000_000],
  ])('answers a body of %s with a refusal', async (_size, length) => {
    logged.length = 0
    const head = message(urls[name], 'POST /mcp', ['Content-Type: text/plain', `Content-Length: ${length}`])

    const { status } = await sendBytes(urls[name], `${head}${'x'.repeat(length)}`)

    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(logged).toEqual([])
  })
})

test.each([
  ['hotel API', 413],
  ['MCP server', 413],
  ['AWS', 413],
  ['authorization server', 413],
  ['Management API', 413],
  ['phone', 413],
  ['chat', 413],
  ['sandbox', 413],
] as const)('the %s refuses a body above its limit with %d', async (name, status) => {
  const length = 17_000_000
  const head = message(urls[name], 'POST /', ['Content-Type: text/plain', `Content-Length: ${length}`])

  expect((await sendBytes(urls[name], `${head}${'x'.repeat(length)}`)).status).toBe(status)
})
