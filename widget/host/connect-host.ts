// MCP Apps first, because it is the standard; `window.openai` when the standard does not answer, and for what only it
// has: the stored state, and the result of a first widget that the bridge was too late for.
import type { Host, HostListener, StateStore } from './host.ts'
import { startBridge } from './mcp-apps-bridge.ts'
import { connectOpenAi, findOpenAi, openAiStateStore, watchOpenAi } from './window-openai.ts'

const patience = 1000

export type Connection = {
  /** Undefined until an interface answers; another object when the better one answers later. */
  host(): Host | undefined
  /** Resolves with the first answer. */
  connected: Promise<void>
  state: StateStore
  /** Knocks again and reads again what the host may have put down meanwhile. */
  lookAgain(): void
  close(): void
}

/** Connects to whatever shows the widget, and goes on trying for as long as the widget is there. */
export function connectHost(view: Window, listener: HostListener): Connection {
  let host: Host | undefined
  let connect: () => void = () => {}
  const connected = new Promise<void>((resolve) => {
    connect = resolve
  })

  function use(next: Host) {
    const isFirst = host === undefined
    host = next
    if (isFirst) connect()
    else listener.contextChanged(next.context())
  }

  const openai = watchOpenAi(view, {
    toolInput: (args) => listener.toolInput(args),
    toolResult: (result) => listener.toolResult(result),
    contextChanged: (context) => {
      if (host?.interface === 'window.openai') listener.contextChanged(context)
    },
    seen: fallBack,
  })
  const bridge = startBridge(view, listener)
  let hasWaited = false
  const giveUp = () => {
    hasWaited = true
    fallBack()
  }
  bridge.connected.then(use, giveUp)
  const timer = view.setTimeout(giveUp, patience)

  /** The bridge stays open: when it answers after all, it takes over. */
  function fallBack() {
    if (!hasWaited || host !== undefined || findOpenAi(view) === undefined) return
    use(connectOpenAi(view, openai.context))
  }

  return {
    host: () => host,
    connected,
    state: openAiStateStore(view),
    lookAgain() {
      openai.look()
      if (host?.interface !== 'mcp-apps') bridge.knock()
    },
    close() {
      view.clearTimeout(timer)
      openai.close()
    },
  }
}
