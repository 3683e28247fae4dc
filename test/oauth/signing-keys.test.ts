import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { errors, exportJWK, generateKeyPair, type JWK, type JWTVerifyGetKey } from 'jose'
import { createSigningKeys, KeysUnavailableError } from '../../lambdas/oauth/signing-keys.ts'

const minutes = 60_000
let old: JWK
let next: JWK

let now: number
let asked: number
let answer: () => Promise<Response>
let find: JWTVerifyGetKey

beforeAll(async () => {
  const publicKey = async (kid: string): Promise<JWK> => {
    const pair = await generateKeyPair('RS256')
    return { ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' }
  }
  old = await publicKey('old')
  next = await publicKey('next')
})

beforeEach(() => {
  now = 0
  asked = 0
  answer = async () => Response.json({ keys: [old] })
  find = createSigningKeys({
    url: 'https://auth.example.test/as/jwks',
    clock: () => now,
    fetch: async () => {
      asked += 1
      return answer()
    },
    wait: async () => {},
  })
})

const down = async (): Promise<Response> => {
  throw new TypeError('fetch failed')
}
async function keyOf(kid: string): Promise<string> {
  try {
    await find({ alg: 'RS256', kid }, { payload: '', signature: '', protected: '' })
    return 'found'
  } catch (error) {
    return error instanceof errors.JWKSNoMatchingKey ? 'no such key' : (error as Error).name
  }
}

describe('signing keys', () => {
  test('are read once, however many ask at the same time, and again after ten minutes', async () => {
    expect(await Promise.all([keyOf('old'), keyOf('old'), keyOf('old')])).toEqual(['found', 'found', 'found'])
    now = 9 * minutes
    await keyOf('old')
    const before = asked
    now = 10 * minutes
    await keyOf('old')

    expect([before, asked]).toEqual([1, 2])
  })

  test('that were known go on being used for an hour while they cannot be read, and not longer', async () => {
    await keyOf('old')
    answer = down
    const outcomes: string[] = []
    for (const minute of [11, 30, 59, 61, 90]) {
      now = minute * minutes
      outcomes.push(await keyOf('old'))
    }

    expect(outcomes).toEqual(['found', 'found', 'found', 'KeysUnavailableError', 'KeysUnavailableError'])
  })

  test.each<[string, () => Promise<Response>]>([
    ['nobody answers', down],
    ['the server is busy', async () => new Response(null, { status: 503 })],
    ['the path is gone', async () => new Response(null, { status: 404 })],
    ['the answer is no JSON', async () => new Response('<html>')],
    ['the answer has another shape', async () => Response.json({ keys: 'none' })],
    ['the answer is endless', async () => new Response('x'.repeat(100_000))],
  ])('that cannot be read because %s are told from keys that are not there', async (_why, wrong) => {
    answer = wrong

    expect(await keyOf('old')).toBe('KeysUnavailableError')
  })

  test('that left the set are trusted no longer once it can be read', async () => {
    await keyOf('old')
    answer = async () => Response.json({ keys: [next] })
    now = 10 * minutes

    expect([await keyOf('old'), await keyOf('next')]).toEqual(['no such key', 'found'])
  })

  test('are read anew for a key id that is not among them', async () => {
    await keyOf('old')
    answer = async () => Response.json({ keys: [old, next] })
    now = 1 * minutes

    expect(await keyOf('next')).toBe('found')
  })

  test('are read at most twice a minute for made-up key ids, and known ones are found meanwhile', async () => {
    await keyOf('old')
    asked = 0
    for (let second = 1; second <= 60; second++) {
      now = second * 1000
      expect(await Promise.all([keyOf(`made-up-${second}`), keyOf('old')])).toEqual(['no such key', 'found'])
    }

    expect(asked).toBe(2)
  })

  test('are asked for at a bounded rate while they cannot be read, whatever is asked for', async () => {
    await keyOf('old')
    now = 11 * minutes
    answer = down
    asked = 0
    for (let tenth = 0; tenth < 100; tenth++) {
      now += 100
      // A key that is not known may be a new one: nothing can be said about its token.
      expect(await Promise.all([keyOf('made-up'), keyOf('old')])).toEqual(['KeysUnavailableError', 'found'])
    }

    // Ten seconds, one reading in two, each with one repetition.
    expect(asked).toBe(10)
  })

  test('are there again two seconds after a failure', async () => {
    answer = down
    expect(await keyOf('old')).toBe('KeysUnavailableError')
    answer = async () => Response.json({ keys: [old] })
    now = 2000

    expect(await keyOf('old')).toBe('found')
  })
})

test('an unavailable key says that trying again helps', () => {
  expect(new KeysUnavailableError(undefined)).toMatchObject({ status: 503, retryable: true })
})
