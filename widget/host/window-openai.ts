// `window.openai`: the older interface of ChatGPT, and of hosts that imitate it. Every function may be absent.
import { type Fields, fields, isFields } from '../model/read-value.ts'
import type { Host, HostListener } from './host.ts'
import { initialContext, mergeOpenAiGlobals } from './host-context.ts'
import type { StateStore } from './mcp-apps-bridge.ts'

const globalsEvent = 'openai:set_globals'

/** The object that the host put on the window, if any. */
export function findOpenAi(view: Window): Fields | undefined {
  const openai = (view as unknown as Fields).openai
  return isFields(openai) ? openai : undefined
}

function invoke(openai: Fields, name: string, argument: unknown, second?: unknown): unknown {
  const method = openai[name]
  if (typeof method !== 'function') return undefined
  return second === undefined ? method.call(openai, argument) : method.call(openai, argument, second)
}

/** Keeps state where `window.openai` offers that; nowhere otherwise. */
export const openAiStateStore = (view: Window): StateStore => ({
  restoredState: () => findOpenAi(view)?.widgetState,
  storeState: (state) => {
    const openai = findOpenAi(view)
    if (openai === undefined) return
    try {
      invoke(openai, 'setWidgetState', state)
    } catch {
      // State that cannot be kept is rebuilt from the server.
    }
  },
})

/** Runs the widget on `window.openai` alone. */
export function connectOpenAi(view: Window, openai: Fields, listener: HostListener): Host {
  let context = mergeOpenAiGlobals(
    {
      ...initialContext,
      availableDisplayModes: 'requestDisplayMode' in openai ? ['inline', 'fullscreen'] : [],
    },
    openai,
  )
  let shown: unknown

  const deliver = () => {
    if (isFields(openai.toolInput)) listener.toolInput(openai.toolInput)
    const output = openai.toolOutput
    if (output === undefined || output === null || output === shown) return
    shown = output
    // The whole result, with its `_meta` and `isError`, is in the response metadata of newer builds.
    const envelope = fields(openai.toolResponseMetadata).mcp_tool_result
    listener.toolResult(isFields(envelope) ? envelope : { structuredContent: output })
  }

  view.addEventListener(globalsEvent, (event) => {
    context = mergeOpenAiGlobals(context, fields(fields((event as CustomEvent).detail).globals))
    listener.contextChanged(context)
    deliver()
  })
  // After the caller holds the host.
  queueMicrotask(deliver)

  return {
    ...openAiStateStore(view),
    interface: 'window.openai',
    abilities: {
      callTools: typeof openai.callTool === 'function',
      sendMessages: typeof openai.sendFollowUpMessage === 'function',
      updateModelContext: false,
    },
    context: () => context,
    callTool: async (name, args) => await invoke(openai, 'callTool', name, args),
    sendMessage: async (words) => {
      try {
        await invoke(openai, 'sendFollowUpMessage', { prompt: words })
        return true
      } catch {
        return false
      }
    },
    updateModelContext: () => undefined,
    requestDisplayMode: async (mode) => {
      await Promise.resolve(invoke(openai, 'requestDisplayMode', { mode })).catch(() => undefined)
    },
    reportSize: (_width, height) => {
      invoke(openai, 'notifyIntrinsicHeight', height)
    },
  }
}
