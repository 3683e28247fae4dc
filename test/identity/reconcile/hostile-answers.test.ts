// PingOne's answers are outside input: whatever comes, the run ends in one of our own errors and nothing is sent
// where the token must not go.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MyHotelsError } from '../../../lambdas/errors/my-hotels-error.ts'
import { createCustomResource } from '../custom-resource.ts'
import { apiUrl, authUrl, createTestPingOne } from '../pingone-environment.ts'

const item = fc.record(
  {
    id: fc.oneof(fc.string(), fc.constant('../../../applications'), fc.integer()),
    name: fc.oneof(fc.string(), fc.constant('MyHotels ChatGPT'), fc.constant('MyHotels MCP Resource')),
    description: fc.oneof(fc.string(), fc.constant('Managed by MyHotels')),
    type: fc.constantFrom('OPENID_CONNECT', 'CUSTOM', 'WEB_APP', 'RULE'),
    children: fc.oneof(
      fc.jsonValue(),
      fc.array(fc.record({ type: fc.constant('POLICY'), value: fc.jsonValue() })),
    ),
    tag: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

const answer = fc.oneof(
  fc.jsonValue(),
  fc
    .record({
      collection: fc.constantFrom(
        'groups',
        'resources',
        'applications',
        'authorizationPolicies',
        'roles',
        'flows',
      ),
      items: fc.oneof(fc.array(item, { maxLength: 3 }), fc.jsonValue()),
      next: fc.option(fc.oneof(fc.webUrl(), fc.string(), fc.constant(`${apiUrl}/environments/x/groups`))),
    })
    .map(({ collection, items, next }) => ({
      _embedded: { [collection]: items },
      ...(next === null ? {} : { _links: { next: { href: next } } }),
    })),
)

describe('an answer of any shape', () => {
  test('ends in an error of ours, or does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 45 }),
        fc.array(answer, { minLength: 1, maxLength: 4 }),
        async (from, answers) => {
          const pingOne = createTestPingOne()
          const queue = [...answers]
          let call = 0
          pingOne.intervene(async (request, proceed) => {
            const { origin } = new URL(request.url)
            expect([new URL(apiUrl).origin, new URL(authUrl).origin]).toContain(origin)
            if (origin === new URL(authUrl).origin) return proceed()
            call += 1
            const hostile = call > from && request.method === 'GET' ? queue.shift() : undefined
            return hostile === undefined ? proceed() : Response.json(hostile)
          })
          const outcome = await pingOne.apply().catch((error: unknown) => error)
          if (outcome instanceof Error) {
            expect(outcome).toBeInstanceOf(MyHotelsError)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('an outage without an end', () => {
  test.each([
    [
      'that answers at once',
      async () => Response.json({}, { status: 503, headers: { 'retry-after': '30' } }),
    ],
    [
      'that answers nothing',
      async (pingOne: ReturnType<typeof createTestPingOne>) => {
        pingOne.passTime(10_000)
        throw new DOMException('The operation was aborted due to timeout', 'TimeoutError')
      },
    ],
  ])('%s ends a Create well before the function is stopped', async (_case, fail) => {
    const pingOne = createTestPingOne()
    const start = pingOne.clock()
    let call = 0
    pingOne.intervene(async (request, proceed) => {
      call += 1
      return call < 60 || request.url.endsWith('/as/token') ? proceed() : fail(pingOne)
    })
    await expect(createCustomResource(pingOne).send('Create')).rejects.toThrow(/did not answer/)
    expect(pingOne.clock() - start).toBeLessThan(13.5 * 60_000)
  })
})
