import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { fetchWithRetry, NoAnswerError, type RetryLimits } from '../../lambdas/http/fetch-with-retry.ts'

const servers: ReturnType<typeof createServer>[] = []

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

const limits: RetryLimits = { deadline: 2000, attemptTimeout: 500, attempts: 3 }
const using = { fetch, clock: Date.now, wait: async () => {} }
const get = (url: string, change: Partial<RetryLimits> = {}) =>
  fetchWithRetry(using, { url, init: {}, repeatable: true }, { ...limits, ...change })

test('returns status, headers and text of the first good answer', async () => {
  const url = await serve((_, outgoing) => outgoing.writeHead(404, { 'x-a': '1' }).end('gone'))
  const answer = await get(url)
  expect([answer.status, answer.headers.get('x-a'), answer.text]).toEqual([404, '1', 'gone'])
})

describe('gives up', () => {
  test('on a server that never answers, attempt by attempt', async () => {
    let attempts = 0
    const url = await serve(() => {
      attempts += 1
    })
    await expect(get(url, { attemptTimeout: 50 })).rejects.toBeInstanceOf(NoAnswerError)
    expect(attempts).toBe(3)
  })

  test('on a body that never ends', async () => {
    const url = await serve((_, outgoing) => {
      outgoing.writeHead(200)
      outgoing.write('{')
    })
    await expect(get(url, { attemptTimeout: 50, attempts: 1 })).rejects.toBeInstanceOf(NoAnswerError)
  })

  test('at the deadline, whatever attempts are left', async () => {
    let attempts = 0
    const url = await serve(() => {
      attempts += 1
    })
    await expect(get(url, { deadline: 60, attempts: 100 })).rejects.toBeInstanceOf(NoAnswerError)
    expect(attempts).toBe(1)
  })

  test('on a body that is too long', async () => {
    const url = await serve((_, outgoing) => outgoing.end('x'.repeat(5000)))
    await expect(get(url, { maxAnswer: 4999 })).rejects.toBeInstanceOf(NoAnswerError)
    await expect(get(url, { maxAnswer: 5000 })).resolves.toMatchObject({ status: 200 })
  })
})

test('follows no redirect: a token must not travel on', async () => {
  let followed = false
  const url = await serve((incoming, outgoing) => {
    followed ||= incoming.url === '/elsewhere'
    outgoing.writeHead(307, { location: '/elsewhere' }).end()
  })
  await expect(get(url)).rejects.toBeInstanceOf(NoAnswerError)
  expect(followed).toBe(false)
})

test('waits longer before each attempt, by chance within a growing window', async () => {
  const pauses: number[] = []
  const url = await serve((_, outgoing) => outgoing.writeHead(503).end())
  await fetchWithRetry(
    { ...using, random: () => 0.5, wait: async (milliseconds) => void pauses.push(milliseconds) },
    { url, init: {}, repeatable: true },
    limits,
  )
  expect(pauses).toEqual([100, 200])
})

/** The pauses between three attempts at a server that is busy. */
async function pausesWith(headers: Record<string, string>): Promise<number[]> {
  const pauses: number[] = []
  const url = await serve((_, outgoing) => outgoing.writeHead(429, headers).end())
  const answer = await fetchWithRetry(
    { ...using, random: () => 0.5, wait: async (milliseconds) => void pauses.push(milliseconds) },
    { url, init: {}, repeatable: true },
    limits,
  )
  expect(answer.status).toBe(429)
  return pauses
}

test.each<[string, Record<string, string>, number[]]>([
  ['as long as the server asks, in seconds', { 'retry-after': '1' }, [1000, 1000]],
  [
    'until the server asks, by its own clock',
    { date: 'Sun, 06 Nov 1994 08:49:36 GMT', 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' },
    [1000, 1000],
  ],
  ['all the same when the server asks for none', { 'retry-after': '0' }, [100, 200]],
  ['all the same when the time is over', { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }, [100, 200]],
  ['as ever when the header says nothing', { 'retry-after': 'soon' }, [100, 200]],
])('waits %s', async (_how, headers, pauses) => {
  expect(await pausesWith(headers)).toEqual(pauses)
})

test('sends once what must not be repeated', async () => {
  let attempts = 0
  const url = await serve((_, outgoing) => {
    attempts += 1
    outgoing.writeHead(503).end()
  })
  await fetchWithRetry(using, { url, init: { method: 'POST' }, repeatable: false }, limits)
  expect(attempts).toBe(1)
})
