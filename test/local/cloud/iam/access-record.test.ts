import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { accessRecordSchema, openAccessRecord } from '../../../../local/cloud/iam/access-record.ts'
import { Identities } from '../../../../local/cloud/iam/identities.ts'
import { parsePolicy } from '../../../../local/cloud/iam/policy.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'access-record-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const roleArn = 'arn:aws:iam::123456789012:role/Stack-Role'
const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/bookings'

function start() {
  const record = openAccessRecord(directory)
  const identities = new Identities(record)
  const document = {
    Statement: [
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: ['arn:other', table] },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { Null: { 'kms:EncryptionContext:id': 'false' } },
      },
      { Effect: 'Deny', Action: 'dynamodb:PutItem', Resource: table },
    ],
  }
  const { statements } = parsePolicy(document, 'Stack/Policy')
  identities.putRole({ name: 'Stack-Role', arn: roleArn, statements, trusted: [] })
  return { record, caller: identities.assume(roleArn, 'Server') }
}

const read = () =>
  readdirSync(directory).map((file) =>
    accessRecordSchema.parse(JSON.parse(readFileSync(join(directory, file), 'utf8'))),
  )

describe('the record of accesses', () => {
  test('names the grants that were used, each once, by statement, action and resource', () => {
    const { record, caller } = start()
    caller.authorize({ action: 'dynamodb:GetItem', resource: table })
    caller.authorize({ action: 'dynamodb:GetItem', resource: table })
    caller.authorize({
      action: 'kms:Decrypt',
      resource: 'key',
      context: { 'kms:encryptioncontext:id': ['1'] },
    })

    record.save()

    expect(read()).toEqual([
      { used: ['Stack/Policy/0 dynamodb:GetItem #1', 'Stack/Policy/1 kms:Decrypt #0'], denied: [] },
    ])
  })

  test.each([
    ['that nobody grants', 'dynamodb:Scan', table],
    ['on a resource that is not granted', 'dynamodb:GetItem', `${table}-2`],
    ['whose condition is not met', 'kms:Decrypt', 'key'],
    ['that is denied outright', 'dynamodb:PutItem', table],
  ])('names an action %s as denied, by caller and role', (_what, action, resource) => {
    const { record, caller } = start()

    expect(() => caller.authorize({ action, resource })).toThrow(/is not authorized to perform/)

    record.save()
    expect(read()).toEqual([
      { used: [], denied: [{ caller: 'Server', role: 'Stack-Role', action, resource }] },
    ])
  })

  test('of every run has a file of its own', () => {
    const [first, second] = [start(), start()]
    first.record.save()
    second.record.save()

    expect(read()).toHaveLength(2)
  })
})
