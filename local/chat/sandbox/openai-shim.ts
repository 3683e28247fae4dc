// `window.openai` for widgets that want it, on top of the standard's messages. It runs in the widget's own frame,
// before the widget's scripts.

type Globals = Record<string, unknown>
type Message = {
  jsonrpc?: unknown
  id?: unknown
  method?: unknown
  params?: unknown
  result?: unknown
  error?: { message?: unknown }
}

/** Installs the object. Serialized as source text, so it must not use anything outside itself. */
export function installOpenAi(initial: Globals): void {
  const waiting = new Map<string, { resolve(value: unknown): void; reject(error: Error): void }>()
  let lastId = 0
  const post = (message: object) => window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*')
  const request = (method: string, params: object) =>
    new Promise<unknown>((resolve, reject) => {
      lastId += 1
      const id = `openai-${lastId}`
      waiting.set(id, { resolve, reject })
      post({ id, method, params })
    })
  const openai: Globals = {
    ...initial,
    callTool: (name: string, args: object = {}) => request('tools/call', { name, arguments: args }),
    sendFollowUpMessage: (given: { prompt?: unknown }) =>
      request('ui/message', { role: 'user', content: [{ type: 'text', text: String(given?.prompt ?? '') }] }),
    requestDisplayMode: (given: { mode?: unknown }) =>
      request('ui/request-display-mode', { mode: given?.mode }),
    openExternal: (given: { href?: unknown }) => request('ui/open-link', { url: String(given?.href ?? '') }),
    notifyIntrinsicHeight: (height: unknown) =>
      post({ method: 'ui/notifications/size-changed', params: { height: Number(height) } }),
    setWidgetState: (state: unknown) => {
      set({ widgetState: state })
      post({ method: 'openai/widget-state', params: { state } })
    },
  }
  Object.defineProperty(window, 'openai', { value: openai, configurable: false })

  function set(globals: Globals) {
    Object.assign(openai, globals)
    window.dispatchEvent(new CustomEvent('openai:set_globals', { detail: { globals } }))
  }

  window.addEventListener('message', ({ source, data }: MessageEvent<Message>) => {
    if (source !== window.parent || data === null || typeof data !== 'object') return
    const call = typeof data.id === 'string' ? waiting.get(data.id) : undefined
    if (call !== undefined && data.method === undefined) {
      waiting.delete(data.id as string)
      if (data.error === undefined) call.resolve(data.result)
      else call.reject(new Error(String(data.error.message ?? 'The host refused.')))
      return
    }
    const params = (data.params ?? {}) as Globals
    if (data.method === 'ui/notifications/tool-input') set({ toolInput: params.arguments })
    if (data.method === 'ui/notifications/tool-result') {
      set({ toolOutput: params.structuredContent ?? null, toolResponseMetadata: { mcp_tool_result: params } })
    }
    if (data.method === 'ui/notifications/host-context-changed') {
      const { theme, displayMode, locale } = params
      const changed = { theme, displayMode, locale }
      set(Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)))
    }
  })
}
