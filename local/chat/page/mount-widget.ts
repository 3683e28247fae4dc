// Puts a widget into the conversation: the reference SDK's host half, in front of a frame on another origin.
import { AppBridge, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge'
import { html } from '../../../widget/dom/element.ts'
import type { WidgetSource } from './backend.ts'

type BridgeParameters<Name extends 'sendToolResult'> = Parameters<AppBridge[Name]>[0]
type HostContext = NonNullable<NonNullable<ConstructorParameters<typeof AppBridge>[3]>['hostContext']>
type DisplayMode = 'inline' | 'fullscreen'

export type WidgetHost = {
  theme(): 'light' | 'dark'
  /** Answers the widget's call; rejects with an error that the widget may see. */
  callTool(name: string, args: Record<string, unknown>): Promise<unknown>
  /** Takes what the widget says in the person's name. */
  message(words: string): void
  /** Asks the person; resolves to whether the link was opened. */
  openLink(url: string): Promise<boolean>
  modelContext(words: string): void
  displayMode(mode: DisplayMode): void
  /** What the widget asked to be kept for its next life. */
  widgetState(): unknown
  keepWidgetState(state: unknown): void
}

export type MountedWidget = {
  element: HTMLElement
  setTheme(): void
  setDisplayMode(mode: DisplayMode): void
  /** Tells the widget, waits a moment for its answer, and removes it. */
  remove(): Promise<void>
}

const variables = {
  light: {
    '--color-background-primary': '#ffffff',
    '--color-background-secondary': '#f4f4f2',
    '--color-text-primary': '#1f1e1c',
    '--color-text-secondary': '#5d5b56',
  },
  dark: {
    '--color-background-primary': '#212121',
    '--color-background-secondary': '#2f2f2e',
    '--color-text-primary': '#f3f2ef',
    '--color-text-secondary': '#b9b6af',
  },
}

const tallest = 4000

const textOf = (content: unknown): string =>
  (Array.isArray(content) ? content : [content])
    .map((block) => (block?.type === 'text' && typeof block.text === 'string' ? block.text : ''))
    .join(' ')
    .trim()
    .slice(0, 500)

export function mountWidget(
  widget: WidgetSource,
  call: { name: string; arguments: Record<string, unknown>; result: unknown },
  host: WidgetHost,
): MountedWidget {
  let mode: DisplayMode = 'inline'
  const frame = html('iframe', {
    class: 'widget-frame',
    title: 'MyHotels',
    // The frame keeps its own origin; the widget inside it gets none.
    sandbox: 'allow-scripts allow-same-origin',
    referrerpolicy: 'no-referrer',
    src: widget.frameUrl,
  })
  const element = html('div', { class: widget.prefersBorder ? 'widget widget-border' : 'widget' }, frame)

  const context = (): HostContext => ({
    theme: host.theme(),
    // The type wants every variable of the standard; a host may give some.
    styles: { variables: variables[host.theme()] as never },
    displayMode: mode,
    availableDisplayModes: ['inline', 'fullscreen'],
    locale: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    platform: 'web',
    deviceCapabilities: {
      touch: matchMedia('(pointer: coarse)').matches,
      hover: matchMedia('(hover: hover)').matches,
    },
    containerDimensions:
      mode === 'inline'
        ? { maxHeight: tallest, maxWidth: Math.round(frame.clientWidth) || 760 }
        : { height: frame.clientHeight, width: frame.clientWidth },
    safeAreaInsets: { top: 0, right: 0, bottom: 0, left: 0 },
  })

  const bridge = new AppBridge(
    null,
    { name: 'myhotels-local-chat', version: '1.0.0' },
    { serverTools: {}, openLinks: {}, message: { text: {} }, updateModelContext: { text: {} }, logging: {} },
    { hostContext: context() },
  )
  bridge.oncalltool = async ({ name, arguments: args }) =>
    (await host.callTool(name, args ?? {})) as BridgeParameters<'sendToolResult'>
  let lastMessage = 0
  bridge.onmessage = async ({ content }) => {
    const words = textOf(content)
    // A widget speaks in the person's name, so it may not flood the conversation.
    if (words === '' || Date.now() - lastMessage < 1000) return { isError: true }
    lastMessage = Date.now()
    host.message(words)
    return {}
  }
  bridge.onopenlink = async ({ url }) => ((await host.openLink(url)) ? {} : { isError: true })
  bridge.onupdatemodelcontext = async ({ content }) => {
    host.modelContext(textOf(content ?? []))
    return {}
  }
  bridge.onrequestdisplaymode = async ({ mode: wanted }) => {
    const declared = bridge.getAppCapabilities()?.availableDisplayModes
    const allowed = (wanted === 'inline' || wanted === 'fullscreen') && declared?.includes(wanted) !== false
    if (allowed && wanted !== mode) host.displayMode(wanted)
    return { mode }
  }
  bridge.onsizechange = ({ height }) => {
    if (mode !== 'inline' || height === undefined || !Number.isFinite(height)) return
    frame.style.height = `${Math.round(Math.min(tallest, Math.max(60, height)))}px`
  }
  bridge.oninitialized = () => {
    void bridge.sendToolInput({ arguments: call.arguments })
    void bridge.sendToolResult(call.result as BridgeParameters<'sendToolResult'>)
  }
  bridge.onsandboxready = () => {
    const result = call.result as { structuredContent?: unknown }
    frame.contentWindow?.postMessage(
      {
        jsonrpc: '2.0',
        method: 'ui/notifications/sandbox-openai-globals',
        params: {
          toolInput: call.arguments,
          toolOutput: result?.structuredContent ?? null,
          toolResponseMetadata: { mcp_tool_result: call.result },
          widgetState: host.widgetState() ?? null,
          theme: host.theme(),
          displayMode: mode,
          locale: navigator.language,
          maxHeight: tallest,
        },
      },
      new URL(widget.frameUrl).origin,
    )
    void bridge.sendSandboxResourceReady({ html: widget.html })
  }
  const onState = ({ source, data }: MessageEvent) => {
    if (source !== frame.contentWindow || data?.method !== 'openai/widget-state') return
    host.keepWidgetState(data.params?.state)
  }
  window.addEventListener('message', onState)

  // The frame has a window once it is in the document, and loads its page after that.
  queueMicrotask(() => {
    const target = frame.contentWindow
    if (target !== null) void bridge.connect(new PostMessageTransport(target, target))
  })

  return {
    element,
    setTheme: () => bridge.setHostContext(context()),
    setDisplayMode(next) {
      mode = next
      element.classList.toggle('widget-fullscreen', next === 'fullscreen')
      bridge.setHostContext(context())
    },
    async remove() {
      window.removeEventListener('message', onState)
      const patience = new Promise((resolve) => setTimeout(resolve, 400))
      await Promise.race([bridge.teardownResource({}).catch(() => undefined), patience])
      await bridge.close().catch(() => undefined)
      element.remove()
    },
  }
}
