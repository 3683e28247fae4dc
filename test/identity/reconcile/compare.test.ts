import { describe, expect, test } from '@jest/globals'
import { findDifferences, type Resolved, Unknown } from '../../../lambdas/identity/reconcile/compare.ts'

describe('the comparison of an object with what is wanted', () => {
  test.each<[string, unknown, Resolved]>([
    ['what is not wanted does not matter', { a: 1, b: 2 }, { a: 1 }],
    ['order does not matter in lists of words', { a: ['x', 'y'] }, { a: ['y', 'x'] }],
    [
      'order does not matter in lists of references',
      { a: [{ id: '1', x: 1 }, { id: '2' }] },
      { a: [{ id: '2' }, { id: '1' }] },
    ],
    ['PingOne leaves out empty lists', {}, { a: [] }],
    ['PingOne leaves out empty words', {}, { a: '' }],
    ['any of several values is right', { a: 'WEB_APP' }, { a: { $either: ['AI_AGENT', 'WEB_APP'] } }],
  ])('%s', (_case, live, wanted) => {
    expect(findDifferences(live, wanted)).toEqual([])
  })

  test.each<[string, unknown, Resolved, string]>([
    ['another value', { a: { b: 1 } }, { a: { b: 2 } }, 'a.b'],
    ['a missing member', {}, { a: { b: 2 } }, 'a'],
    ['a number that is a string', { a: '1' }, { a: 1 }, 'a'],
    ['one word more', { a: ['x', 'y'] }, { a: ['x'] }, 'a'],
    ['another word', { a: ['x', 'z'] }, { a: ['x', 'y'] }, 'a'],
    ['another order of rules', { a: [{ n: 1 }, { n: 2 }] }, { a: [{ n: 2 }, { n: 1 }] }, 'a[0].n'],
    ['a value that is none of several', { a: 'SERVICE' }, { a: { $either: ['AI_AGENT', 'WEB_APP'] } }, 'a'],
    ['something not yet known', { a: 'x' }, { a: new Unknown('the id of y') }, 'a'],
    ['a list where there is none', { a: 'x' }, { a: ['x'] }, 'a'],
    ['nothing at all', undefined, { a: 1 }, ''],
  ])('names %s', (_case, live, wanted, path) => {
    expect(findDifferences(live, wanted)[0]?.path).toBe(path)
  })
})
