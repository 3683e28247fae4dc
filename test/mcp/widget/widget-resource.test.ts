import { describe, expect, test } from '@jest/globals'
import { createWidgetLoader, widgetUri } from '../../../lambdas/mcp/widget/widget-resource.ts'
import { createStack, eras, post, widgetHtml } from '../stack.ts'

type Read = { result: { contents: Record<string, unknown>[]; ttlMs?: number; cacheScope?: string } }

describe.each(eras)('%s: the widget', (era) => {
  const read = async (uri: string) => {
    const { server } = await createStack()
    const response = await server(post(era, 'resources/read', { uri }))
    return { status: response.status, body: (await response.json()) as Read }
  }
  const currentUri = async () => {
    const { server } = await createStack()
    const response = await server(post(era, 'tools/list'))
    const { result } = (await response.json()) as {
      result: { tools: { _meta: { ui: { resourceUri: string } } }[] }
    }
    return result.tools[0]?._meta.ui.resourceUri as string
  }

  test('is read under its permanent URI, with the policy that hosts enforce', async () => {
    const { body } = await read(widgetUri)
    expect(body.result.contents).toEqual([
      {
        uri: 'ui://widget/myhotels-widget.html',
        mimeType: 'text/html;profile=mcp-app',
        text: widgetHtml,
        _meta: {
          ui: {
            csp: { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] },
            prefersBorder: true,
          },
          'openai/widgetDescription': expect.any(String),
          'openai/widgetPrefersBorder': true,
          'openai/widgetCSP': {
            connect_domains: [],
            resource_domains: [],
            frame_domains: [],
            redirect_domains: [],
          },
        },
      },
    ])
  })

  test('is read under the URI that the tools point to, and caches may keep it for long', async () => {
    const uri = await currentUri()
    const { body } = await read(uri)
    expect(body.result.contents[0]).toMatchObject({ uri, text: widgetHtml })
    if (era === 'modern') expect(body.result).toMatchObject({ ttlMs: 86_400_000, cacheScope: 'public' })
  })

  test('is read under the URI of an earlier version, since hosts keep old tool definitions', async () => {
    const uri = 'ui://widget/myhotels-widget-0123456789ab.html'
    const { body } = await read(uri)
    expect(body.result.contents[0]).toMatchObject({ uri, text: widgetHtml })
    // Not for long: it may also be a later version's, and this server the last of the old ones.
    if (era === 'modern') expect(body.result).toMatchObject({ ttlMs: 300_000, cacheScope: 'public' })
  })

  test('is listed the same whatever the request for the list holds', async () => {
    const { server } = await createStack()
    const asked = { uri: 'ui://widget/myhotels-widget-0123456789ab.html' }
    const [plain, odd] = await Promise.all(
      [{}, asked].map(async (params) => (await server(post(era, 'resources/list', params))).text()),
    )
    expect(odd).toBe(plain)
  })

  test('is listed under its permanent and its current URI', async () => {
    const { server } = await createStack()
    const response = await server(post(era, 'resources/list'))
    const { result } = (await response.json()) as {
      result: { resources: { uri: string; mimeType: string }[] }
    }
    expect(result.resources.map(({ uri }) => uri)).toEqual([widgetUri, await currentUri()])
    expect(new Set(result.resources.map(({ mimeType }) => mimeType))).toEqual(
      new Set(['text/html;profile=mcp-app']),
    )
  })
})

test('another document has another URI', async () => {
  const [one, other] = await Promise.all(
    ['<p>1</p>', '<p>2</p>'].map((html) => createWidgetLoader(async () => html)()),
  )
  expect(one?.hashedUri).not.toBe(other?.hashedUri)
})

test('a tool call does not load the widget', async () => {
  const { server } = await createStack({
    widget: () => {
      throw new Error('loaded')
    },
  })
  const response = await server(
    post('legacy', 'tools/call', { name: 'search_hotels', arguments: { city: 'Milan' } }),
  )
  expect(response.status).toBe(200)
})

test('a load that failed is tried again', async () => {
  let loads = 0
  const load = createWidgetLoader(async () => {
    loads += 1
    if (loads === 1) throw new Error('not yet')
    return '<p>'
  })
  await expect(load()).rejects.toThrow('not yet')
  await expect(load()).resolves.toMatchObject({ html: '<p>' })
  await load()
  expect(loads).toBe(2)
})
