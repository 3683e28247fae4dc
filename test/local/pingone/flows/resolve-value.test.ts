import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { resolveValue } from '../../../../local/pingone/flows/resolve-value.ts'
import { slate } from './exported-flow.ts'

const scope = {
  global: {
    parameters: { authorizationRequest: { login_hint: 'anna', amount: '{{local.a.payload.output.x}}' } },
  },
  local: {
    a: { payload: { success: true, output: { x: 'secret', on: true, list: [{ id: 7 }], 'dotted.name': 1 } } },
  },
}
const resolve = (written: unknown) => resolveValue(written, scope)
const texts = (...children: object[]) => JSON.stringify([{ children }])

describe('a property', () => {
  test.each<[string, unknown, unknown]>([
    ['plain text', 'username', 'username'],
    ['a number', 43200, 43200],
    ['a switch', true, true],
    ['a list', ['username'], ['username']],
    ['a Slate text', slate('Booking not approved.'), 'Booking not approved.'],
    ['an empty Slate text', slate(''), ''],
    ['a link', slate('{{global.parameters.authorizationRequest.login_hint}}'), 'anna'],
    [
      'a link between texts',
      slate('(username eq "', '{{global.parameters.authorizationRequest.login_hint}}', '")'),
      '(username eq "anna")',
    ],
    [
      'a moustache',
      texts({ type: 'moustache', data: '{{local.a.payload.output.x}}', children: [{ text: '' }] }),
      'secret',
    ],
    ['a text that is a reference', texts({ text: '' }, { text: '{{local.a.payload.output.x}}' }), 'secret'],
    [
      'a reference that the editor has split',
      texts({ text: '{{local.a.' }, { text: 'payload.output' }, { text: '.x}}' }),
      'secret',
    ],
    ['the type of what is referred to', slate('{{local.a.payload.output.on}}'), true],
    ['a member of a list', slate('{{local.a.payload.output.list[0].id}}'), 7],
    ['an object within text', slate('it is ', '{{local.a.payload.output.list}}'), 'it is [{"id":7}]'],
    ['several blocks', JSON.stringify([{ children: [{ text: 'a' }] }, { children: [{ text: 'b' }] }]), 'ab'],
  ])('%s', (_, written, value) => {
    expect(resolve(written)).toEqual(value)
  })

  test.each<[string, unknown]>([
    ['a reference within a longer text', texts({ text: 'Hello {{local.a.payload.output.x}}' })],
    [
      'two references in one text',
      texts({ text: '{{local.a.payload.output.x}}{{local.a.payload.output.x}}' }),
    ],
  ])('%s stays as it is written', (_, written) => {
    const [block] = JSON.parse(String(written)) as [{ children: { text: string }[] }]
    expect(resolve(written)).toBe(block.children.map(({ text }) => text).join(''))
  })

  test.each(['{{local.a.payload.output.x}}', 'Hello {{local.a.payload.output.x}}', '["not", "slate"]', '[1'])(
    '%s without Slate is text',
    (written) => {
      expect(resolve(written)).toBe(written)
    },
  )

  test.each([
    'local.b.payload.output.x',
    'local.a.payload.output.dotted.name',
    'local.a.payload.output.constructor',
    'local.a.payload.output.__proto__',
    'local.a.payload.output.x.length',
    'constructor.constructor',
    '',
  ])('{{%s}} refers to nothing', (path) => {
    expect(resolve(slate(`{{${path}}}`))).toBeUndefined()
    expect(resolve(slate('a', `{{${path}}}`, 'b'))).toBe('ab')
  })

  test('what a client sends is never read as a reference', () => {
    expect(resolve(slate('{{global.parameters.authorizationRequest.amount}}'))).toBe(
      '{{local.a.payload.output.x}}',
    )
  })

  test('whatever is written, it is read as something', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue(),
          fc.json(),
          fc.json().map((each) => `[{"children":[${each}]}]`),
        ),
        (written) => {
          expect(() => resolve(written)).not.toThrow()
        },
      ),
    )
  })
})
