import { describe, expect, test } from '@jest/globals'
import { customFunction } from '../../../../../local/pingone/flows/capabilities/custom-function.ts'
import type { Call } from '../../../../../local/pingone/flows/capability.ts'

async function run(code: string, params: Record<string, unknown> = {}) {
  const rows = Object.entries(params).map(([name, value]) => ({ name, value, type: undefined }))
  const step = await customFunction.run({ text: () => code, rows: () => rows } as unknown as Call)
  return step.kind === 'done' ? step.payload : step.kind
}

describe('the code of a node', () => {
  test('gets its parameters and gives its output', async () => {
    const code =
      '// comment\nmodule.exports = async ({params}) => {\n return { who: params.a || params.b }\n}'

    expect(await run(code, { a: undefined, b: 'anna' })).toEqual({ success: true, output: { who: 'anna' } })
  })

  test('may wait for its own promises', async () => {
    const code = 'module.exports = async () => { await null; return { n: await Promise.resolve(3) } }'

    expect(await run(code)).toEqual({ success: true, output: { n: 3 } })
  })

  test.each([
    ['throws', "module.exports = async () => { throw new Error('no') }", 'Error: no'],
    ['is no JavaScript', 'module.exports = (', 'SyntaxError'],
    ['is no function', 'module.exports = 7', 'TypeError'],
    ['never ends', 'module.exports = async () => { for (;;) {} }', 'timed out'],
    ['waits for ever', 'module.exports = () => new Promise(() => {})', 'did not finish'],
    ['is missing', '', 'TypeError'],
  ])('that %s is the false exit', async (_, code, message) => {
    expect(await run(code)).toEqual({
      success: false,
      error: { code: 'customFunctionFailed', message: expect.stringContaining(message) },
    })
  })

  test.each([
    'process',
    'require("fs")',
    'globalThis.constructor.constructor("return process")()',
    'module.constructor.constructor("return process")()',
    'params.constructor.constructor("return process")()',
    'import("node:fs")',
  ])('does not get out by %s', async (expression) => {
    const code = `module.exports = async ({params}) => ({ out: typeof await (${expression}) })`

    expect(await run(code, { a: 'x' })).toMatchObject({ success: false })
  })

  test('a parameter is text, not code', async () => {
    const code = 'module.exports = async ({params}) => ({ back: params.a })'
    const hostile = `"});throw 1;//\u2028\`\${1}`

    expect(await run(code, { a: hostile })).toEqual({ success: true, output: { back: hostile } })
  })
})
