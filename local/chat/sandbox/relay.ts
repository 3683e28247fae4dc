// The page between the chat and a widget, on an origin of its own. It makes the widget's frame and passes messages on,
// each from the window that it must come from.
import { installOpenAi } from './openai-shim.ts'

const host = document.body.dataset.host ?? ''
const reserved = 'ui/notifications/sandbox-'
let inner: HTMLIFrameElement | undefined
let globals: object = {}

/** Text that stays inside a script element whatever the data holds. */
const literal = (value: unknown) =>
  JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028')

function withOpenAi(html: string): string {
  const script = `<script>(${installOpenAi.toString()})(${literal(globals)})</script>`
  // After the doctype, so that the document stays in standards mode.
  const doctype = /^\s*<!doctype[^>]*>/i.exec(html)?.[0] ?? ''
  return `${doctype}${script}${html.slice(doctype.length)}`
}

function mount(html: string) {
  if (inner !== undefined) return
  inner = document.createElement('iframe')
  // No allow-same-origin: the widget gets an opaque origin, and this page's policy with it.
  inner.setAttribute('sandbox', 'allow-scripts')
  inner.title = 'Widget'
  inner.srcdoc = withOpenAi(html)
  document.body.append(inner)
}

const isMessage = (
  data: unknown,
): data is { jsonrpc: '2.0'; method?: unknown; params?: Record<string, unknown> } =>
  data !== null && typeof data === 'object' && (data as { jsonrpc?: unknown }).jsonrpc === '2.0'

window.addEventListener('message', ({ source, origin, data }) => {
  if (!isMessage(data)) return
  const method = typeof data.method === 'string' ? data.method : ''
  if (source === window.parent && origin === host) {
    if (method === `${reserved}openai-globals`) globals = data.params ?? {}
    else if (method === `${reserved}resource-ready`) {
      if (typeof data.params?.html === 'string') mount(data.params.html)
    } else if (!method.startsWith(reserved)) inner?.contentWindow?.postMessage(data, '*')
    return
  }
  if (inner !== undefined && source === inner.contentWindow && !method.startsWith(reserved)) {
    window.parent.postMessage(data, host)
  }
})

window.parent.postMessage({ jsonrpc: '2.0', method: `${reserved}proxy-ready`, params: {} }, host)
