import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createStack, eras, post, type Stack } from '../stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await createStack()
})

async function answerTo(era: (typeof eras)[number], method: string, params: Record<string, unknown>) {
  const response = await stack.server(post(era, method, params))
  return JSON.parse(await response.text())
}

describe.each(eras)('in the %s era', (era) => {
  test.each([
    ['tools/call', {}, 'params.name'],
    ['tools/call', { name: 5 }, 'params.name'],
    ['tools/call', { name: 'search_hotels', arguments: 'Milan' }, 'params.arguments'],
    ['tools/call', { name: 'search_hotels', arguments: ['Milan'] }, 'params.arguments'],
    ['tools/list', { cursor: 5 }, 'params.cursor'],
    ['resources/read', {}, 'params.uri'],
    ['resources/read', { uri: null }, 'params.uri'],
    ['resources/list', { cursor: {} }, 'params.cursor'],
  ])('%s with %j is refused in one sentence that names %s', async (method, params, named) => {
    const { error } = await answerTo(era, method, params)

    expect(error.code).toBe(-32602)
    expect(error.message).toMatch(new RegExp(`^${named} of ${method} is not as MCP wants it\\. .{1,120}$`))
  })

  test('no parameters are taken for an internal error, and no report of a validator goes out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('tools/call', 'tools/list', 'resources/read', 'resources/list'),
        fc.dictionary(fc.constantFrom('name', 'arguments', 'uri', 'cursor'), fc.jsonValue()),
        async (method, params) => {
          const { error } = await answerTo(era, method, params)

          expect(error?.code).not.toBe(-32603)
          expect(error?.message ?? '').not.toContain('\n')
        },
      ),
      { numRuns: 100 },
    )
  })
})

test('a handshake without its parameters is refused where there is a handshake', async () => {
  const legacy = await answerTo('legacy', 'initialize', {})
  const modern = await answerTo('modern', 'initialize', {})

  expect(legacy.error).toMatchObject({ code: -32602, message: expect.stringContaining('protocolVersion') })
  expect(modern.error.code).toBe(-32601)
})
