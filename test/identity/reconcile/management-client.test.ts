import { describe, expect, test } from '@jest/globals'
import { createManagementClient } from '../../../lambdas/identity/reconcile/management-client.ts'

const base = 'https://api.pingone.eu/v1/environments/env'

/** A PingOne that answers management calls in turn, and time that passes when someone sleeps. */
function createScript(
  answers: ((request: Request) => Response | Promise<Response>)[],
  patience = 60_000,
  tokenAnswer?: () => Promise<Response>,
) {
  const requests: Request[] = []
  const slept: number[] = []
  let now = 0
  let tokens = 0
  const client = createManagementClient({
    apiUrl: 'https://api.pingone.eu/v1',
    authUrl: 'https://auth.pingone.eu',
    environmentId: 'env',
    worker: { clientId: 'worker', clientSecret: 'secret', environmentId: 'owner' },
    clock: () => now,
    sleep: async (milliseconds) => {
      slept.push(milliseconds)
      now += milliseconds
    },
    random: () => 0.5,
    requestTimeout: 1000,
    deadline: () => patience,
    async fetch(request) {
      if (request.url.startsWith('https://auth.pingone.eu/')) {
        tokens += 1
        expect(request.url).toBe('https://auth.pingone.eu/owner/as/token')
        if (tokenAnswer) return tokenAnswer()
        return Response.json({ access_token: `token ${tokens}`, expires_in: 3600 })
      }
      requests.push(request)
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer === undefined) throw new Error('no answer is left')
      return answer(request)
    },
  })
  return { client, requests, slept, tokens: () => tokens }
}

const ok =
  (body: unknown = { id: '1' }) =>
  () =>
    Response.json(body)
const status = (code: number, headers?: Record<string, string>) => () =>
  Response.json({ code: 'X', message: 'y' }, { status: code, ...(headers ? { headers } : {}) })
const dropped = () => Promise.reject(new TypeError('fetch failed'))
const page = (ids: string[], next?: string) =>
  ok({
    _embedded: { groups: ids.map((id) => ({ id })) },
    ...(next ? { _links: { next: { href: next } } } : {}),
  })

describe('the Management API client', () => {
  test('follows pages to the last', async () => {
    const { client, requests } = createScript([page(['1'], `${base}/groups?cursor=a`), page(['2'])])
    expect(await client.list('groups', 'groups')).toEqual([{ id: '1' }, { id: '2' }])
    expect(requests.map(({ url }) => url)).toEqual([`${base}/groups`, `${base}/groups?cursor=a`])
  })

  test.each([
    ['to another host', 'https://attacker.example/v1/environments/env/groups'],
    ['to a host that only begins alike', 'https://api.pingone.eu.attacker.example/v1/groups'],
  ])('does not take its token %s', async (_case, next) => {
    const { client, requests } = createScript([page(['1'], next)])
    // Half a list would be taken for the whole: objects would be made twice, or not be deleted.
    await expect(client.list('groups', 'groups')).rejects.toThrow('groups cannot be used')
    expect(requests).toHaveLength(1)
  })

  test('shows no words of PingOne, which may repeat what was sent', async () => {
    const { client } = createScript([
      () =>
        Response.json(
          { code: 'INVALID_DATA', details: [{ target: 'value', message: 'refused: a secret value' }] },
          { status: 400 },
        ),
    ])
    await expect(client.put('groups/1', { value: 'a secret value' })).rejects.toThrow(
      /^(?!.*a secret value).*400 INVALID_DATA \(value\)/,
    )
  })

  test('stops when pages lead in a circle', async () => {
    const { client, requests } = createScript([page(['1'], `${base}/groups`)])
    await client.list('groups', 'groups')
    expect(requests).toHaveLength(1)
  })

  test.each([408, 429, 500, 502, 503, 504])('asks again after %i', async (code) => {
    const { client, requests } = createScript([status(code), ok()])
    expect(await client.get('groups/1')).toEqual({ id: '1' })
    expect(requests).toHaveLength(2)
  })

  test.each([
    ['7', 7000],
    // Never at once: a server that says 0 is as busy as one that says nothing.
    ['0', 250],
  ])('waits as long as PingOne says: %s s', async (asked, pause) => {
    const { client, slept } = createScript([status(429, { 'retry-after': asked }), ok()])
    await client.get('groups/1')
    expect(slept).toEqual([pause])
  })

  test('waits longer from try to try', async () => {
    const { client, slept } = createScript([dropped, dropped, dropped, ok()])
    await client.get('groups/1')
    expect(slept).toEqual([188, 375, 750].map((expected) => expect.closeTo(expected, -1)))
  })

  test('gives up at the deadline, with a sentence that names the call', async () => {
    const { client } = createScript([status(500)], 5000)
    await expect(client.get('groups/1')).rejects.toThrow(
      /did not answer GET \/groups\/1 in time \(status 500\)/,
    )
  })

  test('gives up an address where nothing answers after twelve seconds, and names it', async () => {
    const refused = () =>
      Promise.reject(
        new TypeError('fetch failed', {
          cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
        }),
      )
    const { client, slept } = createScript([], 120_000, refused)
    await expect(client.get('groups/1')).rejects.toThrow(
      /worker at auth\.pingone\.eu in time \(the connection failed: ECONNREFUSED\)\. Check the region/,
    )
    const waited = slept.reduce((sum, milliseconds) => sum + milliseconds, 0)
    expect(waited).toBeGreaterThan(5_000)
    expect(waited).toBeLessThan(12_000)
  })

  test('asks a fresh object that answers 404 again, and no other', async () => {
    const fresh = createScript([status(404), status(404), ok()])
    expect(await fresh.client.get('groups/1', { isFresh: true })).toEqual({ id: '1' })
    const old = createScript([status(404), ok()])
    await expect(old.client.get('groups/1')).rejects.toMatchObject({ answer: { status: 404 } })
  })

  test('looks for what a creation may have made before it creates again', async () => {
    const { client, requests } = createScript([dropped, ok()])
    const made = await client.post('groups', {}, { recover: async () => ({ id: 'found' }) })
    expect(made).toEqual({ id: 'found' })
    expect(requests).toHaveLength(1)
  })

  test('creates again when nothing was made', async () => {
    const { client, requests } = createScript([dropped, ok({ id: 'second' })])
    expect(await client.post('groups', {}, { recover: async () => undefined })).toEqual({ id: 'second' })
    expect(requests).toHaveLength(2)
  })

  test('does not look after 429, which carries nothing out', async () => {
    const { client } = createScript([status(429), ok({ id: 'second' })])
    const recover = () => Promise.reject(new Error('looked'))
    expect(await client.post('groups', {}, { recover })).toEqual({ id: 'second' })
  })

  test('renews a token that is not accepted, once', async () => {
    const { client, requests, tokens } = createScript([status(401), ok()])
    await client.get('groups/1')
    expect(tokens()).toBe(2)
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer token 1',
      'Bearer token 2',
    ])
    const stubborn = createScript([status(401)])
    await expect(stubborn.client.get('groups/1')).rejects.toMatchObject({ code: 'worker_refused' })
  })

  test('uses a new token after a change of rights', async () => {
    const { client, tokens } = createScript([ok()])
    await client.get('groups/1')
    await client.get('groups/1')
    expect(tokens()).toBe(1)
    client.forgetToken()
    await client.get('groups/1')
    expect(tokens()).toBe(2)
  })

  test('takes what is gone for deleted', async () => {
    const { client } = createScript([status(404)])
    await expect(client.delete('groups/1')).resolves.toBeUndefined()
  })

  test.each([
    ['text', () => new Response('<html>')],
    ['a list', () => Response.json([1])],
    ['nothing', () => new Response(null, { status: 200 })],
  ])('refuses an answer that is %s', async (_case, answer) => {
    const { client } = createScript([answer])
    await expect(client.get('groups/1')).rejects.toMatchObject({ code: 'unusable_answer' })
  })
})
