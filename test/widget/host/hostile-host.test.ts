import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { initialContext, mergeContext, mergeOpenAiGlobals } from '../../../widget/host/host-context.ts'
import { readMessage } from '../../../widget/host/json-rpc.ts'

describe('a message', () => {
  test.each([
    [{ jsonrpc: '2.0', id: 1, result: {} }, 'result'],
    [{ jsonrpc: '2.0', id: 'a', error: { code: -1, message: 'no' } }, 'error'],
    [{ jsonrpc: '2.0', method: 'ui/notifications/tool-result', params: {} }, 'notification'],
    [{ jsonrpc: '2.0', id: 2, method: 'ping' }, 'request'],
  ])('%j is a %s', (data, kind) => {
    expect(readMessage(data)?.kind).toBe(kind)
  })

  test.each([
    [null],
    ['{"jsonrpc":"2.0"}'],
    [{ jsonrpc: '1.0', id: 1, result: {} }],
    [{ jsonrpc: '2.0' }],
    [{ jsonrpc: '2.0', id: {}, result: {} }],
    [{ jsonrpc: '2.0', id: 1, result: 'text' }],
    [{ jsonrpc: '2.0', id: 1, error: 'text' }],
    [{ jsonrpc: '2.0', method: 5 }],
    [{ jsonrpc: '2.0', method: 'x'.repeat(101) }],
    [{ jsonrpc: '2.0', method: 'x', params: [] }],
  ])('%j is ignored', (data) => {
    expect(readMessage(data)).toBeUndefined()
  })

  test('of any shape is read without an error', () => {
    fc.assert(fc.property(fc.anything(), (data) => void expect(() => readMessage(data)).not.toThrow()))
  })
})

describe('the host context', () => {
  test('takes the theme, the modes and the variables that it knows', () => {
    const context = mergeContext(initialContext, {
      theme: 'dark',
      locale: 'de_DE',
      displayMode: 'fullscreen',
      availableDisplayModes: ['inline', 'fullscreen', 'hologram'],
      containerDimensions: { maxHeight: 400 },
      safeAreaInsets: { top: 10, right: -4, bottom: 9999, left: '3' },
      styles: { variables: { '--color-text-primary': '#111' } },
    })

    expect(context).toMatchObject({
      theme: 'dark',
      locale: 'de-DE',
      displayMode: 'fullscreen',
      availableDisplayModes: ['inline', 'fullscreen'],
      maxHeight: 400,
      height: undefined,
      safeArea: { top: 10, right: 0, bottom: 0, left: 0 },
      variables: [['--color-text-primary', '#111']],
    })
  })

  test.each([
    ['--color-text-primary', 'url(https://evil.example/x)'],
    ['--color-text-primary', 'red; background: url(x)'],
    ['--color-text-primary', 'image-set("x" 1x)'],
    ['--color-text-primary', '\\75rl(x)'],
    ['--color-text-primary', 'x'.repeat(301)],
    ['background', 'red'],
    ['--safe-top', '100px'],
    ['--color-Text', 'red'],
  ])('refuses the variable %s with the value %s', (name, value) => {
    expect(mergeContext(initialContext, { styles: { variables: { [name]: value } } }).variables).toEqual([])
  })

  test('keeps what it knew when a part is missing or unreadable', () => {
    const known = mergeContext(initialContext, { theme: 'dark', locale: 'it' })

    expect(mergeContext(known, { theme: 'sepia', locale: '<b>' })).toEqual(known)
  })

  test('of any shape is merged without an error', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(mergeContext(initialContext, value).displayMode).toMatch(/^(inline|fullscreen|pip)$/)
      }),
    )
  })

  test('of window.openai gives the same', () => {
    expect(
      mergeOpenAiGlobals(initialContext, {
        theme: 'dark',
        displayMode: 'inline',
        maxHeight: 500,
        locale: 'fr',
      }),
    ).toMatchObject({ theme: 'dark', displayMode: 'inline', maxHeight: 500, locale: 'fr' })
  })
})
