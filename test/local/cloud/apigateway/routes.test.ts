import { describe, expect, test } from '@jest/globals'
import { matchRoute } from '../../../../local/cloud/apigateway/routes.ts'
import { createThrottle } from '../../../../local/cloud/apigateway/throttle.ts'

const routes = ['$default', 'ANY /a/{rest+}', 'GET /a/{id}', 'GET /a/b', 'ANY /a/b', 'POST /a.b'].map(
  (key) => ({
    key,
    integration: { functionArn: 'f', timeoutMilliseconds: 1 },
  }),
)

describe('a route', () => {
  test.each<[string, string, string, object | undefined]>([
    ['GET', '/a/b', 'GET /a/b', undefined],
    ['POST', '/a/b', 'ANY /a/b', undefined],
    ['GET', '/a/c', 'GET /a/{id}', { id: 'c' }],
    ['GET', '/a/c d', 'GET /a/{id}', { id: 'c d' }],
    ['GET', '/a/c%20d', 'GET /a/{id}', { id: 'c%20d' }],
    ['GET', '/a/c\nd', 'GET /a/{id}', { id: 'c\nd' }],
    ['GET', '/a/c/d', 'ANY /a/{rest+}', { rest: 'c/d' }],
    ['POST', '/a.b', 'POST /a.b', undefined],
    ['POST', '/aXb', '$default', undefined],
    ['GET', '/', '$default', undefined],
  ])('for %s %s is %s', (method, path, key, pathParameters) => {
    expect(matchRoute(routes, method, path)).toEqual({
      route: expect.objectContaining({ key }),
      pathParameters,
    })
  })

  test('is missing where no key fits', () => {
    expect(matchRoute(routes.slice(1), 'GET', '/elsewhere')).toBeUndefined()
  })
})

describe('a throttle', () => {
  test('lets a burst pass, and then as many as its rate allows', () => {
    let now = 0
    const admit = createThrottle({ rate: 2, burst: 3 }, () => now)
    const burst = [admit(), admit(), admit(), admit()]
    now += 500
    const later = [admit(), admit()]
    now += 60_000
    const full = [admit(), admit(), admit(), admit()]
    expect([burst, later, full]).toEqual([
      [true, true, true, false],
      [true, false],
      [true, true, true, false],
    ])
  })
})
