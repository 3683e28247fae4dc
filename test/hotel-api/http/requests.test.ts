import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { exchangedClaims, startWorld, type World } from '../world.ts'

let world: World
let token: string
beforeAll(async () => {
  world = await startWorld()
  token = await world.tokenOf('anna')
})
afterAll(() => world.stop())

describe('an address', () => {
  test.each([
    '/',
    '/hotel',
    '/hotels/',
    '/booking-intents/a/b',
    '/booking-intents//confirm',
    '/HOTELS',
    '//hotels',
  ])('that is not there (%s) is answered with 404', async (path) => {
    expect(await world.send(path)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test.each([
    ['POST', '/hotels', 'GET, HEAD'],
    ['DELETE', '/hotels', 'GET, HEAD'],
    ['GET', '/booking-quotes', 'POST'],
    ['PUT', '/booking-intents', 'POST, GET, HEAD'],
    ['DELETE', '/booking-intents/x', 'GET, HEAD'],
    ['GET', '/booking-intents/x/confirm', 'POST'],
    ['OPTIONS', '/booking-intents/x/close', 'POST'],
    ['PATCH', '/openapi.json', 'GET, HEAD'],
  ])('that does not take %s (%s) says what it takes', async (method, path, allowed) => {
    const answer = await world.send(path, { method })

    expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(answer.headers.get('allow')).toBe(allowed)
  })

  test.each([
    ['/hotels?city=Rome', 200],
    ['/openapi.json', 200],
    ['/hotels?city=Atlantis', 404],
    ['/booking-intents/x', 401],
    ['/elsewhere', 404],
    ['/booking-quotes', 405],
  ])('is answered to HEAD as to GET (%s), without content', async (path, status) => {
    const ask = (method: string) => world.api(new Request(`https://hotels.example${path}`, { method }))
    const [head, get] = [await ask('HEAD'), await ask('GET')]

    expect(head.status).toBe(status)
    expect(await head.text()).toBe('')
    const headersOf = ({ headers }: Response) =>
      Object.fromEntries([...headers].filter(([name]) => name !== 'x-correlation-id'))
    expect({ status: head.status, headers: headersOf(head) }).toEqual({
      status: get.status,
      headers: headersOf(get),
    })
  })
})

describe('a search', () => {
  test('is public and shows standard rates alone', async () => {
    const answer = await world.send('/hotels?city=milano')

    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    expect(answer.body).toMatchObject({ city: { name: 'Milan', country: 'Italy' }, currency: 'EUR' })
    const hotels = answer.body.hotels as Record<string, unknown>[]
    expect(hotels).toHaveLength(5)
    for (const hotel of hotels) {
      expect(hotel.city).toBe('Milan')
      expect(hotel).not.toHaveProperty('memberRate')
      expect(hotel).not.toHaveProperty('savings')
    }
  })

  test('with a token for member rates shows what members pay and save', async () => {
    const answer = await world.send('/hotels?city=Rome&memberRates=true', {
      token: await world.sign(exchangedClaims('anna', 'my-hotels:api:member_rates')),
    })

    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((answer.body.hotels as unknown[])[0]).toMatchObject({
      nightlyRate: 79,
      memberRate: 69.9,
      savings: 9.1,
    })
  })

  test('for standard rates shows no more to someone who sends a token', async () => {
    const withToken = await world.send('/hotels?city=Rome&memberRates=false', { token: 'not.a.token' })
    const without = await world.send('/hotels?city=Rome')

    expect(withToken.body).toEqual(without.body)
  })

  test('of a misspelt city asks whether the right one was meant', async () => {
    const answer = await world.send('/hotels?city=Flornece,%20Italy')

    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_city', suggestions: ['Florence'] } })
    expect(answer.body).toHaveProperty('detail', expect.stringContaining('Did you mean Florence?'))
  })

  test('of an unknown city names those that there are', async () => {
    const answer = await world.send('/hotels?city=Atlantis')

    expect(answer).toMatchObject({
      status: 404,
      body: {
        type: 'urn:myhotels:problem:unknown_city',
        title: 'Unknown city',
        status: 404,
        code: 'unknown_city',
        knownCities: ['Paris', 'London', 'Milan', 'Rome', 'Florence', 'Berlin', 'Chicago'],
        suggestions: [],
      },
    })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  test.each([
    '',
    '?city=',
    '?city=%20',
    `?city=${'x'.repeat(101)}`,
    '?city=Rome&city=Milan',
    '?city=Rome&memberRates=yes',
    '?city=Rome&memberRates=TRUE',
    '?city=Rome&memberRate=true',
    '?city=Rome&__proto__=x',
  ])('with the query %j is refused', async (query) => {
    expect(await world.send(`/hotels${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  })
})

describe('a body', () => {
  test.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['that is not JSON', '{"hotelId"', {}, 400, 'malformed_json'],
    ['that is empty', '', {}, 400, 'malformed_json'],
    ['that is not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'malformed_json'],
    [
      'of another type',
      'hotelId=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    [
      'of a type that begins alike',
      '{}',
      { 'content-type': 'application/jsonp' },
      415,
      'unsupported_media_type',
    ],
    ['that is too long', JSON.stringify({ hotelId: 'x'.repeat(20_000) }), {}, 413, 'body_too_large'],
    [
      'that says it is short',
      JSON.stringify('x'.repeat(20_000)),
      { 'content-length': '2' },
      413,
      'body_too_large',
    ],
    ['that is deeply nested', '['.repeat(8000) + ']'.repeat(8000), {}, 422, 'invalid_request'],
    ['with a charset', '{}', { 'content-type': 'application/json; charset=utf-8' }, 422, 'invalid_request'],
  ])('%s is refused, and nothing is stored', async (_what, body, headers, status, code) => {
    const before = world.writes()

    const answer = await world.send('/booking-quotes', { token, body, headers })

    expect(answer).toMatchObject({ status, body: { code } })
    expect(world.writes()).toBe(before)
  })

  test('is not looked at before the token', async () => {
    const answer = await world.send('/booking-quotes', { body: '{{{' })

    expect(answer).toMatchObject({ status: 401, body: { code: 'missing_token' } })
  })
})

describe('a correlation id', () => {
  test.each(['a', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736', 'Root=1-67891233-abcdef012345678912345678'])(
    'of the agreed form (%s) comes back and stands in the log',
    async (id) => {
      const answer = await world.send('/hotels?city=Rome', { headers: { 'x-correlation-id': id } })

      expect(answer.headers.get('x-correlation-id')).toBe(id)
      expect(world.log.at(-1)).toMatchObject({ correlationId: id })
    },
  )

  test.each(['', 'a b', 'a"b', '{"level":"error"}', 'x'.repeat(129), 'ä'])(
    'of another form (%j) is replaced by a new one',
    async (id) => {
      const answer = await world.send('/nowhere', { headers: { 'x-correlation-id': id } })

      const given = answer.headers.get('x-correlation-id')
      expect(given).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect(world.log.at(-1)).toMatchObject({ correlationId: given })
    },
  )
})

describe('the log', () => {
  test('has one line for each request, with names and numbers alone', async () => {
    const before = world.log.length
    const transactionId = await world.intend('anna-the-person', 'required')
    const approval = await world.approvalTokenFor('anna-the-person', transactionId)
    await world.confirm(transactionId, approval)
    await world.send('/hotels?city=Secretville')
    await world.send('/booking-quotes', { token: `${token}x`, body: { hotelId: 'secret-hotel' } })

    const lines = world.log.slice(before)

    expect(lines.map(({ route, status, code }) => [route, status, code])).toEqual([
      ['POST /booking-quotes', 201, undefined],
      ['POST /booking-intents', 201, undefined],
      ['POST /booking-intents/{transactionId}/confirm', 200, undefined],
      ['GET /hotels', 404, 'unknown_city'],
      ['POST /booking-quotes', 401, 'invalid_token'],
    ])
    for (const line of lines) {
      expect(Object.keys(line).sort().join(' ')).toMatch(
        /^(code )?correlationId durationMs level message( reason)? route status$/,
      )
    }
    const text = JSON.stringify(lines)
    for (const secret of [approval, token, transactionId, 'anna-the-person', 'Secretville', 'secret-hotel']) {
      expect(text).not.toContain(secret)
    }
  })
})

describe('whatever arrives', () => {
  const paths = [
    '/hotels',
    '/booking-quotes',
    '/booking-intents',
    '/booking-intents/00000000-0000-8000-8000-000000000000',
    '/booking-intents/00000000-0000-8000-8000-000000000000/confirm',
    '/booking-intents/00000000-0000-8000-8000-000000000000/close',
  ]

  /** An answer below 500 that is a problem when it is no success, and wrote nothing when it is a problem. */
  function expectOrderly(answer: Awaited<ReturnType<World['send']>>, writtenBefore: number) {
    expect(answer.status).toBeLessThan(500)
    if (answer.status < 300) return
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toMatchObject({ status: answer.status, code: expect.stringMatching(/^[a-z_]+$/) })
    expect(world.writes()).toBe(writtenBefore)
  }

  test('as a body is taken or refused in order', async () => {
    const near = fc.record(
      {
        hotelId: fc.oneof(fc.constant('milan-corte-dei-gelsi'), fc.string(), fc.jsonValue()),
        startDate: fc.oneof(
          fc.constant('2026-12-24'),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
          fc.string(),
          fc.jsonValue(),
        ),
        nights: fc.oneof(fc.integer({ min: -2, max: 33 }), fc.double(), fc.jsonValue()),
        quoteId: fc.oneof(fc.uuid(), fc.jsonValue()),
        approvalRequired: fc.oneof(fc.constantFrom(true, false), fc.jsonValue()),
        outcome: fc.oneof(fc.constantFrom('denied', 'confirmed'), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    const body = fc.oneof(
      near.map((value) => JSON.stringify(value)),
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
    )
    const workflow = await world.workflowToken()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), body, fc.boolean(), async (path, content, asWorkflow) => {
        const before = world.writes()
        const answer = await world.send(path, {
          method: 'POST',
          token: asWorkflow ? workflow : token,
          headers: { 'idempotency-key': 'k' },
          body: content,
        })
        expectOrderly(answer, before)
      }),
      { numRuns: 300 },
    )
  })

  test('as a quote request is priced exactly when it is sound', async () => {
    const request = fc.record({
      hotelId: fc.constantFrom('milan-corte-dei-gelsi', 'rome-villa-aurelina', 'milan-nowhere', ''),
      startDate: fc.constantFrom(
        '2026-11-22',
        '2026-11-23',
        '2026-12-31',
        '2027-02-28',
        '2027-02-30',
        '2026-1-1',
        '',
      ),
      nights: fc.constantFrom(-1, 0, 1, 2, 30, 31, 1.5, 1e9, null),
    })
    await fc.assert(
      fc.asyncProperty(request, async (body) => {
        const sound =
          /^(milan-corte|rome-villa)/.test(body.hotelId) &&
          ['2026-11-23', '2026-12-31', '2027-02-28'].includes(body.startDate) &&
          [1, 2, 30].includes(body.nights ?? 0)
        const before = world.writes()
        const answer = await world.send('/booking-quotes', { token, body })
        expect(answer.status === 201).toBe(sound)
        expect(world.writes()).toBe(sound ? before + 1 : before)
      }),
      { numRuns: 150 },
    )
  })

  test('as a query is answered in order', async () => {
    const query = fc.oneof(
      fc.webQueryParameters(),
      fc
        .array(fc.tuple(fc.constantFrom('city', 'memberRates', 'x'), fc.string({ unit: 'binary' })))
        .map((pairs) => new URLSearchParams(pairs).toString()),
      fc.string().map((text) => `city=%${text.replaceAll('#', '')}`),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), query, async (path, text) => {
        expectOrderly(await world.send(`${path}?${text}`), world.writes())
      }),
      { numRuns: 200 },
    )
  })

  test('as headers is answered in order', async () => {
    const value = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    })
    const name = fc.constantFrom(
      'idempotency-key',
      'x-correlation-id',
      'content-type',
      'authorization',
      'accept',
    )
    const body = { quoteId: '00000000-0000-4000-8000-000000000000' }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.dictionary(name, value), async (path, headers) => {
        const before = world.writes()
        const answer = await world.send(path, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'k', ...headers },
          body,
        })
        expectOrderly(answer, before)
        expect(answer.headers.get('x-correlation-id')).toMatch(/^[A-Za-z0-9._:=-]{1,128}$/)
      }),
      { numRuns: 200 },
    )
  })

  test('as a token opens nothing unless it is the whole token', async () => {
    const [head = '', payload = '', signature = ''] = token.split('.')
    const base64url = fc.string({ unit: fc.constantFrom(...'ABCXYZabcxyz0123456789-_') })
    const forged = fc.oneof(
      fc.string(),
      base64url,
      fc.tuple(base64url, base64url, base64url).map((parts) => parts.join('.')),
      // A claim is changed and the signature kept.
      fc
        .dictionary(fc.constantFrom('sub', 'scope', 'aud', 'exp', 'act', 'client_id'), fc.jsonValue())
        .map((over) => {
          const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
          const text = JSON.stringify({ ...claims, ...over, jti: 'forged' })
          return [head, Buffer.from(text).toString('base64url'), signature].join('.')
        }),
      // A header is changed and the signature kept.
      fc
        .dictionary(fc.constantFrom('alg', 'kid', 'jwk', 'jku', 'crit', 'x5u', 'b64'), fc.jsonValue())
        .map((over) => {
          const text = JSON.stringify({ alg: 'RS256', kid: 'key-1', typ: 'forged', ...over })
          return [Buffer.from(text).toString('base64url'), payload, signature].join('.')
        }),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths.slice(1)), forged, async (path, text) => {
        const before = world.writes()
        const answer = await world.send(path, {
          method: path.endsWith('0') ? 'GET' : 'POST',
          headers: { authorization: `Bearer ${text.replaceAll(/[^\x20-\x7e]/g, '')}` },
        })
        expect(answer.status).toBe(401)
        expect(answer.headers.get('www-authenticate')).toContain('Bearer error="invalid_token"')
        expect(world.writes()).toBe(before)
      }),
      { numRuns: 250 },
    )
  })

  test('as signed claims of any kind is answered in order', async () => {
    const claim = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('anna', 'client-exchange', 'client-approval', 'my-hotels:api:book'),
    )
    const claims = fc.dictionary(
      fc.constantFrom('sub', 'scope', 'act', 'client_id', 'transaction_id', 'jti', 'nbf', 'groups'),
      claim,
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths.slice(3)), claims, async (path, over) => {
        const before = world.writes()
        const signed = await world.sign(exchangedClaims('anna'), over)
        const answer = await world.send(path, { method: path.endsWith('0') ? 'GET' : 'POST', token: signed })
        expectOrderly(answer, before)
        expect(answer.status).toBeGreaterThanOrEqual(400)
      }),
      { numRuns: 150 },
    )
  })
})
