// The descriptors as hosts read them: raw JSON off the wire, not through an SDK that may drop members.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { createPrepareBooking } from '../../../lambdas/mcp/booking/prepare-booking.ts'
import { assertDescribable } from '../../../lambdas/mcp/tools/describe-tool.ts'
import { book, createStack, eras, memberRates, post, productTools, type Stack } from '../stack.ts'

type Listed = {
  name: string
  title: string
  description: string
  inputSchema: Record<string, unknown>
  outputSchema: Record<string, unknown>
  annotations: Record<string, unknown>
  securitySchemes: unknown
  _meta: Record<string, unknown> & { ui: Record<string, unknown> }
}

let stack: Stack
const listed: Record<string, Listed[]> = {}

beforeAll(async () => {
  const { services } = await createStack()
  stack = await createStack({ tools: productTools(services) })
  for (const era of eras) {
    const response = await stack.server(post(era, 'tools/list'))
    listed[era] = ((await response.json()) as { result: { tools: Listed[] } }).result.tools
  }
})

test('both lines list the same four tools in the same order', () => {
  expect(listed.legacy).toEqual(listed.modern)
  expect(listed.legacy?.map(({ name }) => name)).toEqual([
    'search_hotels',
    'search_hotels_member_rates',
    'prepare_booking',
    'finalize_booking',
  ])
})

const names = ['search_hotels', 'search_hotels_member_rates', 'prepare_booking', 'finalize_booking']
const tool = (name: string): Listed => {
  const found = listed.modern?.find((one) => one.name === name)
  if (!found) throw new Error(`${name} is not listed`)
  return found
}

describe.each(names)('%s', (name) => {
  test('has a title, a description and explicit annotations', () => {
    const { title, description, annotations } = tool(name)
    expect(title).toMatch(/\w/)
    expect(description.length).toBeGreaterThan(40)
    for (const hint of ['readOnlyHint', 'destructiveHint', 'openWorldHint']) {
      expect(typeof annotations[hint]).toBe('boolean')
    }
  })

  test('has an input and an output schema that are objects', () => {
    const { inputSchema, outputSchema } = tool(name)
    for (const schema of [inputSchema, outputSchema]) {
      expect(schema).toMatchObject({ type: 'object', properties: {} })
      expect(JSON.stringify(schema)).not.toContain('$ref')
    }
  })

  test('says who may call it at the top level and in _meta', () => {
    const expected = {
      search_hotels: [{ type: 'noauth' }],
      search_hotels_member_rates: [{ type: 'oauth2', scopes: [memberRates] }],
      prepare_booking: [{ type: 'oauth2', scopes: [book] }],
      finalize_booking: [{ type: 'oauth2', scopes: [book] }],
    }[name]
    expect(tool(name).securitySchemes).toEqual(expected)
    expect(tool(name)._meta.securitySchemes).toEqual(expected)
  })

  test('points to the widget under all of its names', () => {
    const { _meta: meta } = tool(name)
    const uri = meta.ui.resourceUri
    expect(uri).toMatch(/^ui:\/\/widget\/myhotels-widget-[0-9a-f]{12}\.html$/)
    expect(meta['ui/resourceUri']).toBe(uri)
    expect(meta['openai/outputTemplate']).toBe(uri)
    expect(meta.ui.visibility).toEqual(['model', 'app'])
    expect(meta['openai/widgetAccessible']).toBe(true)
  })

  test('says what it does in at most 64 characters', () => {
    const { _meta: meta } = tool(name)
    for (const key of ['openai/toolInvocation/invoking', 'openai/toolInvocation/invoked']) {
      expect(String(meta[key]).length).toBeLessThanOrEqual(64)
      expect(meta[key]).toMatch(/\w/)
    }
  })
})

test('searching is read-only and repeatable; nothing else claims to be', () => {
  expect(names.map((name) => tool(name).annotations.readOnlyHint)).toEqual([true, true, false, false])
  expect(tool('search_hotels').annotations).toEqual({
    title: 'Search hotels',
    readOnlyHint: true,
    destructiveHint: false,
    openWorldHint: false,
    idempotentHint: true,
  })
})

describe('a tool that hosts would refuse stops the server at start', () => {
  const sound = createPrepareBooking({ scopes: { mcpBook: book } } as never)

  test.each([
    ['a name with a blank', { name: 'prepare booking' }],
    ['an invocation text of 65 characters', { invocation: { invoking: 'x'.repeat(65), invoked: 'x' } }],
    ['a tool for nobody', { visibility: [] }],
  ])('%s', (_name, change) => {
    expect(() => assertDescribable([{ ...sound, ...change }])).toThrow(/"prepare[ _]booking"/)
  })

  test('two tools of one name', () => {
    expect(() => assertDescribable([sound, sound])).toThrow(/two tools named "prepare_booking"/)
  })
})
