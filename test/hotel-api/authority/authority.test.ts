import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { SignJWT } from 'jose'
import {
  approvalClaims,
  audience,
  exchangedClaims,
  issuer,
  settings,
  startWorld,
  type World,
  workflowClaims,
} from '../world.ts'

const { connector, exchange, approval, workflow } = settings.clients
const { memberRates, book, close } = settings.scopes
const { hostScopes } = settings

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

type Claims = Parameters<World['sign']>[0]

/** Changes to a good exchanged token that make it worthless, and what is answered. */
const spoiltExchangedTokens: [string, Claims, number, string][] = [
  ['of another issuer', { iss: 'https://auth.pingone.eu/other/as' }, 401, 'invalid_token'],
  ['without issuer', { iss: undefined }, 401, 'invalid_token'],
  ['for the MCP server', { aud: ['myhotels-hotelmcp'] }, 401, 'invalid_token'],
  ['for no audience', { aud: undefined }, 401, 'invalid_token'],
  ['that has expired', { exp: 1 }, 401, 'invalid_token'],
  ['that never expires', { exp: undefined }, 401, 'invalid_token'],
  ['without time of issue', { iat: undefined }, 401, 'invalid_token'],
  ['that is not valid yet', { nbf: 4_000_000_000 }, 401, 'invalid_token'],
  ['without client', { client_id: undefined }, 401, 'invalid_token'],
  ['without scope', { scope: undefined }, 403, 'insufficient_scope'],
  ['with another scope', { scope: 'openid profile' }, 403, 'insufficient_scope'],
  ['with a scope that only begins alike', { scope: `${book}s ${memberRates}x` }, 403, 'insufficient_scope'],
  ['with a scope as a list', { scope: [book] }, 403, 'insufficient_scope'],
  ['issued to the connector', { client_id: connector }, 403, 'wrong_authority'],
  ['issued to the workflow', { client_id: workflow }, 403, 'wrong_authority'],
  ['issued to the approval client', { client_id: approval }, 403, 'wrong_authority'],
  ['without actor', { act: undefined }, 403, 'wrong_authority'],
  ['without inner actor', { act: { sub: exchange } }, 403, 'wrong_authority'],
  ['with another actor', { act: { sub: 'other', act: { sub: connector } } }, 403, 'wrong_authority'],
  ['with another inner actor', { act: { sub: exchange, act: { sub: 'other' } } }, 403, 'wrong_authority'],
  ['with actors swapped', { act: { sub: connector, act: { sub: exchange } } }, 403, 'wrong_authority'],
  [
    'with one actor more',
    { act: { sub: exchange, act: { sub: connector, act: { sub: 'other' } } } },
    403,
    'wrong_authority',
  ],
  [
    'with an unreadable third actor',
    { act: { sub: exchange, act: { sub: connector, act: 'x' } } },
    401,
    'invalid_token',
  ],
  ['with an actor as text', { act: exchange }, 401, 'invalid_token'],
  ['from a token without scopes', { subject_scope: undefined }, 403, 'wrong_authority'],
  ['from a token with scopes as a list', { subject_scope: [hostScopes.book] }, 403, 'wrong_authority'],
  ['from a token with another scope', { subject_scope: 'openid' }, 403, 'wrong_authority'],
  [
    'from a token with a scope that only begins alike',
    { subject_scope: `${hostScopes.book}s ${hostScopes.memberRates}x` },
    403,
    'wrong_authority',
  ],
  [
    'from a token with this API’s own scopes',
    { subject_scope: `${book} ${memberRates}` },
    403,
    'wrong_authority',
  ],
  ['for nobody', { sub: undefined }, 403, 'wrong_authority'],
  ['for an empty subject', { sub: '' }, 403, 'wrong_authority'],
]

describe('an exchanged token', () => {
  let transactionId: string
  let quoteId: unknown
  beforeEach(async () => {
    transactionId = await world.intend('anna', 'required')
    quoteId = (await world.quote('anna')).quoteId
  })

  test.each(spoiltExchangedTokens)('%s opens nothing', async (_what, over, status, code) => {
    const token = await world.sign(exchangedClaims('anna', `${book} ${memberRates}`), over)
    const before = world.writes()

    const answers = await Promise.all([
      world.send('/hotels?city=Milan&memberRates=true', { token }),
      world.send('/booking-quotes', {
        token,
        body: { hotelId: 'milan-corte-dei-gelsi', startDate: '2026-12-01', nights: 1 },
      }),
      world.send('/booking-intents', {
        token,
        headers: { 'idempotency-key': 'k' },
        body: { quoteId },
      }),
      world.send(`/booking-intents/${transactionId}`, { token }),
      world.confirm(transactionId, token),
    ])

    for (const [index, answer] of answers.entries()) {
      // To the confirmation, what is not an approval of this booking is no approval, whatever else is wrong with it.
      const said = index === 4 && code === 'wrong_authority' ? expect.any(String) : code
      expect(answer).toMatchObject({ status, body: { code: said } })
      if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
    expect(world.writes()).toBe(before)
    expect((await world.read(transactionId, 'anna')).body.status).toBe('pending')
  })

  test('for member rates does not book, and one for booking shows no member rates', async () => {
    const forRates = await world.tokenOf('anna', memberRates)
    const forBooking = await world.tokenOf('anna', book)

    const quote = await world.send('/booking-quotes', { token: forRates, body: {} })
    const confirmation = await world.confirm(transactionId, forRates)
    const rates = await world.send('/hotels?city=Milan&memberRates=true', { token: forBooking })

    expect(quote).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } })
    expect(confirmation).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } })
    expect(rates).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } })
    expect(rates.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", scope="${memberRates}"`,
    )
  })

  test('opens something for five minutes after it was exchanged, however long it lives', async () => {
    const issuedAt = Math.floor(world.clock.now / 1000)
    const token = await world.sign(exchangedClaims('anna'), { exp: issuedAt + 1800 })
    const read = () => world.send(`/booking-intents/${transactionId}`, { token })
    try {
      world.clock.now = (issuedAt + 300) * 1000
      const inTime = await read()
      world.clock.now += 1
      const late = await read()

      expect(inTime.status).toBe(200)
      expect(late).toMatchObject({ status: 401, body: { code: 'invalid_token' } })
    } finally {
      world.clock.now = issuedAt * 1000
    }
  })

  test('books only what its person allowed the host, whatever its client was granted', async () => {
    const both = `${book} ${memberRates}`
    const forRates = await world.sign(exchangedClaims('anna', both), {
      subject_scope: hostScopes.memberRates,
    })
    const forBooking = await world.sign(exchangedClaims('anna', both), { subject_scope: hostScopes.book })
    const body = { hotelId: 'milan-corte-dei-gelsi', startDate: '2026-12-01', nights: 1 }

    const answers = {
      quote: await world.send('/booking-quotes', { token: forRates, body }),
      read: await world.send(`/booking-intents/${transactionId}`, { token: forRates }),
      rates: await world.send('/hotels?city=Milan&memberRates=true', { token: forBooking }),
      ratesWithRates: await world.send('/hotels?city=Milan&memberRates=true', { token: forRates }),
      quoteWithBooking: await world.send('/booking-quotes', { token: forBooking, body }),
    }

    expect(answers).toMatchObject({
      quote: { status: 403, body: { code: 'wrong_authority' } },
      read: { status: 403, body: { code: 'wrong_authority' } },
      rates: { status: 403, body: { code: 'wrong_authority' } },
      ratesWithRates: { status: 200 },
      quoteWithBooking: { status: 201 },
    })
  })

  test('of another person does not see, confirm or book what is not theirs', async () => {
    const token = await world.tokenOf('ben')

    const read = await world.read(transactionId, 'ben')
    const confirmation = await world.confirm(transactionId, token)
    const intent = await world.send('/booking-intents', {
      token,
      headers: { 'idempotency-key': 'mine' },
      body: { quoteId },
    })

    expect(read).toMatchObject({ status: 404, body: { code: 'unknown_booking' } })
    expect(confirmation).toMatchObject({ status: 404, body: { code: 'unknown_booking' } })
    expect(intent).toMatchObject({ status: 404, body: { code: 'unknown_quote' } })
    expect((await world.read(transactionId, 'anna')).body.status).toBe('pending')
  })

  test('never closes a booking', async () => {
    const token = await world.sign(exchangedClaims('anna', `${book} ${close}`))

    const answer = await world.send(`/booking-intents/${transactionId}/close`, {
      token,
      body: { outcome: 'cancelled' },
    })

    expect(answer).toMatchObject({ status: 403, body: { code: 'wrong_authority' } })
  })
})

describe('a booking that needs approval', () => {
  test.each<[string, (transactionId: string) => Claims, number, string]>([
    ['an exchanged token of its owner', () => exchangedClaims('anna'), 403, 'approval_required'],
    ['the approval of another person', (id) => approvalClaims('ben', id), 404, 'unknown_booking'],
    [
      'the approval of another transaction',
      () => approvalClaims('anna', '00000000-0000-8000-8000-000000000000'),
      403,
      'approval_required',
    ],
    [
      'an approval of no transaction',
      (id) => ({ ...approvalClaims('anna', id), transaction_id: undefined }),
      403,
      'approval_required',
    ],
    [
      'an approval of several transactions',
      (id) => ({ ...approvalClaims('anna', id), transaction_id: [id] }),
      403,
      'approval_required',
    ],
    [
      'an approval by whoever had the link',
      (id) => ({ ...approvalClaims('anna', id), approval_amr: undefined }),
      403,
      'approval_required',
    ],
    [
      'an approval after a look into the mail',
      (id) => ({ ...approvalClaims('anna', id), approval_amr: 'email' }),
      403,
      'approval_required',
    ],
    [
      'an approval without jti',
      (id) => ({ ...approvalClaims('anna', id), jti: undefined }),
      403,
      'approval_required',
    ],
    [
      'an approval with an empty jti',
      (id) => ({ ...approvalClaims('anna', id), jti: '' }),
      403,
      'approval_required',
    ],
    [
      'an approval issued to the exchange client',
      (id) => ({ ...approvalClaims('anna', id), client_id: exchange }),
      403,
      'approval_required',
    ],
    [
      'an approval without actor',
      (id) => ({ ...approvalClaims('anna', id), act: undefined }),
      403,
      'approval_required',
    ],
    [
      'an approval with an inner actor',
      (id) => ({ ...approvalClaims('anna', id), act: { sub: approval, act: { sub: connector } } }),
      403,
      'approval_required',
    ],
    [
      'an approval with another actor',
      (id) => ({ ...approvalClaims('anna', id), act: { sub: exchange } }),
      403,
      'approval_required',
    ],
    [
      'an exchanged token that claims the transaction',
      (id) => ({ ...exchangedClaims('anna'), transaction_id: id }),
      403,
      'approval_required',
    ],
    [
      'an approval without the scope',
      (id) => ({ ...approvalClaims('anna', id), scope: 'openid' }),
      403,
      'insufficient_scope',
    ],
    [
      'an approval that has expired',
      (id) => ({ ...approvalClaims('anna', id), exp: 1 }),
      401,
      'invalid_token',
    ],
    ['the token of the workflow', () => workflowClaims(), 403, 'insufficient_scope'],
    [
      'a token of the workflow with the booking scope',
      () => ({ ...workflowClaims(), scope: `${close} ${book}` }),
      403,
      'wrong_authority',
    ],
    [
      'a token of the workflow for its owner',
      () => ({ ...workflowClaims(), scope: `${close} ${book}`, sub: 'anna' }),
      403,
      'approval_required',
    ],
  ])('is not confirmed with %s', async (_what, claims, status, code) => {
    const transactionId = await world.intend('anna', 'required')
    const before = await world.stored()

    const answer = await world.confirm(transactionId, await world.sign(claims(transactionId)))

    expect(answer).toMatchObject({ status, body: { code } })
    expect(await world.stored()).toEqual(before)
  })

  test.each([
    ['another hotel', { hotel_name: 'Locanda del Binario' }],
    ['a hotel of that name in another city', { city: 'Rome' }],
    ['an earlier arrival', { check_in: '2026-11-30' }],
    ['a later departure', { check_out: '2026-12-04' }],
    ['another number of nights', { nights: '1' }],
    ['a lower amount', { amount: '74.50' }],
    ['the amount in another form', { amount: '338' }],
    ['the amount as a number', { amount: 338 }],
    ['another currency', { currency: 'JPY' }],
    ['another hotel of the same name', { hotel_id: 'rome-corte-dei-gelsi' }],
    ['no hotel', { hotel_name: undefined }],
    ['no id of a hotel', { hotel_id: undefined }],
    ['no city', { city: undefined }],
    ['no arrival', { check_in: undefined }],
    ['no departure', { check_out: undefined }],
    ['no number of nights', { nights: undefined }],
    ['no amount', { amount: undefined }],
    ['an empty amount', { amount: '' }],
    ['no currency', { currency: undefined }],
    ['several hotels', { hotel_name: ['Corte dei Gelsi', 'Locanda del Binario'] }],
  ])('is not confirmed when the person was shown %s', async (_what, shown) => {
    const transactionId = await world.intend('anna', 'required')
    const before = await world.stored()

    const answer = await world.confirm(
      transactionId,
      await world.approvalTokenFor('anna', transactionId, shown),
    )

    expect(answer).toMatchObject({ status: 403, body: { code: 'approval_required' } })
    expect(await world.stored()).toEqual(before)
  })

  test('is not confirmed with an approval token that confirmed another booking', async () => {
    const [first, second] = [await world.intend('anna', 'required'), await world.intend('anna', 'required')]
    await world.confirm(first, await world.approvalTokenFor('anna', first, { jti: 'the-same' }))

    const answer = await world.confirm(
      second,
      await world.approvalTokenFor('anna', second, { jti: 'the-same' }),
    )

    expect(answer).toMatchObject({ status: 403, body: { code: 'approval_required' } })
    expect((await world.read(second, 'anna')).body.status).toBe('pending')
  })

  test('is confirmed once by two approvals of it', async () => {
    const transactionId = await world.intend('anna', 'required')

    const first = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))
    const second = await world.confirm(transactionId, await world.approvalTokenFor('anna', transactionId))

    expect(second.status).toBe(200)
    expect(second.body).toEqual(first.body)
  })

  test('does not put the approval token or its jti into the table', async () => {
    const transactionId = await world.intend('anna', 'required')
    const token = await world.approvalTokenFor('anna', transactionId, { jti: 'jti-in-clear' })

    await world.confirm(transactionId, token)

    const text = JSON.stringify(await world.stored())
    expect(text).toContain('approval#')
    expect(text).not.toContain('jti-in-clear')
    expect(text).not.toContain(token.split('.')[2])
  })
})

describe('closing a booking', () => {
  test.each<[string, Claims, number, string]>([
    ['a person’s token', exchangedClaims('anna'), 403, 'insufficient_scope'],
    ['an approval token', approvalClaims('anna', 'x'), 403, 'insufficient_scope'],
    ['a workflow token with a subject', { ...workflowClaims(), sub: 'anna' }, 403, 'wrong_authority'],
    ['a workflow token with an empty subject', { ...workflowClaims(), sub: '' }, 403, 'wrong_authority'],
    [
      'a workflow token that acts for another',
      { ...workflowClaims(), act: { sub: exchange } },
      403,
      'wrong_authority',
    ],
    [
      'a workflow token with an inner actor',
      { ...workflowClaims(), act: { sub: workflow, act: { sub: connector } } },
      403,
      'wrong_authority',
    ],
    ['a workflow token with an unreadable actor', { ...workflowClaims(), act: 7 }, 401, 'invalid_token'],
    ['another client’s token', { ...workflowClaims(), client_id: exchange }, 403, 'wrong_authority'],
    [
      'a workflow token for the MCP server',
      { ...workflowClaims(), aud: ['myhotels-hotelmcp'] },
      401,
      'invalid_token',
    ],
  ])('is refused to %s', async (_what, claims, status, code) => {
    const transactionId = await world.intend('anna', 'required')
    const before = world.writes()

    const answer = await world.send(`/booking-intents/${transactionId}/close`, {
      token: await world.sign(claims),
      body: { outcome: 'cancelled' },
    })

    expect(answer).toMatchObject({ status, body: { code } })
    expect(world.writes()).toBe(before)
  })

  test('is granted to the workflow also when its actor is itself', async () => {
    const transactionId = await world.intend('anna', 'required')

    const answer = await world.send(`/booking-intents/${transactionId}/close`, {
      token: await world.sign(workflowClaims(), { act: { sub: workflow } }),
      body: { outcome: 'denied' },
    })

    expect(answer).toMatchObject({ status: 200, body: { status: 'denied' } })
  })
})

describe('a credential', () => {
  const protectedPaths = ['/hotels?city=Rome&memberRates=true', '/booking-intents/x']

  test.each(protectedPaths)('is asked for at %s', async (path) => {
    const answer = await world.send(path)

    expect(answer).toMatchObject({ status: 401, body: { code: 'missing_token' } })
    // RFC 6750 section 3.1: a request without credentials gets no error code in the challenge.
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="MyHotels"')
  })

  test.each([
    ['another scheme', 'Basic YTpi'],
    ['no token', 'Bearer '],
    ['two tokens', 'Bearer a, Bearer b'],
    ['text that is no token', 'Bearer {"alg":"none"}'],
    ['a token of one part', 'Bearer abc'],
    ['an empty token', 'Bearer ..'],
  ])('that is %s is refused', async (_what, authorization) => {
    for (const path of protectedPaths) {
      const answer = await world.send(path, { headers: { authorization } })
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } })
    }
  })

  test('that nobody signed, or that is signed with a secret, is refused', async () => {
    const claims = {
      ...exchangedClaims('anna'),
      iss: issuer,
      aud: [audience],
      iat: 1_795_000_000,
      exp: 1_999_999_999,
    }
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${encode({ alg: 'none' })}.${encode(claims)}.`
    const symmetric = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(new TextEncoder().encode('a secret that is long enough for HS256'))

    for (const token of [unsigned, symmetric]) {
      const answer = await world.send('/booking-intents/x', { token })
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } })
    }
  })

  test('whose keys cannot be read is neither accepted nor called invalid', async () => {
    const { KeysUnavailableError } = await import('../../../lambdas/oauth/signing-keys.ts')
    const api = world.apiWith({
      verify: () => Promise.reject(new KeysUnavailableError(new Error('connection refused'))),
    })

    const answer = await world.send('/booking-intents/x', { token: 'a.b.c' }, api)

    expect(answer).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } })
    expect(answer.headers.get('retry-after')).toBe('1')
  })
})
