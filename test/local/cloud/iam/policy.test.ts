import { describe, expect, test } from '@jest/globals'
import { isAllowed, matchesWildcard, parsePolicy } from '../../../../local/cloud/iam/policy.ts'

const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/bookings'

const allows = (
  statement: object | object[],
  action: string,
  resource: string,
  context: Record<string, string[]> = {},
) =>
  isAllowed(parsePolicy({ Statement: statement }, 'Stack/Policy').statements, { action, resource, context })

describe('a policy', () => {
  test.each<[string, object | object[], string, string, boolean]>([
    [
      'the very action and resource',
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table },
      'dynamodb:GetItem',
      table,
      true,
    ],
    [
      'another action',
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table },
      'dynamodb:PutItem',
      table,
      false,
    ],
    [
      'another resource',
      { Effect: 'Allow', Action: 'dynamodb:*', Resource: table },
      'dynamodb:PutItem',
      `${table}2`,
      false,
    ],
    [
      'wildcards',
      { Effect: 'Allow', Action: 'dynamodb:*Item', Resource: 'arn:*:table/*' },
      'dynamodb:PutItem',
      table,
      true,
    ],
    [
      'an action in other letters',
      { Effect: 'Allow', Action: 'DynamoDB:getitem', Resource: '*' },
      'dynamodb:GetItem',
      table,
      true,
    ],
    ['lists', { Effect: 'Allow', Action: ['a:B', 'c:D'], Resource: ['x', 'y'] }, 'c:D', 'y', true],
    [
      'six unknown characters',
      { Effect: 'Allow', Action: 'a:B', Resource: 'secret-??????' },
      'a:B',
      'secret-abcDEF',
      true,
    ],
    [
      'fewer characters',
      { Effect: 'Allow', Action: 'a:B', Resource: 'secret-??????' },
      'a:B',
      'secret-abc',
      false,
    ],
    ['all but an action', { Effect: 'Allow', NotAction: 'a:B', Resource: '*' }, 'a:B', 'x', false],
    ['all but a resource', { Effect: 'Allow', Action: '*', NotResource: 'x' }, 'a:B', 'y', true],
    [
      'a denial besides',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'a:B', Resource: 'x' },
      ],
      'a:B',
      'x',
      false,
    ],
    ['nothing', [], 'a:B', 'x', false],
  ])('with %s', (_what, statement, action, resource, allowed) => {
    expect(allows(statement, action, resource)).toBe(allowed)
  })

  test.each<[object, Record<string, string[]>, boolean]>([
    [{ Null: { 'kms:EncryptionContext:id': 'false' } }, {}, false],
    [{ Null: { 'kms:EncryptionContext:id': 'false' } }, { 'kms:encryptioncontext:id': ['1'] }, true],
    [{ Null: { 'kms:EncryptionContext:id': 'true' } }, {}, true],
    [{ StringEquals: { 'k:a': ['x', 'y'] } }, { 'k:a': ['y'] }, true],
    [{ StringEquals: { 'k:a': 'x' } }, {}, false],
    [{ StringEqualsIfExists: { 'k:a': 'x' } }, {}, true],
    [{ StringNotEquals: { 'k:a': 'x' } }, { 'k:a': ['x'] }, false],
    [{ StringNotEquals: { 'k:a': 'x' } }, {}, true],
    [{ StringLike: { 'k:a': 'x-*' } }, { 'k:a': ['x-1'] }, true],
    [{ 'ForAllValues:StringEquals': { 'k:a': ['x', 'y'] } }, { 'k:a': ['x', 'z'] }, false],
    [{ 'ForAllValues:StringEquals': { 'k:a': ['x', 'y'] } }, { 'k:a': ['x', 'y'] }, true],
    [{ 'ForAnyValue:StringEquals': { 'k:a': ['x'] } }, { 'k:a': ['z', 'x'] }, true],
    [{ DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }, {}, false],
  ])('under %j with %j', (condition, context, allowed) => {
    const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: condition }
    expect(allows(statement, 'a:B', 'x', context)).toBe(allowed)
  })

  test('says which conditions it cannot evaluate', () => {
    const Condition = { DateLessThan: { 'aws:CurrentTime': 'x' }, StringEquals: { 'k:a': 'x' } }
    const document = { Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition } }
    const { unknownConditions } = parsePolicy(document, 'Stack/Policy')
    expect(unknownConditions).toEqual(['DateLessThan aws:CurrentTime'])
  })

  test('takes dots and brackets for themselves', () => {
    expect(matchesWildcard('a.b[c]', 'a.b[c]')).toBe(true)
    expect(matchesWildcard('a.b', 'axb')).toBe(false)
  })
})
