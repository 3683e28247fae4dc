import { Metrics } from '@aws-lambda-powertools/metrics'
import { describe, expect, jest, test } from '@jest/globals'
import { emitMetrics } from '../../../lambdas/mcp/telemetry/emit-metrics.ts'
import { clients, json } from '../outside.ts'
import { createStack, eras, post, signToken } from '../stack.ts'

const correlationId = '11111111-2222-4333-8444-555555555555'

describe.each(eras)('%s: a call leaves one line', (era) => {
  test('with tool, outcome, decision, durations per hop and the correlation id', async () => {
    const { server, lines } = await createStack({ newCorrelationId: () => correlationId })
    await server(
      post(
        era,
        'tools/call',
        { name: 'search_hotels_member_rates', arguments: { city: 'Milan' } },
        { token: await signToken() },
      ),
    )
    expect(lines).toEqual([
      {
        correlationId,
        method: 'tools/call',
        tool: 'search_hotels_member_rates',
        protocolVersion: era === 'modern' ? '2026-07-28' : '2025-11-25',
        signedIn: true,
        outcome: 'ok',
        decision: 'PERMIT',
        status: 200,
        duration: expect.any(Number),
        hops: {
          tokenCheck: expect.any(Number),
          decision: expect.any(Number),
          exchange: expect.any(Number),
          hotelApi: expect.any(Number),
        },
      },
    ])
  })

  test('whose correlation id PingOne, the hotel API and the caller see', async () => {
    const { server, outside } = await createStack({ newCorrelationId: () => correlationId })
    const response = await server(
      post(
        era,
        'tools/call',
        { name: 'search_hotels_member_rates', arguments: { city: 'Milan' } },
        { token: await signToken(), headers: { 'x-correlation-id': 'chosen-by-the-caller' } },
      ),
    )
    expect(response.headers.get('x-correlation-id')).toBe(correlationId)
    const seen = outside.asked.map(
      ({ headers }) => headers.get('x-ping-external-transaction-id') ?? headers.get('x-correlation-id'),
    )
    expect(seen).toEqual([correlationId, correlationId, correlationId, correlationId])
  })

  const endings: [string, object, Record<string, unknown>][] = [
    [
      'an anonymous protected call',
      { name: 'prepare_booking' },
      { outcome: 'refused:missing_token', status: 401 },
    ],
    ['arguments that are wrong', { name: 'search_hotels', arguments: {} }, { outcome: 'rejected:call' }],
    ['no such tool', { name: 'robert"; drop table' }, { tool: 'unknown', outcome: 'rejected:call' }],
    [
      'an unknown city',
      { name: 'search_hotels', arguments: { city: 'Atlantis' } },
      { outcome: 'failed:unknown_city', failure: { name: 'UnknownCityError', code: 'unknown_city' } },
    ],
  ]
  test.each(endings)('that tells how %s ended', async (_name, params, expected) => {
    const { server, lines } = await createStack()
    await server(post(era, 'tools/call', params as Record<string, unknown>))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject(expected)
  })

  test('that names neither a method nor a version that a caller made up', async () => {
    const { server, lines } = await createStack()
    await server(post(era, 'secret@example.test', {}, { headers: { 'mcp-protocol-version': 'secret' } }))
    expect(JSON.stringify(lines)).not.toContain('secret')
    expect(lines[0]).toMatchObject({ method: 'other' })
  })

  test('and never a token, a secret, a body or the person, whatever happens', async () => {
    const { server, lines, outside } = await createStack()
    const token = await signToken({ sub: 'anna.person', given_name: 'Annabella' })
    const call = (city: string, withToken: string) =>
      server(
        post(
          era,
          'tools/call',
          { name: 'search_hotels_member_rates', arguments: { city } },
          { token: withToken },
        ),
      )
    const good = { ...outside.answers }
    const failures = [
      () => json(500, { echo: token }),
      () => json(400, { error: `invalid ${token}` }),
      () => json(400, { error: 'invalid_grant' }),
      () =>
        json(200, {
          decision: 'DENY',
          statements: [{ code: 'DENIED-REASON', payload: `no, Annabella ${token}`, obligatory: false }],
        }),
      () => json(200, { decision: token }),
      () => Promise.reject(new Error(`cannot send ${token}`)),
      () => new Response(token),
    ]
    await call('Gotham', token)
    await call('Gotham', `${token}x`)
    for (const answers of ['workerToken', 'exchange', 'decision', 'hotels'] as const) {
      for (const failure of failures) {
        Object.assign(outside.answers, good, { [answers]: failure })
        await call(
          'Gotham',
          await signToken({ sub: 'anna.person', given_name: 'Annabella', jti: `${answers}` }),
        )
        await call('Gotham', token)
      }
    }
    const log = JSON.stringify(lines)
    expect(lines.length).toBeGreaterThan(50)
    expect(log.match(/.{0,60}(eyJ|exchanged-|worker-token|anna|Gotham).{0,20}/i)?.[0]).toBeUndefined()
    for (const client of Object.values(clients)) {
      const { assertion } = await client.assert()
      expect(log).not.toContain(assertion.split('.')[2])
    }
  })
})

test('metrics go out in the embedded metric format, with bounded dimensions', () => {
  const written: string[] = []
  const spy = jest.spyOn(console, 'log').mockImplementation((line) => void written.push(String(line)))
  process.env.POWERTOOLS_DEV = 'true'
  process.env.POWERTOOLS_METRICS_DISABLED = 'false'
  const metrics = new Metrics({ namespace: 'MyHotels', serviceName: 'mcp' })
  emitMetrics(metrics, {
    correlationId,
    method: 'tools/call',
    tool: 'search_hotels',
    outcome: 'ok',
    decision: 'PERMIT',
    status: 200,
    duration: 12.5,
    hops: { decision: 7 },
  })
  spy.mockRestore()
  const emitted = written.map((line) => JSON.parse(line))
  expect(emitted[0]).toMatchObject({
    method: 'tools/call',
    tool: 'search_hotels',
    outcome: 'ok',
    Requests: 1,
  })
  expect(emitted[1]).toMatchObject({ tool: 'search_hotels', Duration: 12.5 })
  expect(emitted[2]).toMatchObject({ hop: 'decision', HopDuration: 7 })
  expect(written.join()).not.toContain(correlationId)
})
