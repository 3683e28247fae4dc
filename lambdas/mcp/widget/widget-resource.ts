// The widget as an MCP Apps resource: a permanent URI, and one that changes with the content because hosts use the
// URI as their cache key.
import { createHash } from 'node:crypto'
import type { McpServer } from '@modelcontextprotocol/server'

export const widgetUri = 'ui://widget/myhotels-widget.html'
const hashedUri = /^ui:\/\/widget\/myhotels-widget-[0-9a-f]{12}\.html$/
const mimeType = 'text/html;profile=mcp-app'

const minute = 60_000

/** The document carries everything it needs: it fetches nothing and frames nothing. */
const meta = {
  ui: {
    csp: { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] },
    prefersBorder: true,
    // No `domain`: hosts expect different values, and some show nothing when it is not theirs.
  },
  'openai/widgetDescription':
    'A map and cards of hotels with their nightly rates, a booking form, and the state of a booking.',
  'openai/widgetPrefersBorder': true,
  'openai/widgetCSP': { connect_domains: [], resource_domains: [], frame_domains: [], redirect_domains: [] },
}

export type Widget = { html: string; hashedUri: string }

/** Loads the widget once; a failed load is tried again at the next call. */
export function createWidgetLoader(load: () => Promise<string>): () => Promise<Widget> {
  let loading: Promise<Widget> | undefined
  return function widget() {
    loading ??= load().then(
      (html) => {
        const hash = createHash('sha256').update(html).digest('hex').slice(0, 12)
        return { html, hashedUri: `ui://widget/myhotels-widget-${hash}.html` }
      },
      (error) => {
        loading = undefined
        throw error
      },
    )
    return loading
  }
}

export function isWidgetUri(uri: string): boolean {
  return uri === widgetUri || hashedUri.test(uri)
}

/**
 * Registers the permanent URI and the current hashed one; with `asked`, also an earlier hashed one, since hosts
 * keep tool definitions that point to it.
 */
export function registerWidget(server: McpServer, widget: Widget, asked: string | undefined): void {
  const uris = new Set([widgetUri, widget.hashedUri])
  if (asked !== undefined && isWidgetUri(asked)) uris.add(asked)
  for (const uri of uris) {
    const isPermanent = uri === widgetUri
    server.registerResource(
      isPermanent ? 'myhotels-widget' : `myhotels-widget-${uri.slice(-17, -5)}`,
      uri,
      {
        title: 'MyHotels',
        description: 'Shows hotels on a map, their rates, and bookings.',
        mimeType,
        // Only the current hash names this content. An unknown one may be that of a later version, asked of a server
        // that is about to be replaced: a cache must not hold the old document under it for long.
        cacheHint: { ttlMs: uri === widget.hashedUri ? 24 * 60 * minute : 5 * minute, cacheScope: 'public' },
        _meta: meta,
      },
      () => ({ contents: [{ uri, mimeType, text: widget.html, _meta: meta }] }),
    )
  }
}
