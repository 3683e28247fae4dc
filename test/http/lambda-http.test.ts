import { describe, expect, test } from '@jest/globals'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import fc from 'fast-check'
import { requestFromEvent, resultFromResponse } from '../../lambdas/http/lambda-http.ts'

/** As API Gateway sends it; the parts that matter here. */
function event(changes: Partial<APIGatewayProxyEventV2> & { method?: string } = {}): APIGatewayProxyEventV2 {
  const { method = 'GET', ...rest } = changes
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/mcp',
    rawQueryString: '',
    headers: { host: 'a1b2c3.execute-api.eu-central-1.amazonaws.com', 'x-forwarded-proto': 'https' },
    isBase64Encoded: false,
    requestContext: {
      domainName: 'a1b2c3.execute-api.eu-central-1.amazonaws.com',
      http: { method, path: '/mcp' },
    } as APIGatewayProxyEventV2['requestContext'],
    ...rest,
  }
}

describe('the request of an event', () => {
  test('has the address that API Gateway vouches for, whatever Host says', () => {
    const request = requestFromEvent(
      event({ headers: { host: 'evil.example' }, rawQueryString: 'a=1&b=%20' }),
    )

    expect(request.url).toBe('https://a1b2c3.execute-api.eu-central-1.amazonaws.com/mcp?a=1&b=%20')
    expect(request.headers.get('host')).toBe('evil.example')
  })

  test.each([
    ['/booking-intents/a b', '/booking-intents/a%20b', ''],
    ['/me?admin=true', '/me%3Fadmin%3Dtrue', ''],
    ['/a#b', '/a%23b', '?q=1'],
    ['/100%', '/100%25', ''],
    ['/%2e%2e/x', '/%252e%252e/x', ''],
    ['/caf\u00e9/\ud800', '/caf%C3%A9/%EF%BF%BD', ''],
    ['///', '///', ''],
    ['//evil.example/mcp', '//evil.example/mcp', ''],
    ['/\\evil.example', '/%5Cevil.example', ''],
    ['http://evil.example/mcp', '/http%3A//evil.example/mcp', ''],
    ['*', '/*', ''],
    ['', '/', ''],
  ])('for the decoded path %j has the path %s', (rawPath, pathname, search) => {
    const url = new URL(requestFromEvent(event({ rawPath, rawQueryString: search.slice(1) })).url)

    expect([url.host, url.pathname, url.search]).toEqual([
      'a1b2c3.execute-api.eu-central-1.amazonaws.com',
      pathname,
      search,
    ])
  })

  test('is of the gateway\u2019s own host, and holds the path as it was, whatever came', () => {
    const anything = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(anything, anything, (path, rawQueryString) => {
        const rawPath = `/${path}`
        const { url } = requestFromEvent(event({ rawPath, rawQueryString }))
        const { host, pathname, hash } = new URL(url)

        expect([host, hash]).toEqual(['a1b2c3.execute-api.eu-central-1.amazonaws.com', ''])
        // A URL cannot hold segments of dots; anything else comes through.
        fc.pre(!rawPath.split('/').some((segment) => segment === '.' || segment === '..'))
        expect(decodeURIComponent(pathname)).toBe(rawPath.toWellFormed())
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['plain', 'hällo', false],
    ['base64', Buffer.from('hällo').toString('base64'), true],
  ])('has the body that came %s', async (_how, body, isBase64Encoded) => {
    const request = requestFromEvent(event({ method: 'POST', body, isBase64Encoded }))

    expect(await request.text()).toBe('hällo')
  })

  test('has the cookies that API Gateway sets apart', () => {
    expect(requestFromEvent(event({ cookies: ['a=1', 'b=2'] })).headers.get('cookie')).toBe('a=1; b=2')
  })

  test.each(['TRACE', 'CONNECT', 'track'])('says %s in a way that a request can hold', (method) => {
    expect(requestFromEvent(event({ method, body: 'x' })).method).toBe(`X-${method}`)
  })

  test('has headers in any script, as the bytes that came', () => {
    const { headers } = requestFromEvent(event({ headers: { host: 'a', 'x-city': 'München €' } }))

    expect(Buffer.from(headers.get('x-city') ?? '', 'latin1').toString()).toBe('München €')
  })

  test.each(['a\u0000b', 'a\nb', 'a\rb'])('never loses a header whose value is wrong: %j', (value) => {
    const { headers } = requestFromEvent(event({ headers: { host: 'a', authorization: value } }))

    expect(headers.get('authorization')).toBe('a?b')
  })

  test('leaves out what cannot be a header', () => {
    const { headers } = requestFromEvent(event({ headers: { host: 'a', 'x a': 'b', '': 'c' } }))

    expect([...headers.keys()]).toEqual(['host'])
  })

  test('has no body where the method allows none', () => {
    expect(requestFromEvent(event({ method: 'GET', body: 'x' })).body).toBeNull()
  })
})

describe('the result of a response', () => {
  test('has status, headers and text', async () => {
    const result = await resultFromResponse(
      Response.json({ ok: true }, { status: 201, headers: { 'x-a': '1' } }),
    )

    expect(result).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json', 'x-a': '1' },
      body: '{"ok":true}',
      isBase64Encoded: false,
    })
  })

  test('sets cookies apart', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1; Path=/'],
      ['set-cookie', 'b=2'],
    ])

    expect((await resultFromResponse(new Response(null, { headers }))).cookies).toEqual([
      'a=1; Path=/',
      'b=2',
    ])
  })

  test.each([
    ['text/html;profile=mcp-app'],
    ['application/problem+json'],
    ['application/json; charset=utf-8'],
  ])('sends %s as it is', async (type) => {
    const result = await resultFromResponse(new Response('é', { headers: { 'content-type': type } }))

    expect(result).toMatchObject({ body: 'é', isBase64Encoded: false })
  })

  test('brings any bytes through', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (bytes) => {
        const response = new Response(Buffer.from(bytes), { headers: { 'content-type': 'image/png' } })

        const result = await resultFromResponse(response)

        expect(result.isBase64Encoded).toBe(true)
        expect(Buffer.from(result.body ?? '', 'base64')).toEqual(Buffer.from(bytes))
      }),
      { numRuns: 50 },
    )
  })
})
