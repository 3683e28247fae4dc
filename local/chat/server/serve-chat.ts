// The chat's backend: hands out the page, holds the MCP client of each browser, and signs people in.
import { ProtocolError } from '@modelcontextprotocol/client'
import * as z from 'zod'
import type { PageAssets } from '../page/bundle-page.ts'
import type { SandboxServer } from '../sandbox/serve-sandbox.ts'
import type { ChatUser } from '../start.ts'
import { challengeInResult, SignInRequired } from './challenge.ts'
import { connectMcp, type McpConnection } from './mcp-connection.ts'
import { callbackPage, chatPage, notSignedInPage, problemPage } from './pages.ts'
import { createSessions, type Session } from './session.ts'
import { beginSignIn, finishSignIn, joinScopes, nameInToken, type OAuthSetting } from './sign-in.ts'
import { mayCall, widgetUriOf } from './tool-visibility.ts'
import { widgetOfResource } from './widget-of-resource.ts'

export type ChatServerSetting = OAuthSetting & {
  chatUrl: string
  sandboxUrl: string
  phoneUrl: string | undefined
  users: readonly ChatUser[]
  assets: PageAssets
  frames: SandboxServer
  log: (line: string) => void
}

/** What `POST /api/call` answers. */
export type CallAnswer = {
  milliseconds: number
  result?: unknown
  /** The call waits for a sign-in. */
  signIn?: {
    words: string
    scope?: string
    resourceMetadataUrl?: string
    shape: 'HTTP 401' | 'HTTP 403' | 'tool result'
  }
  error?: { message: string; code?: number }
}

const callSchema = z.strictObject({
  name: z.string().min(1).max(128),
  arguments: z.record(z.string(), z.unknown()),
  from: z.enum(['model', 'app']),
  /** Sends the hints that ChatGPT sends. */
  likeChatGpt: z.boolean().default(false),
  locale: z.string().max(40).default('en'),
})
const resourceSchema = z.strictObject({ uri: z.string().startsWith('ui://').max(500) })

const json = (value: unknown, status = 200) =>
  Response.json(value, { status, headers: { 'cache-control': 'no-store' } })

export function createChatServer(setting: ChatServerSetting) {
  const sessions = createSessions()
  const { host } = new URL(setting.chatUrl)

  const connectionOf = async (session: Session): Promise<McpConnection> => {
    session.connection ??= await connectMcp(setting, session)
    return session.connection
  }

  async function describeSession(session: Session): Promise<Response> {
    const common = {
      phoneUrl: setting.phoneUrl,
      users: setting.users.map(({ username, password, inGroup }) => ({ username, password, inGroup })),
      sandboxUrl: setting.sandboxUrl,
      mcpUrl: setting.mcpUrl,
      user: nameInToken(session.tokens),
    }
    try {
      const { tools, server } = await connectionOf(session)
      return json({
        ...common,
        connected: true,
        server,
        tools: tools
          .filter((tool) => mayCall(tool, 'model'))
          .map((tool) => ({
            name: tool.name,
            title: tool.title ?? tool.name,
            widgetUri: widgetUriOf(tool),
            consequential: tool.annotations?.destructiveHint === true,
          })),
      })
    } catch (error) {
      if (error instanceof SignInRequired)
        return json({ ...common, connected: false, signIn: signInFor(error) })
      setting.log(`connecting failed: ${String(error)}`)
      return json({
        ...common,
        connected: false,
        problem: `The MCP server at ${setting.mcpUrl} cannot be reached.`,
      })
    }
  }

  const signInFor = ({ status, challenge, message }: SignInRequired): NonNullable<CallAnswer['signIn']> => ({
    words: message,
    shape: status === 401 ? 'HTTP 401' : 'HTTP 403',
    ...(challenge.scope === undefined ? {} : { scope: challenge.scope }),
    ...(challenge.resourceMetadataUrl === undefined
      ? {}
      : { resourceMetadataUrl: challenge.resourceMetadataUrl.href }),
  })

  async function call(session: Session, request: Request): Promise<Response> {
    const body = callSchema.safeParse(await readJson(request))
    if (!body.success) return json({ error: { message: 'That is no tool call.' } }, 400)
    const { name, from, likeChatGpt, locale } = body.data
    const began = performance.now()
    const answer = (rest: Omit<CallAnswer, 'milliseconds'>) =>
      json({ milliseconds: Math.round(performance.now() - began), ...rest } satisfies CallAnswer)
    try {
      const connection = await connectionOf(session)
      const tool = connection.tools.find((candidate) => candidate.name === name)
      if (tool === undefined || !mayCall(tool, from)) {
        return answer({
          error: {
            code: -32602,
            message: `The ${from === 'app' ? 'widget' : 'model'} may not call ${name}.`,
          },
        })
      }
      const meta = likeChatGpt ? { 'openai/locale': locale, 'openai/userAgent': 'myhotels-local-chat' } : {}
      const result = await connection.callTool(name, body.data.arguments, meta)
      const challenge = result.isError === true ? challengeInResult(result._meta) : undefined
      if (challenge === undefined) return answer({ result })
      const { scope, description, resourceMetadataUrl } = challenge
      return answer({
        result,
        signIn: {
          words: description ?? 'Sign in to continue.',
          shape: 'tool result',
          ...(scope === undefined ? {} : { scope }),
          ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: resourceMetadataUrl.href }),
        },
      })
    } catch (error) {
      if (error instanceof SignInRequired) return answer({ signIn: signInFor(error) })
      if (error instanceof ProtocolError)
        return answer({ error: { code: error.code, message: error.message } })
      setting.log(
        `${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
      // The next call connects anew: the server may have been restarted.
      void session.connection?.close().catch(() => {})
      session.connection = undefined
      return answer({ error: { message: 'The MCP server did not answer. Try again in a moment.' } })
    }
  }

  async function resource(session: Session, request: Request): Promise<Response> {
    const body = resourceSchema.safeParse(await readJson(request))
    if (!body.success) return json({ error: { message: 'That is no widget address.' } }, 400)
    try {
      const connection = await connectionOf(session)
      const widget = widgetOfResource(await connection.readResource(body.data.uri))
      return json({
        html: widget.html,
        csp: widget.csp,
        prefersBorder: widget.prefersBorder,
        frameUrl: `${setting.sandboxUrl}${setting.frames.frameFor(widget.csp)}`,
      })
    } catch (error) {
      if (error instanceof SignInRequired) return json({ signIn: signInFor(error) })
      setting.log(`${body.data.uri} failed: ${String(error)}`)
      return json({ error: { message: 'The widget cannot be loaded. The answer stands in words above.' } })
    }
  }

  async function signIn(session: Session, url: URL): Promise<Response> {
    const metadata = url.searchParams.get('resource_metadata')
    try {
      const target = await beginSignIn(setting, session, {
        scope: joinScopes(url.searchParams.get('scope') ?? undefined),
        // A link that somebody else made must not send the client elsewhere for its metadata.
        resourceMetadataUrl:
          metadata !== null &&
          URL.canParse(metadata) &&
          new URL(metadata).origin === new URL(setting.mcpUrl).origin
            ? new URL(metadata)
            : undefined,
      })
      return new Response(null, {
        status: 302,
        headers: { location: target.href, 'cache-control': 'no-store' },
      })
    } catch (error) {
      setting.log(`beginning a sign-in failed: ${String(error)}`)
      return page(
        problemPage('The sign-in could not begin', 'The authorization server cannot be reached.'),
        502,
      )
    }
  }

  async function callback(session: Session | undefined, url: URL): Promise<Response> {
    try {
      if (session === undefined)
        throw new Error('This browser has no conversation here. Open the chat and sign in again.')
      await finishSignIn(setting, session, url)
      return page(callbackPage())
    } catch (error) {
      const words = error instanceof Error ? error.message : 'The sign-in was not completed.'
      setting.log(`finishing a sign-in failed: ${words}`)
      return page(notSignedInPage(words), 400)
    }
  }

  const page = (html: string, status = 200) =>
    new Response(html, { status, headers: { ...pageHeaders, 'content-type': 'text/html; charset=utf-8' } })

  const pageHeaders = {
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self'",
      `frame-src ${setting.sandboxUrl}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  const asset = (text: string, type: string) =>
    new Response(text, {
      headers: {
        'content-type': `${type}; charset=utf-8`,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      },
    })

  return {
    async answer(request: Request): Promise<Response> {
      const url = new URL(request.url)
      const requestHost = request.headers.get('host')
      if (requestHost !== host) {
        // The callback is registered for this one name; a page at another name would lose its session there.
        if (requestHost === host.replace('127.0.0.1', 'localhost') && request.method === 'GET') {
          return new Response(null, {
            status: 302,
            headers: { location: `${setting.chatUrl}${url.pathname}${url.search}` },
          })
        }
        return json({ error: { message: `Open ${setting.chatUrl} instead.` } }, 421)
      }
      const route = `${request.method} ${url.pathname}`
      switch (route) {
        case 'GET /chat.js':
          return asset(setting.assets.pageScript, 'text/javascript')
        case 'GET /chat.css':
          return asset(setting.assets.pageStyle, 'text/css')
        case 'GET /favicon.ico':
          return new Response(null, { status: 204 })
        case 'GET /oauth/callback':
          return callback(sessions.find(request), url)
      }
      const { session, cookie } = sessions.findOrMake(request)
      const response = await answerInSession(session, request, url, route)
      if (cookie !== undefined) response.headers.append('set-cookie', cookie)
      return response
    },
    async stop(): Promise<void> {
      await Promise.all([...sessions.all()].map(({ connection }) => connection?.close().catch(() => {})))
    },
  }

  async function answerInSession(
    session: Session,
    request: Request,
    url: URL,
    route: string,
  ): Promise<Response> {
    if (route === 'GET /') return page(chatPage())
    if (route === 'GET /oauth/start') return await signIn(session, url)
    if (route === 'GET /api/session') return await describeSession(session)
    if (request.method === 'POST') {
      // Another site can neither send this origin nor this content type without asking first.
      if (
        request.headers.get('origin') !== setting.chatUrl ||
        request.headers.get('content-type')?.startsWith('application/json') !== true
      ) {
        return json({ error: { message: 'Only the chat page may ask this.' } }, 403)
      }
      if (route === 'POST /api/call') return await call(session, request)
      if (route === 'POST /api/resource') return await resource(session, request)
      if (route === 'POST /api/sign-out') {
        session.tokens = undefined
        session.askWho = true
        return json({})
      }
    }
    return json({ error: { message: 'There is nothing here.' } }, 404)
  }
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    return undefined
  }
}
