import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ApiError } from '../../../../local/pingone/management/api-error.ts'
import {
  type Filter,
  type Filterable,
  matchesFilter,
  parseFilter,
} from '../../../../local/pingone/management/scim-filter.ts'
import { envelope, type Json, startManagementApi, workerId } from './start-management-api.ts'

async function pagesOf(call: (method: string, path: string) => Promise<Json>, path: string): Promise<Json[]> {
  const pages: Json[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, body }: Json = await call('GET', next)
    expect(status).toBe(200)
    pages.push(body)
    next = body._links.next?.href.replace(/^.*\/environments\/[^/]+/, '')
  }
  return pages
}

async function withGroups(count: number, options = {}) {
  const api = startManagementApi(options)
  for (let index = 0; index < count; index += 1) await api.create('/groups', { name: `Group ${index}` })
  return api
}

describe('pages', () => {
  test.each([
    [0, 2, [0]],
    [2, 2, [2]],
    [5, 2, [2, 2, 1]],
    [3, 1000, [3]],
  ])('%i objects in pages of %i', async (count, limit, sizes) => {
    const { call } = await withGroups(count)

    const pages = await pagesOf(call, `/groups?limit=${limit}`)

    expect(pages.map((page) => page._embedded.groups.length)).toEqual(sizes)
    expect(pages.map((page) => page.size)).toEqual(sizes)
    expect(new Set(pages.map((page) => page.count))).toEqual(new Set([count]))
    const names = pages.flatMap((page) => page._embedded.groups.map(({ name }: Json) => name))
    expect(names).toEqual(Array.from({ length: count }, (_, index) => `Group ${index}`))
  })

  test('the server may give smaller pages than asked for', async () => {
    const { call } = await withGroups(5, { largestPage: 2 })

    const pages = await pagesOf(call, '/groups?limit=1000')

    expect(pages).toHaveLength(3)
  })

  test('a deletion between pages neither repeats nor skips what stays', async () => {
    const { call, list } = await withGroups(5)
    const groups = await list('/groups')
    const first = await call('GET', '/groups?limit=2')
    await call('DELETE', `/groups/${groups[0].id}`)

    const second = await call('GET', first.body._links.next.href.replace(/^.*\/groups/, '/groups'))

    expect(second.body._embedded.groups.map(({ name }: Json) => name)).toEqual(['Group 2', 'Group 3'])
  })

  test('the next page keeps the filter', async () => {
    const { call } = await withGroups(5)

    const pages = await pagesOf(call, `/groups?limit=3&filter=${encodeURIComponent('name sw "group"')}`)

    expect(pages.map((page) => page.size)).toEqual([3, 2])
  })

  test.each(['0', '-1', '1001', 'ten', '', '1e3'])('limit=%s is refused', async (limit) => {
    const { call } = startManagementApi()

    const reply = await call('GET', `/groups?limit=${limit}`)

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code: 'OUT_OF_RANGE', target: 'limit' }))
  })

  test('the Authorize lists take limits to 5000 and default to 25', async () => {
    const { call, create } = startManagementApi()
    for (let index = 0; index < 26; index += 1) {
      await create('/authorizationAttributes', { name: `a${index}`, valueType: { type: 'STRING' } })
    }

    const first = await call('GET', '/authorizationAttributes')
    const all = await call('GET', '/authorizationAttributes?limit=5000')

    expect(first.body.size).toBe(25)
    expect(all.body.size).toBe(26)
  })

  test('a cursor is good for the list that gave it out, and nowhere else', async () => {
    const { call } = await withGroups(3)
    const { body } = await call('GET', '/groups?limit=1')
    const cursor = new URL(body._links.next.href).searchParams.get('cursor')

    const elsewhere = await call('GET', `/users?cursor=${cursor}`)
    const invented = await call('GET', '/groups?cursor=2')

    for (const reply of [elsewhere, invented]) {
      expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code: 'INVALID_PARAMETER', target: 'cursor' }))
    }
  })
})

describe('filters', () => {
  const named = (value: string): Filter => ({ operator: 'eq', attribute: 'name', value })
  const filterable: Filterable = {
    name: ['eq', 'sw'],
    enabled: ['eq'],
    parent: ['eq', 'pr', 'not pr'],
    'name.given': ['eq'],
  }

  test.each<[string, Filter]>([
    ['name eq "a"', named('a')],
    ['name EQ "a \\" b"', named('a " b')],
    ['  name   sw   "a"  ', { operator: 'sw', attribute: 'name', value: 'a' }],
    ['enabled eq true', { operator: 'eq', attribute: 'enabled', value: true }],
    ['parent not pr', { operator: 'not pr', attribute: 'parent' }],
    ['parent pr', { operator: 'pr', attribute: 'parent' }],
    [
      'name eq "and" and enabled eq false',
      { operator: 'and', parts: [named('and'), { operator: 'eq', attribute: 'enabled', value: false }] },
    ],
    // As the official Terraform provider writes it, and as an exported flow does.
    ['((name eq "a"))', named('a')],
    ['(name eq "a") or (name eq "b")', { operator: 'or', parts: [named('a'), named('b')] }],
    ['( name eq "a" )or(name eq "b")', { operator: 'or', parts: [named('a'), named('b')] }],
    [
      'name eq "a" or name eq "b" and name eq "c"',
      { operator: 'or', parts: [named('a'), { operator: 'and', parts: [named('b'), named('c')] }] },
    ],
    [
      '(name eq "a" or name eq "b") and not (name eq "c")',
      {
        operator: 'and',
        parts: [
          { operator: 'or', parts: [named('a'), named('b')] },
          { operator: 'not', part: named('c') },
        ],
      },
    ],
  ])('%s', (text, filter) => {
    expect(parseFilter(text, filterable)).toEqual(filter)
  })

  test.each([
    ['(name eq "anna") or (name eq "ben")', [true, true, false]],
    ['not (name eq "anna")', [false, true, true]],
    ['(name eq "anna" or name eq "ben") and enabled eq true', [true, false, false]],
  ])('%s finds what it says', (text, found) => {
    const filter = parseFilter(text, filterable)
    const items = [
      { name: 'Anna', enabled: true },
      { name: 'Ben', enabled: false },
      { name: 'Cleo', enabled: true },
    ]

    expect(items.map((item) => matchesFilter(item, filter))).toEqual(found)
  })

  test.each([
    '',
    'name',
    'name eq',
    'name eq a',
    "name eq 'a'",
    'name eq "a',
    'name eq "a" or',
    'name eq "a" ornot name eq "b"',
    '(name eq "a"',
    'name eq "a")',
    '()',
    'not name eq "a"',
    'name eq "a" and or name eq "b"',
    'name eq "a" and',
    'name eq "a"and name eq "b"',
    'name co "a"',
    'enabled sw "t"',
    'shoeSize eq "42"',
    'constructor eq "a"',
    `${'('.repeat(30)}name eq "a"${')'.repeat(30)}`,
    'name eq 5',
    'name not eq "a"',
    `name eq "${'a'.repeat(3000)}"`,
  ])('refuses %s', (text) => {
    expect(() => parseFilter(text, filterable)).toThrow(
      expect.objectContaining({
        status: 400,
        details: [expect.objectContaining({ code: 'INVALID_FILTER' })],
      }),
    )
  })

  test('whatever the text, it is understood or refused as a filter', () => {
    const word = fc.constantFrom(
      'name',
      'eq',
      'sw',
      'pr',
      'not',
      'and',
      'or',
      ')',
      '"a"',
      '"',
      '\\',
      ' ',
      'true',
      '(',
      '',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (text) => {
          try {
            expect(parseFilter(text, filterable)).toHaveProperty('operator')
          } catch (error) {
            expect(error).toBeInstanceOf(ApiError)
            expect(error).toMatchObject({ status: 400, details: [{ code: 'INVALID_FILTER' }] })
          }
        },
      ),
    )
  })

  test('any text can be looked for, and finds what has it and nothing else', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 100 }),
        fc.string({ maxLength: 100 }),
        (wanted, other) => {
          const filter = parseFilter(`name eq ${JSON.stringify(wanted)}`, filterable)

          expect(matchesFilter({ name: wanted }, filter)).toBe(true)
          expect(matchesFilter({ name: other }, filter)).toBe(other.toLowerCase() === wanted.toLowerCase())
          expect(matchesFilter({}, filter)).toBe(false)
        },
      ),
    )
  })

  test('a reference is compared by its id, and a member of a member by its path', () => {
    const item = { parent: { id: workerId }, name: { given: 'Anna' } }

    expect(matchesFilter(item, parseFilter(`parent eq "${workerId}"`, filterable))).toBe(true)
    expect(matchesFilter(item, parseFilter('name.given eq "anna"', filterable))).toBe(true)
    expect(matchesFilter(item, parseFilter('parent not pr', filterable))).toBe(false)
  })

  test.each([
    ['/groups', 'shoeSize eq "42"'],
    ['/resources', 'name eq "MCP"'],
    ['/users', 'username co "a"'],
  ])('%s does not take %s', async (path, filter) => {
    const { call } = startManagementApi()

    const reply = await call('GET', `${path}?filter=${encodeURIComponent(filter)}`)

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code: 'INVALID_FILTER', target: 'filter' }))
  })
})
