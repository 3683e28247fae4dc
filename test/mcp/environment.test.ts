import { expect, test } from '@jest/globals'
import { readEnvironment } from '../../lambdas/mcp/environment.ts'

const complete = {
  ISSUER: 'https://auth.example.test/env/as',
  AUDIENCE: 'myhotels-hotelmcp',
  SCOPE_MEMBER_RATES: 'my-hotels:mcp:member_rates',
  SCOPE_BOOK: 'my-hotels:mcp:book',
  API_SCOPE_MEMBER_RATES: 'my-hotels:api:member_rates',
  API_SCOPE_BOOK: 'my-hotels:api:book',
  HOTEL_API_URL: 'https://hotels.example.test/',
  DECISION_ENDPOINT_URL: 'https://api.example.test/v1/decisions/1',
  CONNECTOR_CLIENT_ID: 'connector',
  EXCHANGE_CLIENT_ID: 'exchange',
  APPROVAL_CLIENT_ID: 'approval',
  DECISION_CLIENT_ID: 'decision',
  CLIENT_KEY_ARN: 'arn:aws:kms:eu-central-1:123456789012:key/client',
  APPROVAL_TABLE: 'approvals',
  APPROVAL_KEY_ARN: 'arn:key',
  APPROVAL_WORKFLOW_ARN: 'arn:workflow',
  ALLOWED_ORIGINS: '',
  SIGN_IN_AT_CONNECT: 'anonymous',
}

test('reads what the template sets', () => {
  expect(readEnvironment({ ...complete, PATH: '/bin' })).toMatchObject({
    HOTEL_API_URL: 'https://hotels.example.test',
    ALLOWED_ORIGINS: [],
    SIGN_IN_AT_CONNECT: 'anonymous',
  })
})

test('reads a list of origins', () => {
  const { ALLOWED_ORIGINS } = readEnvironment({
    ...complete,
    ALLOWED_ORIGINS: 'https://a.test, https://b.test',
  })
  expect(ALLOWED_ORIGINS).toEqual(['https://a.test', 'https://b.test'])
})

test.each(Object.keys(complete))('without %s it stops, naming it', (name) => {
  expect(() => readEnvironment({ ...complete, [name]: undefined })).toThrow(name)
})

test.each([
  ['ISSUER', 'auth.example.test'],
  ['HOTEL_API_URL', 'ftp://hotels.example.test'],
  ['CONNECTOR_CLIENT_ID', ''],
  ['SIGN_IN_AT_CONNECT', 'sometimes'],
])('%s cannot be "%s"', (name, value) => {
  expect(() => readEnvironment({ ...complete, [name]: value })).toThrow(name)
})
