// MCP Apps first, because it is the standard; `window.openai` when the standard does not answer.
import type { Host, HostListener } from './host.ts'
import { startBridge } from './mcp-apps-bridge.ts'
import { connectOpenAi, findOpenAi, openAiStateStore } from './window-openai.ts'

const patience = 1000

/**
 * Connects to whatever shows the widget. Waits for as long as the host needs when there is nothing to fall back to.
 * The listener may hear of a tool's result before the promise has resolved.
 */
export async function connectHost(view: Window, listener: HostListener): Promise<Host> {
  const bridge = startBridge(view, listener, openAiStateStore(view))
  return await new Promise((resolve) => {
    const timer = view.setTimeout(fallBack, patience)
    function fallBack() {
      const openai = findOpenAi(view)
      if (openai === undefined) return
      bridge.close()
      resolve(connectOpenAi(view, openai, listener))
    }
    bridge.connected.then((host) => {
      view.clearTimeout(timer)
      resolve(host)
    }, fallBack)
  })
}
