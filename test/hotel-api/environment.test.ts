import { describe, expect, test } from '@jest/globals'
import { readEnvironment } from '../../lambdas/hotel-api/environment.ts'
import { variables } from './environment.ts'

describe('the environment', () => {
  test('is read with numbers as numbers', () => {
    expect(readEnvironment(variables).settings).toMatchObject({
      bookingTable: 'bookings',
      auditTable: 'audit',
      auditRetentionDays: 730,
      quoteLifetimeSeconds: 600,
      intentLifetimeSeconds: 1800,
    })
  })

  test.each(Object.keys(variables))('without %s stops the start and names it', (name) => {
    expect(() => readEnvironment({ ...variables, [name]: undefined })).toThrow(name)
  })

  test.each(Object.keys(variables))('with an empty %s stops the start and names it', (name) => {
    expect(() => readEnvironment({ ...variables, [name]: '' })).toThrow(name)
  })

  test.each([
    ['ISSUER', 'auth.pingone.eu'],
    ['QUOTE_LIFETIME_SECONDS', 'ten'],
    ['INTENT_LIFETIME_SECONDS', '-1'],
    ['AUDIT_RETENTION_DAYS', 'forever'],
  ])('with %s=%s stops the start and names it', (name, value) => {
    expect(() => readEnvironment({ ...variables, [name]: value })).toThrow(name)
  })

  test('with one client in two roles stops the start', () => {
    expect(() => readEnvironment({ ...variables, APPROVAL_CLIENT_ID: 'exchange' })).toThrow('must differ')
  })
})
