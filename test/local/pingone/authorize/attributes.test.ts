import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Attribute, Processor } from '../../../../local/pingone/authorize/model.ts'
import { processValue } from '../../../../local/pingone/authorize/process-value.ts'
import { resolveAttribute } from '../../../../local/pingone/authorize/resolve-attribute.ts'
import { EvaluationFailure } from '../../../../local/pingone/authorize/values.ts'
import { type Asked, compare, evaluation, framework, requested } from './framework.ts'

const attribute = (id: string, changes: Partial<Attribute> = {}): Attribute => ({
  ...requested(id),
  resolvers: [],
  ...changes,
})
const constant = (value: string) => ({ type: 'CONSTANT', value, valueType: { type: 'STRING' } }) as const
const jsonPath = (expression: string, type: Attribute['valueType']['type'] = 'STRING'): Processor => ({
  name: 'path',
  type: 'JSON_PATH',
  expression,
  valueType: { type },
})

const valueIn = async (attributes: Attribute[], asked: Asked = {}) =>
  (await resolveAttribute(evaluation({ attributes }, asked), attributes[0]?.id ?? '')).value

describe('resolvers', () => {
  test('the first with a value wins', async () => {
    const a = attribute('a', { resolvers: [{ type: 'REQUEST' }, constant('fallback')] })

    expect(await valueIn([a], { parameters: { a: 'sent' } })).toBe('sent')
    expect(await valueIn([a])).toBe('fallback')
  })

  test('one whose condition is not met is passed over', async () => {
    const a = attribute('a', {
      resolvers: [{ ...constant('yes'), condition: compare('b', 'EQUALS', 'x') }, constant('no')],
    })

    expect(await valueIn([a, requested('b')], { parameters: { b: 'x' } })).toBe('yes')
    expect(await valueIn([a, requested('b')], { parameters: { b: 'y' } })).toBe('no')
  })

  test.each<[string, Attribute['resolvers'], Asked, unknown]>([
    ['a constant', [constant('c')], {}, 'c'],
    ['the time', [{ type: 'SYSTEM', value: 'CURRENT_DATE_TIME' }], {}, '2026-11-23T09:00:00.000Z'],
    ['the current user', [{ type: 'CURRENT_USER_ID' }], { userId: 'anna' }, 'anna'],
    [
      'another attribute',
      [{ type: 'ATTRIBUTE', value: { id: 'b' } }],
      { parameters: { b: 'from b' } },
      'from b',
    ],
  ])('%s', async (_, resolvers, asked, expected) => {
    expect(await valueIn([attribute('a', { resolvers }), requested('b')], asked)).toBe(expected)
  })

  test('a user of the directory, by the value of an attribute', async () => {
    const id = '44444444-4444-4444-8444-444444444444'
    const a = attribute('a', {
      resolvers: [{ type: 'USER', query: { type: 'USER_ID', userId: `{{${id}}}` } }],
      processor: jsonPath('$.name.given'),
    })
    const directory = {
      user: (wanted: string) => (wanted === 'anna' ? { name: { given: 'Anna' } } : undefined),
      groupsOf: () => [],
    }

    const value = await valueIn([a, { ...requested(id), name: 'user' }], {
      directory,
      parameters: { user: 'anna' },
    })

    expect(value).toBe('Anna')
  })

  test.each([
    ['without a value and a default', attribute('a'), {}, 'MISSING_ATTRIBUTE'],
    [
      'that resolves to NULL',
      attribute('a', { resolvers: [{ type: 'SYSTEM', value: 'NULL' }] }),
      {},
      'MISSING_ATTRIBUTE',
    ],
    [
      'of the wrong type in the request',
      requested('a', 'NUMBER', { defaultValue: '0' }),
      { parameters: { a: 'x' } },
      'TYPE_CONVERSION_ERROR',
    ],
    [
      'with a default of the wrong type',
      requested('a', 'NUMBER', { defaultValue: 'x' }),
      {},
      'TYPE_CONVERSION_ERROR',
    ],
    [
      'that is its own value',
      attribute('a', { resolvers: [{ type: 'ATTRIBUTE', value: { id: 'a' } }] }),
      {},
      'PROCESSING_ERROR',
    ],
    [
      'with a schema',
      requested('a', 'JSON', { valueSchema: '{}' }),
      { parameters: { a: '{}' } },
      'PROCESSING_ERROR',
    ],
    [
      'that repeats',
      attribute('a', { resolvers: [{ type: 'CURRENT_REPETITION_VALUE' }] }),
      {},
      'PROCESSING_ERROR',
    ],
  ] as [string, Attribute, Asked, string][])('an attribute %s fails', async (_, a, asked, code) => {
    await expect(valueIn([a], asked)).rejects.toMatchObject({ code })
  })

  test('a default stands in for what is missing', async () => {
    expect(await valueIn([requested('a', 'COLLECTION', { defaultValue: '[]' })])).toEqual([])
    expect(await valueIn([requested('a', 'STRING', { defaultValue: '' })])).toBe('')
  })

  test('the request is read by the full name', async () => {
    const parent = attribute('p', { name: 'MyHotels' })
    const child = requested('c', 'STRING', { name: 'resource', parent: { id: 'p' } })

    expect(await valueIn([child, parent], { parameters: { 'MyHotels.resource': 'x', resource: 'y' } })).toBe(
      'x',
    )
  })
})

describe('processors', () => {
  const token = {
    active: true,
    switches: [{ on: true }, { on: false }, {}],
    sub: 'anna',
    aud: ['myhotels-hotelmcp'],
    act: { sub: 'client' },
    groups: [
      { name: 'a', size: 1 },
      { name: 'b', size: 2 },
    ],
  }

  test.each<[string, Processor, unknown]>([
    ['$.sub', jsonPath('$.sub'), 'anna'],
    ['$.act.sub', jsonPath('$.act.sub'), 'client'],
    ["$['act']['sub']", jsonPath("$['act']['sub']"), 'client'],
    ['$.aud', jsonPath('$.aud', 'COLLECTION'), ['myhotels-hotelmcp']],
    ['$.aud[0]', jsonPath('$.aud[0]'), 'myhotels-hotelmcp'],
    ['$.aud as text', jsonPath('$.aud'), '["myhotels-hotelmcp"]'],
    ['$.groups[*].name', jsonPath('$.groups[*].name', 'COLLECTION'), ['a', 'b']],
    ['$..sub', jsonPath('$..sub', 'COLLECTION'), ['anna', 'client']],
    ['a filter', jsonPath('$.groups[?(@.size > 1)].name', 'COLLECTION'), ['b']],
    ['nothing there', jsonPath('$.act.act.sub'), undefined],
    ['the boolean false', jsonPath('$.inactive', 'BOOLEAN'), undefined],
    [
      'a chain',
      { name: 'c', type: 'CHAIN', processors: [jsonPath('$.act', 'JSON'), jsonPath('$.sub')] },
      'client',
    ],
    ['a reference', { name: 'r', type: 'REFERENCE', processor: { id: 'shared' } }, 'anna'],
    [
      'a transformed collection',
      {
        name: 'c',
        type: 'CHAIN',
        processors: [
          jsonPath('$.groups', 'COLLECTION'),
          { name: 't', type: 'COLLECTION_TRANSFORM', processor: jsonPath('$.name') },
        ],
      },
      ['a', 'b'],
    ],
    [
      'a filtered collection',
      {
        name: 'c',
        type: 'CHAIN',
        processors: [
          jsonPath('$.switches', 'COLLECTION'),
          { name: 'f', type: 'COLLECTION_FILTER', predicate: jsonPath('$.on', 'BOOLEAN') },
        ],
      },
      [{ on: true }],
    ],
  ])('%s', (_, processor, expected) => {
    const shared = framework({ processors: [{ id: 'shared', processor: jsonPath('$.sub') }] })

    expect(processValue(shared, processor, token)).toEqual(expected)
  })

  test.each<[string, Processor]>([
    ['SpEL', { name: 's', type: 'SPEL', expression: 'sub', valueType: { type: 'STRING' } }],
    ['XPath', { name: 'x', type: 'XPATH', expression: '/a', valueType: { type: 'STRING' } }],
    ['a reference to nothing', { name: 'r', type: 'REFERENCE', processor: { id: 'none' } }],
    ['a reference to itself', { name: 'r', type: 'REFERENCE', processor: { id: 'loop' } }],
    ['a value that is no number', jsonPath('$.sub', 'NUMBER')],
  ])('%s fails rather than being passed over', (_, processor) => {
    const loop = { id: 'loop', processor: { name: 'r', type: 'REFERENCE', processor: { id: 'loop' } } }

    expect(() => processValue(framework({ processors: [loop] }), processor, token)).toThrow(EvaluationFailure)
  })

  test('a path runs no code', () => {
    const attempts = [
      '$[?(constructor.constructor("globalThis.ran = true")())]',
      '$.groups[?(@.constructor.constructor("globalThis.ran = true")())]',
      '$[(globalThis.ran = true)]',
      '$.groups[?(process.exit())]',
    ]
    for (const attempt of attempts) {
      try {
        processValue(framework({}), jsonPath(attempt, 'COLLECTION'), token)
      } catch (error) {
        expect(error).toBeInstanceOf(EvaluationFailure)
      }
    }

    expect((globalThis as { ran?: boolean }).ran).toBeUndefined()
  })

  test('whatever the path and the value, there is a result or an evaluation failure', () => {
    const part = fc.constantFrom(
      '$',
      '.a',
      '..',
      '[*]',
      '[0]',
      "['b']",
      '[?(@.a)]',
      '[?(',
      '^',
      '~',
      '@',
      '[1:2]',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), fc.jsonValue(), (parts, value) => {
        try {
          processValue(framework({}), jsonPath(parts.join(''), 'JSON'), value)
        } catch (error) {
          expect(error).toBeInstanceOf(EvaluationFailure)
        }
      }),
    )
  })
})
