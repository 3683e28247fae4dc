import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hotelApiRoutes } from '../../../lambdas/hotel-api/hotel-api.ts'
import { routeName } from '../../../lambdas/hotel-api/http/route.ts'
import { createConformanceCheck, NonconformingAnswerError } from '../openapi-conformance.ts'
import { approvalNeeded, refused, settings, startWorld, type World } from '../world.ts'

type Json = { [key: string]: unknown }

let world: World
let document: Json
beforeAll(async () => {
  world = await startWorld()
  document = (await world.send('/openapi.json')).body
})
afterAll(() => world.stop())

/** Every object in the document, with its path. */
function* objectsOf(value: unknown, path = '#'): Generator<[string, Json]> {
  if (value === null || typeof value !== 'object') return
  if (!Array.isArray(value)) yield [path, value as Json]
  for (const [key, inner] of Object.entries(value)) yield* objectsOf(inner, `${path}/${key}`)
}

describe('the OpenAPI document', () => {
  test('describes every route, itself included', () => {
    const routes = hotelApiRoutes({ settings } as never).map(routeName)
    const described = Object.entries(document.paths as Record<string, Json>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )

    expect(described.sort()).toEqual([...routes].sort())
  })

  test('is 3.1, names each operation once and declares each parameter of a path', () => {
    const operations = Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(
      ([path, methods]) => Object.values(methods).map((operation) => ({ path, operation })),
    )
    const ids = operations.map(({ operation }) => operation.operationId)

    expect(document.openapi).toBe('3.1.1')
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations) {
      const declared = (operation.parameters as Json[]).filter((parameter) => parameter.in === 'path')
      const used = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(declared.map(({ name }) => name)).toEqual(used)
      for (const parameter of declared) expect(parameter.required).toBe(true)
    }
  })

  test('holds no reference that leads nowhere, and no identifier of its own', () => {
    const schemas = Object.keys((document.components as { schemas: Json }).schemas)
    for (const [, { $ref, $id, $schema }] of objectsOf(document)) {
      expect([$id, $schema]).toEqual([undefined, undefined])
      if (typeof $ref === 'string')
        expect(schemas.map((name) => `#/components/schemas/${name}`)).toContain($ref)
    }
  })

  test('says what a request must look like, from the schemas that check it', () => {
    const { schemas } = document.components as { schemas: Record<string, Json> }
    expect(schemas.QuoteRequest).toMatchObject({
      type: 'object',
      required: ['hotelId', 'startDate', 'nights'],
      additionalProperties: false,
      properties: { nights: { type: 'integer', minimum: 1, maximum: 30 } },
    })
  })

  test('names the scope that an operation needs', () => {
    const paths = document.paths as Record<string, Record<string, Json>>
    expect(paths['/hotels']?.get?.security).toEqual([{}, { accessToken: [settings.scopes.memberRates] }])
    expect(paths['/booking-intents/{transactionId}/close']?.post?.security).toEqual([
      { accessToken: [settings.scopes.close] },
    ])
    expect(paths['/openapi.json']?.get?.security).toBeUndefined()
  })
})

describe('real answers', () => {
  // `world.send` holds every answer of every test against the document; this walks through what there is to answer.
  test('of every route and of every problem of its own are as described', async () => {
    const { send } = world
    const token = await world.tokenOf('anna')
    const body = { hotelId: 'rome-villa-aurelina', startDate: '2026-12-01', nights: 2 }
    const key = () => ({ 'idempotency-key': randomUUID() })

    await send('/hotels?city=Rome')
    await send('/hotels?city=Rome&memberRates=true', {
      token: await world.tokenOf('anna', settings.scopes.memberRates),
    })
    await send('/hotels?city=Atlantis')
    await send('/hotels')
    await send('/booking-quotes', { token, body: { ...body, hotelId: 'nowhere' } })
    await send('/booking-quotes', { token, body: { ...body, startDate: 'soon' } })
    await send('/booking-quotes', { token, body: { ...body, rooms: 2 } })
    await send('/booking-quotes', { token, body: { ...body, startDate: '2026-01-01' } })
    await send('/booking-quotes', { token, body: { ...body, startDate: '2096-01-01' } })
    await send('/booking-quotes', { token, body: { ...body, nights: 0 } })
    const sent = {
      token,
      headers: key(),
      body: { quoteId: (await world.quote('anna')).quoteId },
    }
    await send('/booking-intents', sent)
    await send('/booking-intents', sent)
    await send('/booking-intents', { ...sent, headers: key() })
    await send('/booking-intents', { ...sent, headers: key(), body: { ...sent.body, quoteId: randomUUID() } })
    await send('/booking-intents', { ...sent, headers: key(), body: {} })
    await send('/booking-intents', { ...sent, headers: {} })

    await send('/booking-intents?hotelId=milan-corte-dei-gelsi&startDate=2026-12-01&nights=2', { token })
    await send('/booking-intents?hotelId=milan-corte-dei-gelsi&startDate=2026-12-01&nights=29', { token })
    await send('/booking-intents?nights=0', { token })
    const overlapping = await world.quote('anna', { nights: 3 })
    await send('/booking-intents', { token, body: { quoteId: overlapping.quoteId } })

    const [confirmed, denied, expiring, judged] = [
      await world.intend('anna', 'required'),
      await world.intend('anna', 'required'),
      await world.intend('anna', 'required'),
      await world.intend('anna', 'required'),
    ]
    const another = { quoteId: (await world.quote('anna', { startDate: '2027-01-01' })).quoteId }
    for (const answer of [{ decision: 'INDETERMINATE' }, refused]) {
      world.policy.status = answer === refused ? 200 : 500
      world.policy.answer = answer
      await send('/booking-intents', { ...sent, headers: key(), body: another })
      await world.confirm(judged, await world.approvalTokenFor('anna', judged))
    }
    world.policy.answer = approvalNeeded
    await world.confirm(confirmed, token)
    await world.confirm(confirmed, await world.approvalTokenFor('anna', confirmed))
    await world.close(confirmed, 'denied')
    await world.close(denied, 'denied')
    await world.close(denied, 'nonsense')
    await world.confirm(denied, await world.approvalTokenFor('anna', denied))
    await world.close('x', 'denied')
    await world.confirm('x', token)
    await world.read('x', 'anna')
    const late = await world.quote('anna', { startDate: '2027-02-01' })
    world.clock.now += 1_800_000
    await world.confirm(expiring, await world.approvalTokenFor('anna', expiring))
    await world.read(expiring, 'anna')
    await send('/booking-intents', {
      token: await world.tokenOf('anna'),
      headers: key(),
      body: { quoteId: late.quoteId },
    })

    const expected = hotelApiRoutes({ settings } as never).flatMap((route) => [
      ...Object.keys(route.answers).map((status) => `${routeName(route)} ${status}`),
      ...Object.entries(route.problems).flatMap(([status, codes]) =>
        codes.map((code) => `${routeName(route)} ${status} ${code}`),
      ),
    ])
    expect([...world.conformance.seen]).toEqual(expect.arrayContaining(expected))
  })

  test.each<[string, string, number, string, unknown]>([
    [
      'a hotel without a rate',
      '/hotels',
      200,
      'application/json',
      { city: {}, currency: 'EUR', hotels: [{}] },
    ],
    ['a member that is not described', '/hotels', 200, 'application/json', { city: 1, secret: 1 }],
    ['a status that is not described', '/hotels', 418, 'application/problem+json', {}],
    ['a type that is not described', '/hotels', 200, 'text/html', {}],
    [
      'a code that is not described',
      '/hotels',
      404,
      'application/problem+json',
      { type: 'urn:x', title: 'x', status: 404, detail: 'x', code: 'booking_closed' },
    ],
    ['a problem without code', '/hotels', 404, 'application/problem+json', { type: 'urn:x', title: 'x' }],
  ])('with %s would be found out', (_what, path, status, type, body) => {
    const check = createConformanceCheck(document)
    const request = new Request(`https://hotels.example${path}`)
    const response = new Response('', { status, headers: { 'content-type': type } })

    expect(() => check.check(request, response, body)).toThrow(NonconformingAnswerError)
  })
})
