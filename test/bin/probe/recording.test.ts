import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareAnswers, reduce, reduceSeen } from '../../../bin/probe/recording.ts'

describe('a reduced answer', () => {
  test('has the shape, and the words of protocols', () => {
    expect(
      reduce({
        id: '0f6f2a34-0f3e-4f0b-8c5e-5d0d5f7a0c11',
        code: 'INVALID_DATA',
        message: 'The request of anna could not be completed',
        details: [
          { code: 'INVALID_VALUE', target: 'name', message: 'x' },
          { code: 'INVALID_VALUE', target: 'name', message: 'y' },
        ],
        at: '2026-11-23T09:15:02.114Z',
        count: 3,
        none: null,
        grant_types_supported: ['refresh_token', 'authorization_code'],
        _links: { self: { href: 'https://api.pingone.eu/v1/environments/x' } },
      }),
    ).toEqual({
      _links: { self: { href: 'url' } },
      at: 'time',
      code: '= INVALID_DATA',
      count: 'number',
      details: [{ code: '= INVALID_VALUE', message: 'text', target: '= name' }],
      grant_types_supported: ['= authorization_code', '= refresh_token'],
      id: 'uuid',
      message: 'text',
      none: 'null',
    })
  })

  test('holds nothing that is private, wherever it stands', () => {
    const id = fc.constant(randomUUID())
    const jwt = fc.constant('eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl')
    const secret = fc.stringMatching(/^[A-Za-z0-9~_.-]{30,64}$/)
    const email = fc.constant('anna@hotel.example')
    const name = fc.constantFrom('Zoë Example', 'Örn Þór')
    const value = fc.oneof(id, jwt, secret, email, name)
    const member = fc.constantFrom('access_token', 'sub', 'message', 'name', 'id', 'href', 'secret')
    fc.assert(
      fc.property(fc.array(fc.tuple(member, value)), fc.constantFrom('a', 'b'), (members, place) => {
        const body = { [place]: members.map(([key, each]) => ({ [key]: each })) }
        const headers = new Headers({ 'content-type': 'application/json', 'x-trace': 'anna' })
        const reduced = JSON.stringify(reduceSeen({ status: 200, headers, body }))
        for (const [, each] of members) expect(reduced).not.toContain(each)
      }),
    )
  })

  test('takes ids for ids also where they are words of a protocol', () => {
    const code = 'SplxlOBeZQQYbYS6WxSbIA'
    expect(
      reduce({ code, id: { code: randomUUID() }, type: 'Zoe Example', error: 'a@hotel.example' }),
    ).toEqual({
      code: 'text',
      id: { code: 'uuid' },
      type: 'text',
      error: 'email',
    })
  })

  test('names headers whose presence says something, and no value of theirs', () => {
    const headers = new Headers({
      'content-type': 'application/json; charset=utf-8',
      'www-authenticate': 'Bearer realm="secret place"',
      'x-ratelimit-remaining': '17',
      'retry-after': '3',
      date: 'today',
    })

    expect(reduceSeen({ status: 429, headers, body: '' })).toEqual({
      status: '= 429',
      headers: {
        'content-type': '= application/json',
        'www-authenticate': '= Bearer',
        'retry-after': 'text',
        'x-ratelimit-remaining': 'text',
      },
      body: 'text',
    })
  })
})

describe('compared answers', () => {
  const recorded = { probe: { answer: { status: '= 200', body: { id: 'uuid', list: ['text'] } } } }

  test('are the same when every shape is', () => {
    expect(compareAnswers(recorded, structuredClone(recorded))).toEqual([])
  })

  test('of a probe that was not asked here say nothing', () => {
    expect(compareAnswers(recorded, {})).toEqual([])
  })

  test.each<[string, object, string]>([
    [
      'another status',
      { status: '= 201', body: { id: 'uuid', list: ['text'] } },
      'status: recorded = 200, here = 201',
    ],
    [
      'a member less',
      { status: '= 200', body: { list: ['text'] } },
      'body: "id" was recorded and is not here',
    ],
    [
      'a member more',
      { status: '= 200', body: { id: 'uuid', more: 'text', list: ['text'] } },
      '"more" is here and was not recorded',
    ],
    [
      'another class',
      { status: '= 200', body: { id: 'text', list: ['text'] } },
      'body, id: recorded uuid, here text',
    ],
    ['other items', { status: '= 200', body: { id: 'uuid', list: [] } }, 'list: recorded ["text"], here []'],
  ])('name %s', (_what, answer, words) => {
    const [difference, ...others] = compareAnswers(recorded, { probe: { answer } } as never)

    expect(difference).toContain(words)
    expect(difference).toMatch(/^probe, answer/)
    expect(others).toEqual([])
  })

  test('name an answer that is missing', () => {
    expect(compareAnswers(recorded, { probe: {} })).toEqual([
      'probe, answer: recorded, and not answered here',
    ])
  })
})
