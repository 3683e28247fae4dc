import { describe, expect, test } from '@jest/globals'
import { compareAccess, type GrantingStack } from './compare-access.ts'

const arn = { 'Fn::GetAtt': ['Table0123ABCD', 'Arn'] }

function stackWith(statements: object[], roles: object[] = [{ Ref: 'ServerRole89ABCDEF' }]): GrantingStack {
  return {
    id: 'Front',
    name: 'Front-dev',
    template: {
      Parameters: { Stored: { Default: '/front/dev/secret' } },
      Resources: {
        ServerRole89ABCDEF: { Type: 'AWS::IAM::Role', Properties: {} },
        ServerPolicy01234567: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyDocument: { Statement: statements }, Roles: roles },
        },
      },
    },
  }
}

const tableAccess = stackWith([{ Effect: 'Allow', Action: ['db:Get', 'db:Put'], Resource: arn }])
const got = 'Front-dev/ServerPolicy01234567/0 db:Get #0'
const put = 'Front-dev/ServerPolicy01234567/0 db:Put #0'
const role = 'Front ServerRole'

const compare = (options: Partial<Parameters<typeof compareAccess>[0]>) =>
  compareAccess({ stacks: [tableAccess], records: [], exceptions: [], ...options })

describe('the comparison of grants and uses', () => {
  test('has nothing to say when every grant is used, in whatever run', () => {
    const records = [
      { used: [got], denied: [] },
      { used: [put], denied: [] },
    ]

    expect(compare({ records })).toEqual({ grants: 2, unused: [], denied: [], needless: [] })
  })

  test('names a grant that no run used, by role, action and resource', () => {
    const { unused } = compare({ records: [{ used: [got], denied: [] }] })

    expect(unused).toEqual([{ role, action: 'db:Put', resource: 'Table.Arn' }])
  })

  test('tells resources of one statement apart', () => {
    const stacks = [
      stackWith([
        {
          Effect: 'Allow',
          Action: 'db:Get',
          Resource: [
            arn,
            { 'Fn::Join': ['', [arn, '/index/*']] },
            { Ref: 'Stored' },
            { Ref: 'Key0123ABCD' },
            { 'Fn::Sub': 'x' },
            '*',
          ],
        },
      ]),
    ]

    const { unused } = compare({ stacks, records: [{ used: [got], denied: [] }] })

    expect(unused.map(({ resource }) => resource)).toEqual([
      'Table.Arn/index/*',
      '/front/dev/secret',
      'Key',
      '{"Fn::Sub":"x"}',
      '*',
    ])
  })

  test('sees policies inside roles and policies that others keep', () => {
    const { template, ...names } = stackWith([])
    const Properties = {
      Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'db:Get', Resource: '*' } } }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/Everything'],
    }
    const stacks = [
      { ...names, template: { Resources: { ServerRole89ABCDEF: { Type: 'AWS::IAM::Role', Properties } } } },
    ]

    expect(compare({ stacks }).unused).toEqual([
      { role, action: 'db:Get', resource: '*' },
      { role, action: 'managed policy', resource: 'arn:aws:iam::aws:policy/Everything' },
    ])
    const records = [{ used: ['Front-dev/ServerRole89ABCDEF/Policies/0/0 db:Get #0'], denied: [] }]
    expect(compare({ stacks, records }).unused).toHaveLength(1)
    expect(template.Resources).toBeDefined()
  })

  test('does not count what is denied as granted', () => {
    expect(compare({ stacks: [stackWith([{ Effect: 'Deny', Action: '*', Resource: '*' }])] }).grants).toBe(0)
  })

  test('takes an exception for a grant that nothing uses', () => {
    const exception = { role, action: 'db:Put', resource: 'Table.Arn', reason: 'kept for repairs' }
    const records = [{ used: [got], denied: [] }]

    expect(compare({ records, exceptions: [exception] })).toMatchObject({ unused: [], needless: [] })
  })

  test.each([
    ['is used after all', { role, action: 'db:Get', resource: 'Table.Arn' }],
    ['is not granted', { role, action: 'db:Scan', resource: 'Table.Arn' }],
  ])('names an exception for a grant that %s', (_what, grant) => {
    const exception = { ...grant, reason: 'old' }

    const { needless } = compare({
      records: [{ used: [got, put], denied: [] }],
      exceptions: [exception],
    })

    expect(needless).toEqual([exception])
  })

  test('names each denial of a role of the templates once, and of no other role', () => {
    const denial = {
      caller: 'Front-dev-Server',
      role: 'Front-dev-ServerRole',
      action: 'db:Scan',
      resource: 'arn:t',
    }
    const other = { ...denial, role: 'cdk-hnb659fds-deploy-role-111122223333-eu-central-1' }
    const records = [
      { used: [got, put], denied: [denial, other] },
      { used: [], denied: [denial] },
    ]

    expect(compare({ records }).denied).toEqual([denial])
  })

  test.each([
    ['no role', []],
    ['two roles', [{ Ref: 'One' }, { Ref: 'Two' }]],
  ])('refuses a policy for %s, since nobody could tell whose use it is', (_what, roles) => {
    expect(() => compare({ stacks: [stackWith([], roles)] })).toThrow(/Give each role a policy of its own/)
  })

  test.each([
    ['actions', { Effect: 'Allow', NotAction: 'db:Put', Resource: '*' }],
    ['resources', { Effect: 'Allow', Action: 'db:Get', NotResource: arn }],
  ])('refuses a grant of all %s but some', (_what, statement) => {
    expect(() => compare({ stacks: [stackWith([statement])] })).toThrow(/name the actions and resources/)
  })
})
