// `window.openai`: the older interface of ChatGPT, and of hosts that imitate it. Every function may be absent, and the
// object may be replaced by another at any time: it is read afresh whenever something is needed from it.
import { type Fields, fields, isFields } from '../model/read-value.ts'
import type { Host, HostListener, StateStore } from './host.ts'
import { type HostContext, initialContext, mergeOpenAiGlobals } from './host-context.ts'

const globalsEvent = 'openai:set_globals'
const lookEvery = 1000

/** The object that the host put on the window, if any. */
export function findOpenAi(view: Window): Fields | undefined {
  const openai = (view as unknown as Fields).openai
  return isFields(openai) ? openai : undefined
}

function invoke(view: Window, name: string, ...args: unknown[]): unknown {
  const openai = findOpenAi(view)
  const method = openai?.[name]
  return typeof method === 'function' ? method.apply(openai, args) : undefined
}

const has = (view: Window, name: string) => typeof findOpenAi(view)?.[name] === 'function'

/** Keeps state where `window.openai` offers that; nowhere otherwise. */
export const openAiStateStore = (view: Window): StateStore => ({
  restoredState: () => findOpenAi(view)?.widgetState,
  storeState: (state) => {
    try {
      invoke(view, 'setWidgetState', state)
    } catch {
      // State that cannot be kept is rebuilt from the server.
    }
  },
})

export type OpenAiWatch = {
  context(): HostContext
  /** Reads the object again, in case that it changed without saying so. */
  look(): void
  close(): void
}

const contentOf = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}

/** Tells what stands on the object, each content once, whether or not it announces its changes. */
export function watchOpenAi(
  view: Window,
  listener: Pick<HostListener, 'toolInput' | 'toolResult' | 'contextChanged'> & { seen(): void },
): OpenAiWatch {
  let context = initialContext
  let told = { input: '', output: '', context: contentOf(context) }

  function look(announced: Fields = {}) {
    const openai = findOpenAi(view)
    if (openai === undefined && Object.keys(announced).length === 0) return
    const globals = { ...openai, ...announced }
    context = mergeOpenAiGlobals(
      { ...context, availableDisplayModes: has(view, 'requestDisplayMode') ? ['inline', 'fullscreen'] : [] },
      globals,
    )
    // The whole result, with its `_meta` and `isError`, is in the response metadata of newer builds.
    const envelope = fields(globals.toolResponseMetadata).mcp_tool_result
    const output = isFields(envelope)
      ? envelope
      : globals.toolOutput === undefined || globals.toolOutput === null
        ? undefined
        : { structuredContent: globals.toolOutput }
    const now = {
      input: contentOf(globals.toolInput),
      output: output === undefined ? told.output : contentOf(output),
      context: contentOf(context),
    }
    const before = told
    told = now
    if (now.input !== before.input && isFields(globals.toolInput)) listener.toolInput(globals.toolInput)
    if (now.context !== before.context) listener.contextChanged(context)
    listener.seen()
    if (now.output !== before.output) listener.toolResult(output)
  }

  const onGlobals = (event: Event) => look(fields(fields((event as CustomEvent).detail).globals))
  view.addEventListener(globalsEvent, onGlobals)
  const timer = view.setInterval(() => {
    // Once there is something to show, changes are announced or come over the bridge.
    if (told.output === '') look()
  }, lookEvery)
  // After the caller holds the watch.
  queueMicrotask(look)

  return {
    context: () => context,
    look,
    close() {
      view.clearInterval(timer)
      view.removeEventListener(globalsEvent, onGlobals)
    },
  }
}

/** Runs the widget on `window.openai` alone. */
export const connectOpenAi = (view: Window, context: () => HostContext): Host => ({
  interface: 'window.openai',
  abilities: () => ({
    callTools: has(view, 'callTool'),
    sendMessages: has(view, 'sendFollowUpMessage'),
    updateModelContext: false,
  }),
  context,
  callTool: async (name, args) => await invoke(view, 'callTool', name, args),
  sendMessage: async (words) => {
    if (!has(view, 'sendFollowUpMessage')) return false
    try {
      await invoke(view, 'sendFollowUpMessage', { prompt: words })
      return true
    } catch {
      return false
    }
  },
  updateModelContext: () => undefined,
  requestDisplayMode: async (mode) => {
    try {
      await invoke(view, 'requestDisplayMode', { mode })
    } catch {
      // The mode stays as it is.
    }
  },
  reportSize: (_width, height) => {
    invoke(view, 'notifyIntrinsicHeight', height)
  },
})
