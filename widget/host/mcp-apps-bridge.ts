// The view's half of MCP Apps (SEP-1865, protocol version 2026-01-26), as small as the widget needs it.
import { type Fields, fields } from '../model/read-value.ts'
import type { Host, HostAbilities, HostListener } from './host.ts'
import { initialContext, mergeContext } from './host-context.ts'
import { readMessage } from './json-rpc.ts'

const protocolVersion = '2026-01-26'
const methodNotFound = -32601

/** A request that the host answered with an error. */
export class HostRefusal extends Error {
  override readonly name = 'HostRefusal'
  readonly code: number
  readonly data: unknown
  constructor(code: number, message: string, data: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

type Pending = { resolve(result: Fields): void; reject(error: unknown): void }

export type Bridge = {
  /** Resolves when the host has answered `ui/initialize`, however late; rejects when it refused it. */
  connected: Promise<Host>
  /** Sends `ui/initialize` again, for a host that was not listening yet. */
  knock(): void
}

export function startBridge(view: Window, listener: HostListener): Bridge {
  const parent = view.parent
  const pending = new Map<number, Pending>()
  let lastId = 0
  let context = initialContext

  // The host's origin cannot be known in advance (and is "null" for some): what is sent holds no secret, and what
  // comes in is taken from this one window only.
  const post = (message: Fields) => parent.postMessage({ jsonrpc: '2.0', ...message }, '*')
  const notify = (method: string, params: Fields = {}) => post({ method, params })
  const request = (method: string, params: Fields) =>
    new Promise<Fields>((resolve, reject) => {
      lastId += 1
      pending.set(lastId, { resolve, reject })
      post({ id: lastId, method, params })
    })

  const onNotification = (method: string, params: Fields) => {
    switch (method) {
      case 'ui/notifications/tool-input':
        return listener.toolInput(fields(params.arguments))
      case 'ui/notifications/tool-result':
        return listener.toolResult(params)
      case 'ui/notifications/tool-cancelled':
        return listener.toolCancelled()
      case 'ui/notifications/host-context-changed':
        context = mergeContext(context, params)
        return listener.contextChanged(context)
    }
  }

  const onMessage = (event: MessageEvent) => {
    if (event.source !== parent) return
    const message = readMessage(event.data)
    if (message === undefined) return
    switch (message.kind) {
      case 'notification':
        return onNotification(message.method, message.params)
      case 'request':
        if (message.method === 'ui/resource-teardown') {
          listener.teardown()
          return post({ id: message.id, result: {} })
        }
        if (message.method === 'ping') return post({ id: message.id, result: {} })
        return post({
          id: message.id,
          error: { code: methodNotFound, message: 'This view does not offer that method.' },
        })
      case 'result':
      case 'error': {
        const waiting = typeof message.id === 'number' ? pending.get(message.id) : undefined
        if (waiting === undefined) return
        pending.delete(message.id as number)
        if (message.kind === 'result') waiting.resolve(message.result)
        else waiting.reject(new HostRefusal(message.code, message.message, message.data))
      }
    }
  }
  view.addEventListener('message', onMessage)

  const initialize = () =>
    request('ui/initialize', {
      protocolVersion,
      appInfo: { name: 'myhotels-widget', version: '1.0.0' },
      appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
    })

  const connect = (answer: Fields): Host => {
    const capabilities = fields(answer.hostCapabilities)
    context = mergeContext(context, answer.hostContext)
    notify('ui/notifications/initialized')
    const modelContext = fields(capabilities.updateModelContext)
    const abilities: HostAbilities = {
      callTools: capabilities.serverTools !== undefined,
      sendMessages: capabilities.message !== undefined,
      updateModelContext:
        capabilities.updateModelContext !== undefined &&
        (Object.keys(modelContext).length === 0 || modelContext.text !== undefined),
    }
    return {
      interface: 'mcp-apps',
      abilities: () => abilities,
      context: () => context,
      callTool: (name, args) => request('tools/call', { name, arguments: args }),
      sendMessage: (words) =>
        request('ui/message', { role: 'user', content: [{ type: 'text', text: words }] }).then(
          (result) => result.isError !== true,
          () => false,
        ),
      updateModelContext: (words) => {
        request('ui/update-model-context', { content: [{ type: 'text', text: words }] }).catch(
          () => undefined,
        )
      },
      requestDisplayMode: async (mode) => {
        const granted = await request('ui/request-display-mode', { mode }).catch(() => undefined)
        if (granted === undefined) return
        context = mergeContext(context, { displayMode: granted.mode })
        listener.contextChanged(context)
      },
      reportSize: (width, height) => notify('ui/notifications/size-changed', { width, height }),
    }
  }

  let answered: (answer: Fields) => void = () => {}
  const connected = new Promise<Fields>((resolve, reject) => {
    answered = resolve
    initialize().then(resolve, reject)
  }).then(connect)
  return {
    connected,
    // A host that answers both connects once; what it holds against the second does not matter.
    knock: () => void initialize().then(answered, () => undefined),
  }
}
