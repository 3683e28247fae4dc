// Mounts the built widget as the strictest known host does: an opaque origin, and a policy that allows inline script
// and style and nothing else. The host is scripted by the test.
import type { Browser, BrowserContextOptions, Frame, Page } from 'playwright-core'
import { buildWidget } from '../../widget/build.ts'

export const strictestPolicy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'none'; font-src 'none'; " +
  "connect-src 'none'; media-src 'none'; worker-src 'none'; frame-src 'none'; object-src 'none'; base-uri 'none'; " +
  "form-action 'none'"

export type HostScript = {
  theme?: 'light' | 'dark'
  displayMode?: 'inline' | 'fullscreen'
  availableDisplayModes?: string[]
  locale?: string
  hostCapabilities?: object
  /** Besides or instead of the context above; what is null is left out. */
  hostContext?: object
  /** Extra script before the widget's own, for example a `window.openai`. */
  before?: string
  /**
   * False keeps the host's half of the bridge silent; 'late' until `answerBridge`; 'refuses' answers with an error;
   * 'deaf' hears nothing that comes before `answerBridge`.
   */
  bridge?: false | 'late' | 'refuses' | 'deaf'
  /** How many widgets the page shows. @default 1 */
  widgets?: number
  /** Height of a frame that does not follow its content, in pixels. */
  fixedHeight?: number
  /** Time passes only when the test says so. */
  scriptedClock?: boolean
  /** Sandbox tokens of the widget's frame. */
  sandbox?: string
}

export type ToolCall = { name: string; arguments: Record<string, unknown> }

export type MountedWidget = {
  page: Page
  frame: Frame
  /** Everything the browser refused or that the page threw. */
  complaints: string[]
  calls: ToolCall[]
  /** What the widget sent, but for tool calls. */
  sent: { method: string; params: Record<string, unknown> }[]
  /** Answers tool calls; a thrown object becomes a JSON-RPC error. */
  answer(reply: (call: ToolCall) => unknown): void
  /** The frames of all widgets; `frame` is the first. */
  frames: Frame[]
  answerBridge(): Promise<void>
  /** To the first widget, to another, or to all of them. */
  notify(method: string, params: unknown, to?: number | 'all'): Promise<void>
  request(method: string, params?: unknown): Promise<unknown>
  close(): Promise<void>
}

const hostPage = (script: HostScript) => `<!doctype html><html><head><meta charset="utf-8"><style>
body { margin: 0; padding: 16px; background: ${script.theme === 'dark' ? '#212121' : '#ffffff'} }
iframe { width: 100%; height: ${script.fixedHeight ?? 640}px; border: 0; display: block }
</style></head><body>${`<iframe sandbox="${script.sandbox ?? 'allow-scripts'}"></iframe>`.repeat(script.widgets ?? 1)}<script>
const frames = [...document.querySelectorAll('iframe')]
const script = ${JSON.stringify(script)}
let lastId = 1000
const waiting = new Map()
const held = []
let hears = script.bridge !== 'deaf' && script.bridge !== false
let answers = hears && script.bridge !== 'late'
const post = (frame, message) => frame.contentWindow.postMessage({ jsonrpc: '2.0', ...message }, '*')
window.notifyWidget = (method, params, to) => {
  for (const frame of to === 'all' ? frames : [frames[to]]) post(frame, { method, params })
}
window.requestWidget = (method, params) => new Promise((resolve) => {
  lastId += 1
  waiting.set(lastId, resolve)
  post(frames[0], { id: lastId, method, params })
})
window.answerBridge = () => {
  hears = answers = true
  for (const [frame, id] of held.splice(0)) initialize(frame, id)
}
function initialize(frame, id) {
  if (script.bridge === 'refuses') return post(frame, { id, error: { code: -32601, message: 'No such method' } })
  const context = { theme: script.theme ?? 'light', locale: script.locale ?? 'en-IE', displayMode: script.displayMode ?? 'inline',
    availableDisplayModes: script.availableDisplayModes ?? ['inline', 'fullscreen'], ...script.hostContext }
  post(frame, { id, result: {
    protocolVersion: '2026-01-26',
    hostInfo: { name: 'scripted', version: '1' },
    hostCapabilities: script.hostCapabilities ?? { serverTools: {}, message: { text: {} }, updateModelContext: { text: {} } },
    hostContext: Object.fromEntries(Object.entries(context).filter(([, value]) => value !== null)),
  } })
}
window.addEventListener('message', async ({ source, data }) => {
  const frame = frames.find(({ contentWindow }) => contentWindow === source)
  if (frame === undefined || !hears) return
  if (data.method === undefined) return waiting.get(data.id)?.(data.result ?? data.error)
  if (data.method === 'ui/initialize') return answers ? initialize(frame, data.id) : void held.push([frame, data.id])
  if (data.method === 'ui/notifications/size-changed' && script.fixedHeight === undefined) frame.style.height = data.params.height + 'px'
  const reply = await window.widgetSent(data)
  if (data.id !== undefined) post(frame, { id: data.id, ...reply })
})
</script></body></html>`

let built: Promise<string> | undefined

export async function mountWidget(
  browser: Browser,
  script: HostScript = {},
  options: BrowserContextOptions = {},
): Promise<MountedWidget> {
  built ??= buildWidget()
  const document = (await built).replace(
    '<head>',
    `<head><meta http-equiv="Content-Security-Policy" content="${strictestPolicy}">${
      script.before === undefined ? '' : `<script>${script.before}</script>`
    }`,
  )
  const context = await browser.newContext({ viewport: { width: 800, height: 900 }, ...options })
  if (script.scriptedClock === true) await context.clock.install()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (request.url() !== 'http://127.0.0.1/host') complaints.push(`requested ${request.url()}`)
  })
  const calls: ToolCall[] = []
  const sent: MountedWidget['sent'] = []
  let reply: (call: ToolCall) => unknown = () => {
    throw { code: -32601, message: 'No answer is scripted.' }
  }
  await page.exposeFunction(
    'widgetSent',
    async (message: { method: string; params: Record<string, unknown> }): Promise<object> => {
      if (message.method !== 'tools/call') {
        sent.push({ method: message.method, params: message.params })
        return { result: message.method === 'ui/request-display-mode' ? { mode: message.params.mode } : {} }
      }
      const call = message.params as unknown as ToolCall
      calls.push(call)
      try {
        return { result: await reply(call) }
      } catch (error) {
        return { error }
      }
    },
  )
  await page.route('http://127.0.0.1/host', (route) =>
    route.fulfill({ contentType: 'text/html', body: hostPage(script) }),
  )
  await page.goto('http://127.0.0.1/host')
  await page.evaluate(
    (html) =>
      Promise.all(
        Array.from(window.document.querySelectorAll('iframe'), (frame) => {
          return new Promise((resolve) => {
            frame.addEventListener('load', resolve, { once: true })
            frame.srcdoc = html
          })
        }),
      ),
    document,
  )
  const frames = page.mainFrame().childFrames()
  const [frame] = frames
  if (frame === undefined) throw new Error('The widget has no frame')
  return {
    page,
    frame,
    frames,
    answerBridge: () => page.evaluate('window.answerBridge()'),
    complaints,
    calls,
    sent,
    answer: (next) => {
      reply = next
    },
    notify: async (method, params, to = 0) => {
      await page.evaluate(
        ([name, value, target]) =>
          (window as unknown as { notifyWidget(...given: unknown[]): void }).notifyWidget(
            name,
            value,
            target,
          ),
        [method, params, to] as const,
      )
    },
    request: (method, params) =>
      page.evaluate(
        ([name, value]) =>
          (window as unknown as { requestWidget(n: unknown, v: unknown): Promise<unknown> }).requestWidget(
            name,
            value,
          ),
        [method, params] as const,
      ),
    close: () => context.close(),
  }
}
