import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { CallAnswer } from '../../../../local/chat/server/serve-chat.ts'
import { type Chat, startChat } from '../../../../local/chat/start.ts'
import { connector, type FakeMcpServer, startFakeMcpServer } from '../fake-mcp-server.ts'

let mcp: FakeMcpServer
let chat: Chat

beforeEach(async () => {
  mcp = await startFakeMcpServer()
  chat = await startChat({
    mcpUrl: mcp.mcpUrl,
    connector,
    users: [{ username: 'anna', password: 'secret-of-anna' }],
  })
})
afterEach(async () => {
  await chat.stop()
  await mcp.stop()
})

/** A browser without a page: it keeps cookies and follows nothing by itself. */
function createBrowser() {
  let cookie = ''
  const ask = async (url: string, init: RequestInit = {}) => {
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { ...(cookie === '' ? {} : { cookie }), ...(init.headers as Record<string, string>) },
    })
    const [set] = response.headers.getSetCookie()
    if (set !== undefined) cookie = set.split(';')[0] ?? ''
    return response
  }
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(`${chat.chatUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: chat.chatUrl, ...headers },
      body: JSON.stringify(body),
    })
  const call = async (name: string, args: object = {}, more: object = {}): Promise<CallAnswer> => {
    const response = await post('/api/call', { name, arguments: args, from: 'model', ...more })
    return (await response.json()) as CallAnswer
  }
  const signIn = async (need: { scope?: string | undefined; resourceMetadataUrl?: string | undefined }) => {
    const query = new URLSearchParams({
      scope: need.scope ?? '',
      ...(need.resourceMetadataUrl === undefined ? {} : { resource_metadata: need.resourceMetadataUrl }),
    })
    const start = await ask(`${chat.chatUrl}/oauth/start?${query}`)
    const authorized = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' })
    return await ask(authorized.headers.get('location') ?? '')
  }
  const session = async () =>
    (await (await ask(`${chat.chatUrl}/api/session`)).json()) as Record<string, unknown>
  return { ask, post, call, signIn, session }
}

describe('the session', () => {
  test('knows the server and its tools, but not those that are for the widget alone', async () => {
    const session = await createBrowser().session()

    expect(session).toMatchObject({ connected: true, server: { name: 'Fake hotels' } })
    expect((session.tools as { name: string }[]).map(({ name }) => name)).toEqual([
      'search_hotels',
      'search_hotels_member_rates',
      'prepare_booking',
      'finalize_booking',
      'model_only',
    ])
  })

  test('says so when the server is gone', async () => {
    await mcp.stop()

    expect(await createBrowser().session()).toMatchObject({
      connected: false,
      problem: expect.stringContaining(mcp.mcpUrl),
    })
  })
})

describe('a call', () => {
  test('gives the tool’s result and how long it took', async () => {
    const answer = await createBrowser().call('search_hotels', { city: 'Milan' })

    expect(answer).toMatchObject({
      milliseconds: expect.any(Number),
      result: { structuredContent: { memberRates: false } },
    })
  })

  test.each([
    ['app_only', 'model'],
    ['model_only', 'app'],
    ['no_such_tool', 'model'],
  ])('of %s by the %s is refused before it reaches the server', async (name, from) => {
    const answer = await createBrowser().call(name, {}, { from })

    expect(answer.error).toMatchObject({ code: -32602, message: expect.stringContaining('may not call') })
    expect(mcp.calls).toEqual([])
  })

  test.each([
    ['app_only', 'app'],
    ['model_only', 'model'],
  ])('of %s by the %s is let through', async (name, from) => {
    const answer = await createBrowser().call(name, {}, { from })

    expect(answer.result).toMatchObject({ content: [{ type: 'text' }] })
  })

  test.each([
    [{ name: 'search_hotels' }],
    [{ name: 'search_hotels', arguments: [], from: 'model' }],
    [{ name: 'search_hotels', arguments: {}, from: 'admin' }],
    [{ name: 'search_hotels', arguments: {}, from: 'model', extra: 1 }],
    ['x'],
  ])('that is none is refused: %j', async (body) => {
    expect((await createBrowser().post('/api/call', body)).status).toBe(400)
  })

  test('survives a restart of the server', async () => {
    const { call } = createBrowser()
    await call('search_hotels', { city: 'Milan' })
    mcp.answer('search_hotels', () => undefined)
    expect((await call('search_hotels', { city: 'Milan' })).error).toBeDefined()
    mcp.answer('search_hotels', undefined)

    expect((await call('search_hotels', { city: 'Milan' })).result).toBeDefined()
  })
})

describe('signing in', () => {
  test('is asked for by an HTTP challenge, and the call then goes through', async () => {
    const browser = createBrowser()
    const refused = await browser.call('search_hotels_member_rates', { city: 'Milan' })
    expect(refused.signIn).toMatchObject({ shape: 'HTTP 401', scope: 'rates', words: 'Sign in to go on' })

    const landed = await browser.signIn(refused.signIn ?? {})

    expect(landed.status).toBe(200)
    expect((await browser.session()).user).toBe('Anna')
    const answer = await browser.call('search_hotels_member_rates', { city: 'Milan' })
    expect(answer.result).toMatchObject({ structuredContent: { memberName: 'Anna' } })
  })

  test('is asked for by a tool result when the server speaks to a host like ChatGPT', async () => {
    const answer = await createBrowser().call(
      'search_hotels_member_rates',
      { city: 'Milan' },
      { likeChatGpt: true },
    )

    expect(answer.signIn).toMatchObject({ shape: 'tool result', scope: 'rates' })
    expect(mcp.calls[0]?.meta).toHaveProperty('openai/locale')
  })

  test('sends PKCE, the resource and the registered client', async () => {
    const browser = createBrowser()
    await browser.signIn((await browser.call('search_hotels_member_rates')).signIn ?? {})

    const asked = Object.fromEntries(mcp.authorizations[0] ?? [])
    expect(asked).toMatchObject({
      response_type: 'code',
      client_id: connector.clientId,
      redirect_uri: chat.callbackUrl,
      code_challenge_method: 'S256',
      resource: mcp.mcpUrl,
      scope: 'rates',
    })
    const [token] = mcp.tokenRequests
    expect(token?.authorization).toMatch(/^Basic /)
    expect(Object.fromEntries(token?.body ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      resource: mcp.mcpUrl,
      redirect_uri: chat.callbackUrl,
    })
    expect(token?.body.has('client_secret')).toBe(false)
  })

  test('again for more keeps what was granted', async () => {
    const browser = createBrowser()
    await browser.signIn((await browser.call('search_hotels_member_rates')).signIn ?? {})
    const refused = await browser.call('prepare_booking', { nights: 1 })
    expect(refused.signIn).toMatchObject({ shape: 'HTTP 403', scope: 'book' })

    await browser.signIn(refused.signIn ?? {})

    expect(mcp.authorizations[1]?.get('scope')).toBe('rates book')
    expect((await browser.call('prepare_booking', { nights: 1 })).result).toBeDefined()
    expect((await browser.call('search_hotels_member_rates')).result).toBeDefined()
  })

  test('is renewed unseen when the token has expired', async () => {
    const browser = createBrowser()
    await browser.signIn((await browser.call('search_hotels_member_rates')).signIn ?? {})
    mcp.expireTokens()

    const answer = await browser.call('search_hotels_member_rates')

    expect(answer.result).toBeDefined()
    expect(mcp.tokenRequests.at(-1)?.body.get('grant_type')).toBe('refresh_token')
  })

  test('belongs to one browser', async () => {
    const browser = createBrowser()
    await browser.signIn((await browser.call('search_hotels_member_rates')).signIn ?? {})

    expect((await createBrowser().call('search_hotels_member_rates')).signIn).toBeDefined()
  })

  test('ends with a sign-out, and the next one asks who it is', async () => {
    const browser = createBrowser()
    await browser.signIn((await browser.call('search_hotels_member_rates')).signIn ?? {})

    await browser.post('/api/sign-out', {})

    expect((await browser.session()).user).toBeUndefined()
    const again = await browser.call('search_hotels_member_rates')
    await browser.signIn(again.signIn ?? {})
    expect(mcp.authorizations.at(-1)?.get('prompt')).toBe('login')
  })

  test.each([
    ['a state of nobody', (url: URL) => url.searchParams.set('state', 'x')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'http://evil.example')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    [
      'a refusal',
      (url: URL) => {
        url.searchParams.set('error', 'access_denied')
        url.searchParams.set('error_description', '<b>no</b>')
      },
    ],
  ])('fails at a callback with %s', async (_, change) => {
    const browser = createBrowser()
    await browser.session()
    const start = await browser.ask(`${chat.chatUrl}/oauth/start?scope=rates`)
    const authorized = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' })
    const callback = new URL(authorized.headers.get('location') ?? '')
    change(callback)

    const landed = await browser.ask(callback.href)

    expect(landed.status).toBe(400)
    expect(await landed.text()).not.toContain('<b>')
    expect((await browser.session()).user).toBeUndefined()
  })

  test('does not work twice with one code, nor in another browser', async () => {
    const browser = createBrowser()
    await browser.session()
    const start = await browser.ask(`${chat.chatUrl}/oauth/start?scope=rates`)
    const authorized = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' })
    const callback = authorized.headers.get('location') ?? ''

    expect((await createBrowser().ask(callback)).status).toBe(400)
    expect((await browser.ask(callback)).status).toBe(200)
    expect((await browser.ask(callback)).status).toBe(400)
  })

  test('does not fetch metadata from where a foreign link says', async () => {
    const browser = createBrowser()
    await browser.session()

    const start = await browser.ask(
      `${chat.chatUrl}/oauth/start?scope=rates&resource_metadata=${encodeURIComponent('http://127.0.0.1:9/evil')}`,
    )

    expect(new URL(start.headers.get('location') ?? '').origin).toBe(new URL(mcp.mcpUrl).origin)
  })

  test('leaves no token in what the page can read', async () => {
    const browser = createBrowser()
    const refused = await browser.call('search_hotels_member_rates')
    await browser.signIn(refused.signIn ?? {})

    const seen = JSON.stringify([
      refused,
      await browser.session(),
      await browser.call('search_hotels_member_rates'),
    ])

    expect(seen).not.toContain(mcp.calls.at(-1)?.token)
    expect(seen).not.toContain(connector.clientSecret)
  })
})

describe('the widget’s resource', () => {
  test('comes with its document and a frame on another origin under its policy', async () => {
    const response = await createBrowser().post('/api/resource', { uri: 'ui://widget/fake.html' })
    const widget = (await response.json()) as { html: string; frameUrl: string }
    const frame = await fetch(widget.frameUrl)

    expect(widget.html).toBe(mcp.widgetHtml)
    expect(new URL(widget.frameUrl).host).not.toBe(new URL(chat.chatUrl).host)
    const policy = frame.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'none'")
    expect(policy).toContain(`frame-ancestors ${chat.chatUrl}`)
  })

  test('that is no widget is refused', async () => {
    mcp.widgetHtml = ''

    const response = await createBrowser().post('/api/resource', { uri: 'ui://widget/fake.html' })

    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('cannot be loaded') },
    })
  })

  test('has no frame until it was read', async () => {
    expect((await fetch(`${chat.sandboxUrl}/frame/00000000-0000-4000-8000-000000000000`)).status).toBe(404)
  })
})

describe('other sites', () => {
  test.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['the sandbox', { origin: 'http://localhost:1' }],
    ['no JSON', { 'content-type': 'text/plain' }],
  ])('cannot call: %s', async (_, headers) => {
    const response = await createBrowser().post(
      '/api/call',
      { name: 'search_hotels', arguments: {}, from: 'model' },
      headers,
    )

    expect(response.status).toBe(403)
    expect(mcp.calls).toEqual([])
  })

  test('cannot frame the page, and it loads from itself alone', async () => {
    const response = await createBrowser().ask(chat.chatUrl)

    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain(`frame-src ${chat.sandboxUrl}`)
    expect(response.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
  })

  test('find nothing under another host name', async () => {
    const port = new URL(chat.chatUrl).port
    const local = await fetch(`http://localhost:${port}/x?y=1`, { redirect: 'manual' })

    expect(local.headers.get('location')).toBe(`${chat.chatUrl}/x?y=1`)
  })
})
