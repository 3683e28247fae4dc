// The other origin: one page, with the policy of the widget that it is going to hold.
import { randomUUID } from 'node:crypto'
import { widgetPolicy } from './widget-policy.ts'

export type SandboxServer = {
  answer(request: Request): Promise<Response>
  /** Makes a frame for a widget with this declared policy, and gives its path. The same policy has the same frame. */
  frameFor(csp: unknown): string
}

const path = /^\/frame\/([0-9a-f-]{36})$/

export function createSandboxServer(setting: { chatUrl: string; script: string }): SandboxServer {
  const frames = new Map<string, string>()
  const inline = setting.script.replaceAll('</script', '<\\/script')
  const document = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Widget</title>
<style>html,body{margin:0;height:100%;overflow:hidden;background:transparent}iframe{display:block;width:100%;height:100%;border:0;background:transparent}</style>
</head><body data-host="${setting.chatUrl}"><script>${inline}</script></body></html>
`
  return {
    frameFor(csp) {
      const policy = widgetPolicy(csp)
      for (const [id, known] of frames) if (known === policy) return `/frame/${id}`
      const id = randomUUID()
      frames.set(id, policy)
      return `/frame/${id}`
    },
    async answer(request) {
      const match = path.exec(new URL(request.url).pathname)
      const policy = frames.get(match?.[1] ?? '')
      if (request.method !== 'GET' || policy === undefined) return new Response('Not found', { status: 404 })
      return new Response(document, {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': `${policy}; frame-ancestors ${setting.chatUrl}`,
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
        },
      })
    },
  }
}
