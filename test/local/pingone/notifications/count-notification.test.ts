import { describe, expect, test } from '@jest/globals'
import { PingOneEnvironment } from '../../../../local/pingone/environment.ts'
import { countEmail } from '../../../../local/pingone/notifications/count-notification.ts'

const noon = Date.parse('2026-12-01T12:00:00Z')
const policyId = 'p'

function withPolicy(quotas: object[], more: object = {}): PingOneEnvironment {
  const environment = new PingOneEnvironment({ environmentId: 'e', organizationId: 'o' })
  environment.put('notificationsPolicies', { id: policyId, default: false, quotas, ...more })
  return environment
}

/** How many of this many emails go out. */
function sent(
  environment: PingOneEnvironment,
  count: number,
  more: { userId?: string; policyId?: string } = {},
) {
  const email = { policyId, userId: 'anna', ...more }
  return Array.from({ length: count }).filter(() => countEmail(environment, email, () => noon)).length
}

describe('a notification policy', () => {
  test.each<[string, object[], number]>([
    ['a total a person', [{ type: 'USER', deliveryMethods: ['Email'], total: 3 }], 3],
    ['a total for all', [{ type: 'ENVIRONMENT', deliveryMethods: ['Email'], total: 4 }], 4],
    [
      'a bound of those nobody answered',
      [{ type: 'USER', deliveryMethods: ['Email'], claimed: 9, unclaimed: 2 }],
      2,
    ],
    [
      'a bound for other ways of delivery',
      [{ type: 'USER', deliveryMethods: ['SMS', 'Voice'], total: 1 }],
      6,
    ],
    [
      'the tighter of two',
      [
        { type: 'USER', deliveryMethods: ['Email'], total: 5 },
        { type: 'ENVIRONMENT', deliveryMethods: ['Email'], total: 1 },
      ],
      1,
    ],
    ['no bound', [], 6],
  ])('with %s lets that many through', (_, quotas, expected) => {
    expect(sent(withPolicy(quotas), 6)).toBe(expected)
  })

  test('counts each person for themselves, and all together for the environment', () => {
    const each = withPolicy([{ type: 'USER', deliveryMethods: ['Email'], total: 2 }])
    const all = withPolicy([{ type: 'ENVIRONMENT', deliveryMethods: ['Email'], total: 3 }])

    expect([sent(each, 5), sent(each, 5, { userId: 'ben' })]).toEqual([2, 2])
    expect([sent(all, 2), sent(all, 5, { userId: 'ben' })]).toEqual([2, 1])
  })

  test('begins anew with the day', () => {
    const environment = withPolicy([{ type: 'USER', deliveryMethods: ['Email'], total: 2 }])
    sent(environment, 5)

    expect(countEmail(environment, { policyId, userId: 'anna' }, () => noon + 43_200_000)).toBe(true)
  })

  test('is the default one where none is named, and none where the named one is not there', () => {
    const quotas = [{ type: 'USER', deliveryMethods: ['Email'], total: 1 }]
    const environment = withPolicy(quotas, { default: true })

    expect(sent(environment, 3, { policyId: '' })).toBe(1)
    expect(sent(environment, 3, { policyId: 'gone' })).toBe(0)
    expect(
      sent(new PingOneEnvironment({ environmentId: 'e', organizationId: 'o' }), 3, { policyId: '' }),
    ).toBe(3)
  })
})
