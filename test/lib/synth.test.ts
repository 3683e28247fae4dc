import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import aslValidator from 'asl-validator'
import { App, CfnResource, type Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { CfnBucket } from 'aws-cdk-lib/aws-s3'
import { merge } from '../../lib/configuration.ts'
import { createMyHotels } from '../../lib/myhotels.ts'

type Statement = { Action: string | string[]; Resource: unknown; Effect: string }
type Resource = { Type: string; Properties: Record<string, unknown>; Metadata?: Record<string, unknown> }

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> }

/**
 * The templates, without bundles: what is in the bundles is tested where it is written.
 *
 * @param change laid over the stage's part of cdk.json
 */
function synthesize(stage: string, change: Record<string, unknown> = {}) {
  const stages = context.myhotels as Record<string, Record<string, unknown>>
  const app = new App({
    context: {
      ...context,
      stage,
      myhotels: { [stage]: merge(stages[stage] ?? {}, change) },
      'aws:cdk:bundling-stacks': [],
    },
    treeMetadata: false,
  })
  createMyHotels(app)
  // Findings of the CloudFormation validator and of cdk-nag make this throw.
  app.synth()
  const templates = Object.fromEntries(
    app.node.children
      .filter((child): child is Stack => child.node.id.startsWith('MyHotels-'))
      .map((stack) => [stack.node.id, Template.fromStack(stack)]),
  )
  return templates as Record<'MyHotels-Identity' | 'MyHotels-HotelApi' | 'MyHotels-Mcp', Template>
}

const resources = (template: Template) => template.toJSON().Resources as Record<string, Resource>
const ofType = (template: Template, type: string) =>
  Object.entries(resources(template)).filter(([, resource]) => resource.Type === type)

const statements = (template: Template) =>
  ofType(template, 'AWS::IAM::Policy').flatMap(
    ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
  )

describe.each(['dev', 'prod'])('the templates of the stage %s', (stage) => {
  let templates: ReturnType<typeof synthesize>
  beforeAll(() => {
    templates = synthesize(stage)
  })

  test('synthesize without a finding of the CloudFormation validator or of AwsSolutions', () => {
    expect(Object.keys(templates)).toEqual(['MyHotels-Identity', 'MyHotels-HotelApi', 'MyHotels-Mcp'])
  })

  test('run every function of ours on Node 24 and arm64, with its own role and its own log group', () => {
    const functions = Object.values(templates)
      .flatMap((template) => ofType(template, 'AWS::Lambda::Function'))
      .filter(([id]) => /^(PingOneConfiguration|HotelApi|McpServer|AdvanceApproval)[0-9A-F]{8}$/.test(id))

    expect(functions).toHaveLength(4)
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] })
      expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON' })
    }
    const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties.Role))
    expect(new Set(roles).size).toBe(4)
  })

  test('give no role of one domain a way to the data of another', () => {
    const allowed = (template: Template) =>
      statements(template).flatMap(({ Action, Resource }) =>
        [Action].flat().map((action) => ({ action, resource: JSON.stringify(Resource) })),
      )
    const tables = (template: Template) =>
      allowed(template).filter(({ action }) => action.startsWith('dynamodb:'))

    expect(tables(templates['MyHotels-Identity'])).toEqual([])
    for (const domain of ['MyHotels-HotelApi', 'MyHotels-Mcp'] as const) {
      const own = ofType(templates[domain], 'AWS::DynamoDB::GlobalTable').map(([id]) => id)
      expect(own).toHaveLength(domain === 'MyHotels-HotelApi' ? 2 : 1)
      for (const { action, resource } of tables(templates[domain])) {
        expect(action).toMatch(/^dynamodb:(Get|Put)Item$/)
        expect(own.filter((table) => resource.includes(table))).toHaveLength(1)
        expect(resource).not.toContain('ImportValue')
      }
    }
    const secrets = (template: Template) =>
      allowed(template).filter(({ action }) => action.startsWith('secretsmanager:'))
    expect(secrets(templates['MyHotels-Mcp'])).toEqual([])
    expect(secrets(templates['MyHotels-HotelApi'])).toEqual([
      { action: 'secretsmanager:GetSecretValue', resource: expect.stringContaining('AuditTrailKey') },
    ])
  })

  test('expire items and can restore tables', () => {
    for (const domain of ['MyHotels-HotelApi', 'MyHotels-Mcp'] as const) {
      templates[domain].allResourcesProperties('AWS::DynamoDB::GlobalTable', {
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      })
    }
  })

  test('let entries of the audit trail be added by one role, within a transaction, and by nobody changed or deleted', () => {
    const template = templates['MyHotels-HotelApi']
    const [[id, trail] = ['', undefined]] = ofType(template, 'AWS::DynamoDB::GlobalTable').filter(([table]) =>
      table.startsWith('AuditTrail'),
    )
    const granted = statements(template).filter(({ Resource }) => JSON.stringify(Resource).includes(id))
    const [{ ResourcePolicy: policy } = { ResourcePolicy: undefined }] = (trail?.Properties.Replicas ??
      []) as {
      ResourcePolicy: { PolicyDocument: { Statement: object[] } }
    }[]

    expect(granted).toEqual([
      {
        Effect: 'Allow',
        Action: 'dynamodb:PutItem',
        Resource: { 'Fn::GetAtt': [id, 'Arn'] },
        Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] } },
      },
    ])
    expect(policy?.PolicyDocument.Statement).toMatchObject([
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: expect.arrayContaining(['dynamodb:UpdateItem', 'dynamodb:DeleteItem']),
        Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
      },
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'dynamodb:PutItem',
        Condition: {
          ArnNotEquals: {
            'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringMatching(/^HotelApiRole/), 'Arn'] },
          },
        },
      },
    ])
  })

  test('hand the workflow a definition that is valid, in JSONPath, and loops', () => {
    const [machine] = ofType(templates['MyHotels-Mcp'], 'AWS::StepFunctions::StateMachine')
    const definition = JSON.parse(plain(machine?.[1].Properties.DefinitionString)) as Definition
    const report = aslValidator(definition)

    expect(report.isValid ? '' : report.errorsText()).toBe('')
    expect(definition.QueryLanguage ?? 'JSONPath').toBe('JSONPath')
    expect(
      Object.values(definition.States).some((state) => state.Type === 'Wait' && state.Next !== undefined),
    ).toBe(true)
    expect(machine?.[1].Properties).toMatchObject({ StateMachineType: 'STANDARD' })
  })

  test(stage === 'prod' ? 'keep the data of prod when its stack goes' : 'leave nothing of dev behind', () => {
    const tables = (['MyHotels-HotelApi', 'MyHotels-Mcp'] as const).flatMap((domain) =>
      ofType(templates[domain], 'AWS::DynamoDB::GlobalTable').map(
        ([, table]) => (table as { DeletionPolicy?: string } & Resource).DeletionPolicy,
      ),
    )
    expect(tables).toEqual(Array(3).fill(stage === 'prod' ? 'Retain' : 'Delete'))
  })
})

describe('what the templates take from elsewhere', () => {
  let templates: ReturnType<typeof synthesize>
  beforeAll(() => {
    templates = synthesize('dev')
  })

  const parameters = (template: Template) =>
    Object.values(
      (template.toJSON().Parameters ?? {}) as Record<string, { Type: string; Default: string }>,
    ).map((parameter) => {
      expect(parameter.Type).toBe('AWS::SSM::Parameter::Value<String>')
      return parameter.Default
    })

  // `cdk deploy` sends UsePreviousValue for every parameter of a stack that is there: a changed default changes
  // nothing. Of a parameter of this type it is the name that stays; its value is read anew.
  test('is in no parameter but the values that other stacks publish, and the version of the bootstrap', () => {
    const bootstrap = '/cdk-bootstrap/hnb659fds/version'

    expect(parameters(templates['MyHotels-Identity'])).toEqual([bootstrap])
    expect(parameters(templates['MyHotels-HotelApi']).sort()).toEqual([
      bootstrap,
      '/myhotels/dev/approval-client-id',
      '/myhotels/dev/client-key-hotelApi-1',
      '/myhotels/dev/connector-client-id',
      '/myhotels/dev/exchange-client-id',
      '/myhotels/dev/hotel-api-decision-client-id',
      '/myhotels/dev/hotel-api-decision-endpoint-url',
      '/myhotels/dev/workflow-client-id',
    ])
    expect(parameters(templates['MyHotels-Mcp']).sort()).toEqual([
      bootstrap,
      '/myhotels/dev/approval-client-id',
      '/myhotels/dev/client-key-approvalTask-1',
      '/myhotels/dev/client-key-mcpServer-1',
      '/myhotels/dev/connector-client-id',
      '/myhotels/dev/decision-client-id',
      '/myhotels/dev/decision-endpoint-url',
      '/myhotels/dev/exchange-client-id',
      '/myhotels/dev/hotel-api-url',
      '/myhotels/dev/workflow-client-id',
    ])
  })

  test('is published by a stack that is deployed before', () => {
    const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, treeMetadata: false })
    createMyHotels(app)
    const order = app.synth().stacks.map(({ id, template, dependencies }) => ({
      id,
      template: Template.fromJSON(template),
      dependencies,
    }))
    const published = new Map(
      order.flatMap(({ id, template }) =>
        ofType(template, 'AWS::SSM::Parameter').map(([, { Properties }]) => [Properties.Name, id] as const),
      ),
    )

    expect(published.size).toBe(12)
    const used = order.flatMap(({ id, template, dependencies }) =>
      parameters(template)
        .filter((name) => name.startsWith('/myhotels/'))
        .map((name) => {
          expect(dependencies.map((one) => one.id)).toContain(published.get(name))
          return `${name} in ${id}`
        }),
    )
    expect(used).toHaveLength(16)
  })

  test('is referred to by no export and no weak reference, which go stale or cannot change', () => {
    for (const template of Object.values(templates)) {
      const text = JSON.stringify(template.toJSON())
      expect(text).not.toContain('Fn::ImportValue')
      expect(text).not.toContain('Fn::GetStackOutput')
      expect(text).not.toContain('"Export"')
    }
  })

  test.each([
    [
      'another environment',
      { pingOne: { environmentId: '5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d' } },
      ['MyHotels-Identity', 'MyHotels-HotelApi', 'MyHotels-Mcp'],
    ],
    [
      'another region of PingOne',
      { pingOne: { region: 'NA' } },
      ['MyHotels-Identity', 'MyHotels-HotelApi', 'MyHotels-Mcp'],
    ],
    [
      'other hosts',
      { pingOne: { hosts: { api: 'http://127.0.0.1:4121', auth: 'http://127.0.0.1:4120' } } },
      ['MyHotels-Identity', 'MyHotels-HotelApi', 'MyHotels-Mcp'],
    ],
    [
      'a second callback URL',
      { connector: { redirectUris: ['https://chatgpt.com/a', 'https://claude.ai/b'] } },
      ['MyHotels-Identity'],
    ],
    ['another secret of the worker', { pingOne: { workerSecretName: 'worker' } }, ['MyHotels-Identity']],
    ['what to keep', { pingOne: { keepOnDelete: true } }, ['MyHotels-Identity']],
    ['another audience', { audiences: { hotelApi: 'rooms' } }, ['MyHotels-Identity', 'MyHotels-HotelApi']],
    [
      'another scope',
      { scopes: { hotelApi: { book: 'rooms:book' } } },
      ['MyHotels-Identity', 'MyHotels-HotelApi', 'MyHotels-Mcp'],
    ],
    [
      'another generation of keys',
      { clientKeys: { current: 2, previous: 1 } },
      ['MyHotels-Identity', 'MyHotels-HotelApi', 'MyHotels-Mcp'],
    ],
    ['another retention', { audit: { retentionDays: 3650 } }, ['MyHotels-HotelApi']],
    [
      'another lifetime',
      { booking: { intentLifetimeSeconds: 600 } },
      ['MyHotels-Identity', 'MyHotels-HotelApi', 'MyHotels-Mcp'],
    ],
  ])('%s in cdk.json changes every template that it concerns', (_what, change, concerned) => {
    const changed = synthesize('dev', change)

    const different = (Object.keys(templates) as (keyof typeof templates)[]).filter(
      (id) => JSON.stringify(templates[id].toJSON()) !== JSON.stringify(changed[id].toJSON()),
    )
    expect(different).toEqual(concerned)
  })

  test('comes from cdk.json alone, to the last callback URL', () => {
    const changed = synthesize('dev', {
      pingOne: {
        environmentId: '5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d',
        hosts: { api: 'http://127.0.0.1:4121', auth: 'http://127.0.0.1:4120' },
      },
      connector: { redirectUris: ['https://chatgpt.com/a,b', 'https://claude.ai/"c'] },
    })
    const [environment] = ofType(changed['MyHotels-Identity'], 'Custom::PingOneEnvironment')

    expect(environment?.[1].Properties).toMatchObject({
      ApiUrl: 'http://127.0.0.1:4121/v1',
      AuthUrl: 'http://127.0.0.1:4120',
      EnvironmentId: '5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d',
      Issuer: 'http://127.0.0.1:4120/5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d/as',
    })
    expect(JSON.parse(String(environment?.[1].Properties.Settings))).toMatchObject({
      connector: { redirectUris: ['https://chatgpt.com/a,b', 'https://claude.ai/"c'] },
    })
  })
})

describe('the secrets', () => {
  test('that others made are named, never referred to by an ARN without its last six characters', () => {
    const name = 'a/b_c+d=e.f@g-h'
    const templates = synthesize('dev', { pingOne: { workerSecretName: name } })
    const [configure] = ofType(templates['MyHotels-Identity'], 'AWS::Lambda::Function').filter(([id]) =>
      id.startsWith('PingOneConfiguration'),
    )

    expect(configure?.[1].Properties.Environment).toMatchObject({ Variables: { WORKER_SECRET_ID: name } })
    // Where an ARN is put together, it is a pattern for the six characters, in a policy.
    for (const template of Object.values(templates)) {
      for (const arn of JSON.stringify(template.toJSON()).match(/:secret:[^"]*/g) ?? [])
        expect(arn).toBe(`:secret:${name}-??????`)
    }
  })

  test('are read and written by exact actions, on one secret each', () => {
    const identity = statements(synthesize('dev')['MyHotels-Identity']).filter(({ Action }) =>
      [Action].flat().some((action) => action.startsWith('secretsmanager:')),
    )

    expect(identity.map(({ Action }) => Action)).toEqual([
      'secretsmanager:GetSecretValue',
      ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    ])
  })
})

describe('the keys of our clients', () => {
  type Key = { Type: string; DeletionPolicy?: string; Properties: { KeySpec?: string; KeyUsage?: string } }
  const keysOf = (templates: ReturnType<typeof synthesize>) =>
    ofType(templates['MyHotels-Identity'], 'AWS::KMS::Key') as unknown as [string, Key][]
  const signing = (template: Template) =>
    statements(template)
      .filter(({ Action }) => Action === 'kms:Sign')
      .map(({ Resource, ...statement }) => ({ ...statement, Resource: [Resource].flat().map(parameterOf) }))
  /** Which published value a reference to a parameter stands for. */
  const parameterOf = (resource: unknown) =>
    /clientkey([A-Za-z]+\d)/.exec((resource as { Ref?: string }).Ref ?? '')?.[1]

  test('are one for each function that acts as a client, and go with their stack', () => {
    const keys = keysOf(synthesize('prod'))

    expect(keys.map(([id]) => id.slice(0, -8))).toEqual([
      'ClientKeysmcpServer1',
      'ClientKeysapprovalTask1',
      'ClientKeyshotelApi1',
    ])
    for (const [, { Properties, DeletionPolicy }] of keys) {
      expect(Properties).toMatchObject({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })
      expect(DeletionPolicy).toBe('Delete')
    }
  })

  test('sign for their own function alone, with one algorithm', () => {
    const templates = synthesize('dev')
    const condition = { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256' } }
    const statement = { Action: 'kms:Sign', Condition: condition, Effect: 'Allow' }

    expect(signing(templates['MyHotels-Mcp'])).toEqual([
      { ...statement, Resource: ['approvalTask1'] },
      { ...statement, Resource: ['mcpServer1'] },
    ])
    expect(signing(templates['MyHotels-HotelApi'])).toEqual([{ ...statement, Resource: ['hotelApi1'] }])
    expect(signing(templates['MyHotels-Identity'])).toEqual([])
  })

  test('of two generations are there while one follows the other: both are registered, the current one signs', () => {
    const templates = synthesize('dev', { clientKeys: { current: 2, previous: 1 } })
    const [environment] = ofType(templates['MyHotels-Identity'], 'Custom::PingOneEnvironment')
    const [api] = ofType(templates['MyHotels-HotelApi'], 'AWS::Lambda::Function')

    expect(keysOf(templates)).toHaveLength(6)
    const registered = JSON.stringify(environment?.[1].Properties.ClientKeys)
    for (const [id] of keysOf(templates)) expect(registered).toContain(id)
    expect(signing(templates['MyHotels-HotelApi'])[0]?.Resource).toEqual(['hotelApi1', 'hotelApi2'])
    const environmentOfApi = api?.[1].Properties.Environment as
      | { Variables: Record<string, unknown> }
      | undefined
    expect(parameterOf(environmentOfApi?.Variables.CLIENT_KEY_ARN)).toBe('hotelApi2')
  })

  test('cannot be of one generation twice', () => {
    expect(() => synthesize('dev', { clientKeys: { current: 1, previous: 1 } })).toThrow(
      /clientKeys: the previous generation must be another one/,
    )
  })
})

describe('the checks of a synth', () => {
  const appWith = (add: (stack: Stack) => void) => {
    const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, treeMetadata: false })
    createMyHotels(app)
    add(app.node.findChild('MyHotels-Mcp') as Stack)
    return app
  }

  test('fail on a property that CloudFormation does not know', () => {
    const app = appWith((stack) => {
      new CfnResource(stack, 'Wrong', { type: 'AWS::SNS::Topic', properties: { DisplayNmae: 'x' } })
    })

    expect(() => app.synth()).toThrow(/DisplayNmae/)
  })

  test('fail on a finding of AwsSolutions that nobody acknowledged', () => {
    const app = appWith((stack) => {
      new CfnBucket(stack, 'Open')
    })

    expect(() => app.synth()).toThrow(/AwsSolutions-S\d/)
  })
})

type Definition = { QueryLanguage?: string; States: Record<string, { Type: string; Next?: string }> }

/** The definition with every reference replaced by an ARN of the right form. */
function plain(value: unknown): string {
  if (typeof value === 'string') return value
  const [separator, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join']
  return parts
    .map((part) => (typeof part === 'string' ? part : 'arn:aws:lambda:eu-central-1:111122223333:function:x'))
    .join(separator)
    .replaceAll(/"Resource":"arn:[^"]*:states:::/g, '"Resource":"arn:aws:states:::')
}
