import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkAttribute } from '../../../../local/pingone/expressions/check-attribute.ts'
import {
  type AttributeContext,
  evaluateAttribute,
} from '../../../../local/pingone/expressions/evaluate-attribute.ts'
import {
  ExpressionSyntaxError,
  parseAttribute,
} from '../../../../local/pingone/expressions/parse-attribute.ts'

const wrap = (expression: string) => `\${${expression}}`
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`

const anna: AttributeContext = {
  user: { username: 'anna', name: { given: 'Anna' }, memberOfGroupNames: ['ChatGPT User'] },
  context: {
    appConfig: { clientId: 'exchange' },
    requestData: { grantType: 'x', subjectToken: { client_id: 'connector', 'p1.userId': 'u1' } },
  },
}
const withoutSubject: AttributeContext = {
  ...anna,
  context: { ...anna.context, requestData: { grantType: 'ciba', subjectToken: null } },
}
const worker: AttributeContext = { ...withoutSubject, user: null }

const clientId = '#root.context.appConfig.clientId'
const subject = '#root.context.requestData.subjectToken'
const chain = `({"sub": ${clientId}, "act": {"sub": ${subject}.client_id}})`
const nullSafe = `(${subject} != null) ? {"sub": ${clientId}, "act": {"sub": ${subject}.client_id}} : {"sub": ${clientId}}`

describe('An attribute mapping', () => {
  test.each<[string, AttributeContext, unknown]>([
    [wrap('user.username'), anna, 'anna'],
    [wrap('user.name.given'), anna, 'Anna'],
    [wrap('user.memberOfGroupNames'), anna, ['ChatGPT User']],
    [wrap(clientId), anna, 'exchange'],
    [wrap(`({"sub": ${clientId}})`), anna, { sub: 'exchange' }],
    [wrap(`{'sub': ${clientId}, act: {'sub': 'x'}}`), anna, { sub: 'exchange', act: { sub: 'x' } }],
    [wrap(chain), anna, { sub: 'exchange', act: { sub: 'connector' } }],
    [wrap(nullSafe), anna, { sub: 'exchange', act: { sub: 'connector' } }],
    [wrap(nullSafe), withoutSubject, { sub: 'exchange' }],
    [wrap(`${subject}['p1.userId']`), anna, 'u1'],
    [wrap(`${subject} != null and ${subject}.client_id == 'connector'`), anna, true],
    [wrap(`${subject} != null and ${subject}.client_id == 'connector'`), withoutSubject, false],
    [wrap(`not (${subject} == null) || false`), withoutSubject, false],
    [wrap('user.nickname'), anna, null],
    [wrap("{'a', 1, {}, {:}}"), anna, ['a', 1, [], {}]],
    [wrap("'it''s'"), anna, "it's"],
    [wrap("user.name.given + ', ' + user.name.given"), anna, 'Anna, Anna'],
    [`Dear ${wrap('user.name.given')}, hello`, anna, 'Dear Anna, hello'],
  ])('%s is evaluated', (value, root, expected) => {
    expect(evaluateAttribute(value, root)).toEqual(expected)
    expect(checkAttribute(value)).toBeUndefined()
  })

  test.each([
    `(${clientId})`,
    `#{${clientId}}`,
    clientId,
    `{"sub": ${clientId}}`,
    '',
    '$',
    '{}',
    '$ {user.id}',
  ])('%j without the wrapper is text', (value) => {
    expect(evaluateAttribute(value, anna)).toBe(value)
    expect(checkAttribute(value)).toBeUndefined()
  })

  test('that reads a property of null has no value', () => {
    expect(evaluateAttribute(wrap(chain), withoutSubject)).toBeNull()
    expect(evaluateAttribute(wrap('user.username'), worker)).toBeNull()
  })

  test.each([
    ['actor.client_id', 'actor.client_id'],
    ['#root.secrets', 'secrets'],
    ['user.shoeSize', 'user.shoeSize'],
    ['#root.context.requestData.password', 'context.requestData.password'],
    [`{"sub": ${clientId}, "x": {1, not nothing}}`, 'nothing'],
    ['true ? user.id : other', 'other'],
  ])('that refers to something unknown, as %s, is refused on write', (expression, reference) => {
    expect(checkAttribute(wrap(expression))).toMatchObject({ reference })
  })

  test('may refer to an attribute that the schema adds', () => {
    expect(checkAttribute(wrap('user.mayAct'), ['mayAct'])).toBeUndefined()
  })

  test.each([
    'user?.username',
    'user.username.length()',
    'T(java.lang.Runtime)',
    'user.constructor',
    "user['__proto__']",
    "{'__proto__': 1}",
    "user.username = 'x'",
    '@bean',
    'new Object()',
    'user.memberOfGroupNames.![#this]',
    '1 +',
    '{"a": }',
    '(user.id',
    "'open",
    '',
  ])('%j is refused with a sentence', (expression) => {
    expect(() => evaluateAttribute(wrap(expression), anna)).toThrow(ExpressionSyntaxError)
    expect(checkAttribute(wrap(expression))?.message).toMatch(/\.$/)
  })

  test('with any text parses, or is refused as a syntax error, and never reaches outside', () => {
    const pieces = fc.constantFrom(
      ...[
        '${',
        '}',
        '{',
        '#root',
        '.',
        'user',
        '(',
        ')',
        "'",
        '"',
        ':',
        '?',
        ',',
        '!',
        '==',
        'and',
        'not',
        '[',
      ],
      ...[']', 'constructor', '__proto__', '1', ' ', 'null'],
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((list) => list.join('')),
        ),
        (value) => {
          try {
            const result = evaluateAttribute(value, anna)
            return typeof result !== 'function' && Object.getPrototypeOf({}) === Object.prototype
          } catch (error) {
            return error instanceof ExpressionSyntaxError
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('of any JSON value, written as an expression, is that value', () => {
    const key = fc.string().filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text))
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    const write = (json: unknown): string => {
      if (typeof json === 'string') return quote(json)
      if (Array.isArray(json)) return `{${json.map(write).join(', ')}}`
      if (json === null || typeof json !== 'object') return String(json)
      const entries = Object.entries(json).map(([name, each]) => `${quote(name)}: ${write(each)}`)
      return entries.length === 0 ? '{:}' : `{${entries.join(', ')}}`
    }
    fc.assert(
      fc.property(value, (json) => expect(evaluateAttribute(wrap(write(json)), anna)).toEqual(json)),
      { numRuns: 200 },
    )
  })

  test('nests only so deep', () => {
    expect(() => parseAttribute(wrap('('.repeat(5000)))).toThrow(ExpressionSyntaxError)
    expect(() => parseAttribute(wrap(`${'!'.repeat(5000)}true`))).not.toThrow(RangeError)
  })
})
