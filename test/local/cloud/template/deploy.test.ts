/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub writes its variables like this */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { type Cloud, type CloudOptions, startCloud } from '../../../../local/cloud/start.ts'

const root = mkdtempSync(join(tmpdir(), 'deploy-'))
const running: Cloud[] = []
let count = 0

afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

type Template = { [section: string]: unknown }

/** Brings up hand-written templates, by stack. */
async function up(stacks: Record<string, Template>, options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const directory = join(root, String(++count))
  mkdirSync(directory)
  const artifacts = Object.keys(stacks).map((id) => [
    id,
    {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/eu-west-1',
      properties: { templateFile: `${id}.json` },
    },
  ])
  writeFileSync(
    join(directory, 'manifest.json'),
    JSON.stringify({ artifacts: Object.fromEntries(artifacts) }),
  )
  for (const [id, template] of Object.entries(stacks)) {
    writeFileSync(join(directory, `${id}.json`), JSON.stringify({ Resources: {}, ...template }))
  }
  const cloud = await startCloud({
    assemblyDirectory: directory,
    stateDirectory: join(directory, 'state'),
    ...options,
  })
  running.push(cloud)
  return cloud
}

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    },
  },
}
const functionOf = (code: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { ZipFile: code },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    ...properties,
  },
})
const table = (attribute: string, properties: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: attribute, AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...properties,
  },
})
const api = {
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'front', ProtocolType: 'HTTP' } },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
      PayloadFormatVersion: '2.0',
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey: '$default',
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
    },
  },
}
const stage = (name: string) => ({
  Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: name } },
})
const permission = (sourceArn: unknown) => ({
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'Function' },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: sourceArn,
    },
  },
})
const sourceArn = { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*' }
const answering = {
  Role: role,
  Function: functionOf('exports.handler = async (event) => ({ path: event.rawPath })'),
}

describe('templates', () => {
  test('come up in the order that their exports, outputs and references ask for', async () => {
    const { outputs } = await up({
      Last: {
        Outputs: {
          Both: {
            Value: {
              'Fn::Sub': [
                '${A}-${B}',
                {
                  A: { 'Fn::ImportValue': 'first' },
                  B: { 'Fn::GetStackOutput': { StackName: 'Middle', OutputName: 'Out' } },
                },
              ],
            },
          },
        },
      },
      Middle: { Outputs: { Out: { Value: { 'Fn::ImportValue': 'first' } } } },
      First: { Outputs: { Out: { Value: { Ref: 'AWS::Region' }, Export: { Name: 'first' } } } },
    })
    expect(outputs.Last).toEqual({ Both: 'eu-west-1-eu-west-1' })
  })

  const reading = (name: string) => ({
    Parameters: { Address: { Type: 'AWS::SSM::Parameter::Value<String>', Default: name } },
    Outputs: { Address: { Value: { Ref: 'Address' } } },
  })

  test('read from Systems Manager what a stack before them keeps there', async () => {
    const { outputs } = await up({
      First: {
        Resources: {
          Address: {
            Type: 'AWS::SSM::Parameter',
            Properties: {
              Name: '/sample/address',
              Type: 'String',
              Value: { 'Fn::Sub': 'in-${AWS::Region}' },
            },
          },
        },
        Outputs: {
          Name: { Value: { Ref: 'Address' } },
          Kept: { Value: { 'Fn::GetAtt': ['Address', 'Value'] } },
        },
      },
      Second: reading('/sample/address'),
    })

    expect(outputs.First).toEqual({ Name: '/sample/address', Kept: 'in-eu-west-1' })
    expect(outputs.Second).toEqual({ Address: 'in-eu-west-1' })
  })

  test('that read from Systems Manager what is not there are refused', async () => {
    await expect(up({ Alone: reading('/sample/nothing') })).rejects.toThrow(
      'The stack Alone cannot be brought up: Unable to fetch parameters [/sample/nothing] from parameter store for this account.',
    )
  })

  test('leave out what their conditions rule out', async () => {
    const { outputs, functions } = await up(
      {
        Stack: {
          Parameters: {
            Size: { Type: 'String', Default: 'small' },
            List: { Type: 'CommaDelimitedList', Default: 'a,b' },
          },
          Conditions: { Large: { 'Fn::Equals': [{ Ref: 'Size' }, 'large'] } },
          Resources: {
            Role: role,
            Function: { ...functionOf('exports.handler = () => 1'), Condition: 'Large' },
          },
          Outputs: {
            Large: { Condition: 'Large', Value: 'yes' },
            Size: { Value: { 'Fn::If': ['Large', 'L', 'S'] } },
            Second: { Value: { 'Fn::Select': [1, { Ref: 'List' }] } },
          },
        },
      },
      { parameters: { 'Stack.Size': 'tiny' } },
    )
    expect([outputs.Stack, functions]).toEqual([{ Size: 'S', Second: 'b' }, []])
  })

  test('may put the address of an API together from its id', async () => {
    const cloud = await up({
      Stack: {
        Resources: { ...api, ...stage('v1'), ...permission(sourceArn), ...answering },
        Outputs: {
          Url: { Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/v1' } },
        },
      },
    })
    const url = String(cloud.outputs.Stack?.Url)
    expect(url).toBe(`${cloud.apis.front}/v1`)
    // A named stage is the first segment of the path.
    expect(await (await fetch(`${url}/a`)).json()).toEqual({ path: '/v1/a' })
    expect((await fetch(`${cloud.apis.front}/a`)).status).toBe(404)
  })

  test.each<[string, object]>([
    ['no permission', {}],
    ['a permission for another API', permission('arn:aws:execute-api:eu-west-1:123456789012:other/*/*')],
  ])('with %s keep an API from its function', async (_what, permissions) => {
    const cloud = await up({
      Stack: { Resources: { ...api, ...stage('$default'), ...permissions, ...answering } },
    })
    const response = await fetch(String(cloud.apis.front))
    expect([response.status, cloud.counters().invocations['Stack-Function']]).toEqual([500, 0])
  })

  test('that change the keys of a table replace it, that change its time to live do not', async () => {
    const stateDirectory = join(root, 'table')
    const start = (name: string, ttl: string) => {
      const properties = { TimeToLiveSpecification: { AttributeName: ttl, Enabled: true } }
      return up({ Stack: { Resources: { Table: table(name, properties) } } }, { stateDirectory })
    }
    const tables = async (name: string, ttl: string) => {
      const cloud = await start(name, ttl)
      const { tables } = await cloud.inventory()
      await cloud.stop()
      return tables
    }

    expect(await tables('id', 'ttl')).toEqual(['Stack-Table'])
    expect(await tables('id', 'until')).toEqual(['Stack-Table'])
    expect(await tables('key', 'until')).toEqual(['Stack-Table-2'])
  })

  test.each<[string, Template, string]>([
    [
      'a reference to nothing',
      { Resources: { Table: table('id', { TableName: { Ref: 'Nobody' } }) } },
      'The template cannot be resolved at Stack.Table.Properties.TableName.Ref: there is no "Nobody".',
    ],
    [
      'a missing parameter',
      { Parameters: { Key: { Type: 'String' } } },
      'The stack Stack cannot be brought up: Parameters: [Key] must have values.',
    ],
    [
      'a macro',
      { Transform: 'AWS::Serverless-2016-10-31' },
      'The stack Stack has a Transform, which only CloudFormation can do.',
    ],
    [
      'a dynamic reference',
      { Resources: { Table: table('id', { TableName: '{{resolve:ssm:name}}' }) } },
      'Stack/Table holds the dynamic reference {{resolve:ssm:name}}, which the local cloud does not resolve.',
    ],
    [
      'a circle',
      { Resources: { A: { Type: 'X', DependsOn: 'B' }, B: { Type: 'X', DependsOn: ['A'] } } },
      'The templates need each other in a circle: A → B → A.',
    ],
    [
      'a role that does not trust functions',
      {
        Resources: {
          Role: { ...role, Properties: { AssumeRolePolicyDocument: {} } },
          Function: functionOf(''),
        },
      },
      'Stack/Function cannot use the role arn:aws:iam::123456789012:role/Stack-Role: the role does not trust lambda.amazonaws.com.',
    ],
    [
      'a bundle that is not there',
      { Resources: { Role: role, Function: functionOf('', { Code: { S3Key: 'x.zip' } }) } },
      'The bundle of Stack/Function is not among the assets of the assembly: run the synthesis again, with bundling.',
    ],
    [
      'an authorizer',
      {
        Resources: {
          ...answering,
          ...api,
          Route: { ...api.Route, Properties: { ...api.Route.Properties, AuthorizationType: 'JWT' } },
        },
      },
      'Stack/Route cannot be brought up: AuthorizationType: the local cloud has no authorizers; verify the token in the function.',
    ],
    [
      'an old payload format',
      {
        Resources: {
          ...answering,
          ...api,
          Integration: {
            ...api.Integration,
            Properties: { ...api.Integration.Properties, PayloadFormatVersion: '1.0' },
          },
        },
      },
      'Stack/Integration cannot be brought up: PayloadFormatVersion: the local cloud speaks payload format 2.0.',
    ],
    [
      'an Express state machine',
      {
        Resources: {
          Machine: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: { StateMachineType: 'EXPRESS', RoleArn: 'x' },
          },
        },
      },
      'Stack/Machine cannot be brought up: StateMachineType: the local cloud runs Standard state machines',
    ],
    [
      'a property of the wrong kind',
      { Resources: { Table: table('id', { KeySchema: 'id' }) } },
      'Stack/Table cannot be brought up: KeySchema: Invalid input',
    ],
  ])('with %s are refused in one sentence', async (_what, template, message) => {
    await expect(up({ Stack: template })).rejects.toThrow(message)
  })

  test('with things that have no effect here come up, and say so', async () => {
    const cloud = await up({
      Stack: {
        Resources: {
          Role: {
            ...role,
            Properties: {
              ...role.Properties,
              ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess'],
              MaxSessionDuration: 3600,
            },
          },
          Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [{ Ref: 'Topic' }] } },
          Topic: { Type: 'AWS::SNS::Topic' },
          Policy: {
            Type: 'AWS::IAM::Policy',
            Properties: {
              PolicyDocument: {
                Statement: [
                  {
                    Effect: 'Allow',
                    Action: '*',
                    Resource: '*',
                    Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } },
                  },
                ],
              },
              Roles: [{ Ref: 'Role' }],
            },
          },
        },
      },
    })
    expect(cloud.notActedOn).toEqual([
      'AWS::CloudWatch::Alarm (Stack/Alarm)',
      'AWS::IAM::Policy condition DateLessThan aws:CurrentTime: counts as not met (Stack/Policy)',
      'AWS::IAM::Role ManagedPolicyArns arn:aws:iam::aws:policy/AmazonSQSFullAccess: allows nothing here (Stack/Role)',
      'AWS::IAM::Role MaxSessionDuration (Stack/Role)',
      'AWS::SNS::Topic (Stack/Topic)',
    ])
  })
})
