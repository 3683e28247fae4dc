import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Screen } from '../../../../local/pingone/flows/capability.ts'
import { readSubmission } from '../../../../local/pingone/flows/read-submission.ts'

const formOf = (...fields: object[]): Screen => ({
  kind: 'form',
  form: {
    id: 'f',
    components: { fields: fields.map((field, row) => ({ ...field, position: { row, col: 0 } })) },
  },
  texts: {},
  values: {},
})
const signIn = formOf(
  { type: 'TEXT', key: 'user.username', required: true },
  { type: 'PASSWORD', key: 'user.password', required: true },
  { type: 'SUBMIT_BUTTON' },
  { type: 'FLOW_LINK', key: 'cancel' },
)
const read = (screen: Screen, sent: Record<string, string>) =>
  readSubmission(screen, new URLSearchParams(sent))

describe('a form that is sent', () => {
  test('comes back nested, and what is kept of it has no password', () => {
    expect(
      read(signIn, { 'user.username': 'anna', 'user.password': 'p', button: 'submit', other: 'x' }),
    ).toEqual({
      kind: 'sent',
      result: 'submit',
      output: { formData: { user: { username: 'anna', password: 'p' } } },
      kept: { formData: { user: { username: 'anna' } } },
    })
  })

  test('a link leaves it without the required fields', () => {
    expect(read(signIn, { button: 'cancel' })).toMatchObject({ kind: 'sent', result: 'cancel' })
  })

  test.each([
    ['a required field is missing', { 'user.username': 'anna', button: 'submit' }],
    ['no button', { 'user.username': 'anna', 'user.password': 'p' }],
    [
      'a button that the form does not have',
      { 'user.username': 'anna', 'user.password': 'p', button: 'approve' },
    ],
  ])('is shown again: %s', (_, sent) => {
    expect(read(signIn, sent as Record<string, string>)).toMatchObject({ kind: 'incomplete' })
  })

  test('no key and no value reaches beyond the form', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('__proto__', 'constructor', 'a', ''), { minLength: 1 }),
        fc.string(),
        (path, value) => {
          const key = path.join('.')
          read(formOf({ type: 'TEXT', key }, { type: 'SUBMIT_BUTTON' }), { [key]: value, button: 'submit' })

          expect(Object.keys(Object.prototype)).toEqual([])
          expect(({} as Record<string, unknown>).a).toBeUndefined()
        },
      ),
    )
  })
})
