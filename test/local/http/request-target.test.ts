import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readRequestTarget } from '../../../local/http/request-target.ts'

describe('a request target', () => {
  // RFC 9112 section 3.2.
  test.each([
    ['/', { target: '/' }],
    ['/a?b', { target: '/a?b' }],
    ['///', { target: '///' }],
    ['//b.example/c', { target: '//b.example/c' }],
    ['/a#b?c', { target: '/a' }],
    ['/a?b=http://c', { target: '/a?b=http://c' }],
    ['http://b.example', { target: '/', host: 'b.example' }],
    ['http://b.example?c', { target: '/?c', host: 'b.example' }],
    ['HTTP://B.example:81/c/../d', { target: '/c/../d', host: 'b.example:81' }],
    ['https://b.example:443//c', { target: '//c', host: 'b.example' }],
    ['http://[::1]:80/', { target: '/', host: '[::1]' }],
  ])('%j is %j', (text, expected) => {
    expect(readRequestTarget(text)).toEqual(expected)
  })

  test.each([
    '',
    '*',
    '#',
    'a',
    'a/b',
    'b.example:443',
    'http://',
    'http:///a',
    'http://?a',
    'http:/a',
    'http://b:99999/',
    'http://user@b.example/',
    'http://user:word@b.example/',
    'ftp://b.example/',
    'javascript:alert(1)',
    'http://b example/',
  ])('%j is none', (text) => {
    expect(readRequestTarget(text)).toBeUndefined()
  })

  test('is a path of the very server, whatever comes', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc
        .tuple(fc.constantFrom('/', '//', 'http://', 'https://a/', '*', '?'), fc.string())
        .map((all) => all.join('')),
    )
    fc.assert(
      fc.property(anything, (text) => {
        const found = readRequestTarget(text)
        if (found === undefined) return
        const url = new URL(`http://127.0.0.1:4110${found.target}`)
        expect([url.host, url.username, url.hash]).toEqual(['127.0.0.1:4110', '', ''])
      }),
      { numRuns: 1000 },
    )
  })
})
