// A resource's answer as a widget: the document, and the policy that it declares.
import type { ReadResourceResult } from '@modelcontextprotocol/client'
import * as z from 'zod'

const widgetMimeType = 'text/html;profile=mcp-app'

const metadata = z.object({ ui: z.object({ csp: z.unknown(), prefersBorder: z.boolean().optional() }) })

export type Widget = { html: string; csp: unknown; prefersBorder: boolean }

/** @throws {Error} with words for the person when the resource is no widget */
export function widgetOfResource(result: ReadResourceResult): Widget {
  const content = result.contents.find(({ mimeType }) => mimeType === widgetMimeType)
  if (content === undefined) throw new Error(`The resource is no widget: it is not ${widgetMimeType}.`)
  const html =
    'text' in content && typeof content.text === 'string'
      ? content.text
      : 'blob' in content && typeof content.blob === 'string'
        ? Buffer.from(content.blob, 'base64').toString('utf8')
        : ''
  if (html === '') throw new Error('The widget is empty.')
  const parsed = metadata.safeParse(content._meta)
  return {
    html,
    csp: parsed.success ? parsed.data.ui.csp : undefined,
    prefersBorder: parsed.success ? parsed.data.ui.prefersBorder !== false : true,
  }
}
