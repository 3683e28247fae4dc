// A chat with an app in it: the page, and the small backend that is the MCP client.
import { listenLoopback } from '../http/listen-loopback.ts'
import { webListener } from '../http/web-listener.ts'
import { callbackUrl } from './callback-url.ts'
import { bundlePage } from './page/bundle-page.ts'
import { createSandboxServer } from './sandbox/serve-sandbox.ts'
import { createChatServer } from './server/serve-chat.ts'

export type ChatUser = { username: string; givenName?: string; password: string; inGroup?: boolean }

export type ChatOptions = {
  /** @example 'http://127.0.0.1:4110/mcp' */
  mcpUrl: string
  /** The client that is registered for the chat's callback URL. */
  connector: { clientId: string; clientSecret: string }
  /** @default 0, any free port */
  ports?: { chat?: number; sandbox?: number }
  /** The page where approvals are given. */
  phoneUrl?: string
  /** Shown beside the sign-in: these are made-up people of this machine. */
  users?: readonly ChatUser[]
  log?: (line: string) => void
}

export type Chat = {
  chatUrl: string
  /** Another origin, where widgets live. */
  sandboxUrl: string
  callbackUrl: string
  stop(): Promise<void>
}

const mebibyte = 1024 * 1024

/** Starts the page and its backend. */
export async function startChat(options: ChatOptions): Promise<Chat> {
  const log = options.log ?? (() => {})
  const assets = await bundlePage()
  const open: { stop(): Promise<void> }[] = []
  const stop = async () => {
    await Promise.all(open.splice(0).map((part) => part.stop()))
  }
  try {
    const chat = await listenLoopback({ port: options.ports?.chat ?? 0, what: 'the chat' })
    open.push(chat)
    const sandbox = await listenLoopback({ port: options.ports?.sandbox ?? 0, what: "the chat's sandbox" })
    open.push(sandbox)
    // Another host name too, not another port alone: cookies do not know ports.
    const sandboxUrl = sandbox.url.replace('127.0.0.1', 'localhost')
    const frames = createSandboxServer({ chatUrl: chat.url, script: assets.sandboxScript })
    sandbox.serve(webListener(frames.answer, { baseUrl: sandboxUrl, largestBody: 0, log }))
    const port = Number(new URL(chat.url).port)
    const server = createChatServer({
      chatUrl: chat.url,
      sandboxUrl,
      callbackUrl: callbackUrl(port),
      mcpUrl: options.mcpUrl,
      connector: options.connector,
      phoneUrl: options.phoneUrl,
      users: options.users ?? [],
      assets,
      frames,
      log,
    })
    open.push(server)
    chat.serve(webListener(server.answer, { baseUrl: chat.url, largestBody: mebibyte, log }))
    return { chatUrl: chat.url, sandboxUrl, callbackUrl: callbackUrl(port), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
