import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import aslValidator from 'asl-validator'
import { App, CfnResource, type Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { CfnBucket } from 'aws-cdk-lib/aws-s3'
import { createMyHotels } from '../../lib/myhotels.ts'

type Statement = { Action: string | string[]; Resource: unknown; Effect: string }
type Resource = { Type: string; Properties: Record<string, unknown>; Metadata?: Record<string, unknown> }

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> }

/** The templates, without bundles: what is in the bundles is tested where it is written. */
function synthesize(stage: string) {
  const app = new App({
    context: { ...context, stage, 'aws:cdk:bundling-stacks': [] },
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
      ofType(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
        (Properties.PolicyDocument as { Statement: Statement[] }).Statement.flatMap(({ Action, Resource }) =>
          [Action].flat().map((action) => ({ action, resource: JSON.stringify(Resource) })),
        ),
      )
    const tables = (template: Template) =>
      allowed(template).filter(({ action }) => action.startsWith('dynamodb:'))

    expect(tables(templates['MyHotels-Identity'])).toEqual([])
    for (const domain of ['MyHotels-HotelApi', 'MyHotels-Mcp'] as const) {
      const own = ofType(templates[domain], 'AWS::DynamoDB::GlobalTable').map(([id]) => id)
      expect(own).toHaveLength(1)
      for (const { action, resource } of tables(templates[domain])) {
        expect(action).toMatch(/^dynamodb:(Get|Put|Update)Item$/)
        expect(resource).toContain(own[0])
        expect(resource).not.toContain('ImportValue')
      }
    }
    expect(
      allowed(templates['MyHotels-HotelApi']).filter(({ action }) => action.startsWith('secretsmanager:')),
    ).toEqual([])
  })

  test('expire items and can restore tables', () => {
    for (const domain of ['MyHotels-HotelApi', 'MyHotels-Mcp'] as const) {
      templates[domain].hasResourceProperties('AWS::DynamoDB::GlobalTable', {
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      })
    }
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
    expect(tables).toEqual(stage === 'prod' ? ['Retain', 'Retain'] : ['Delete', 'Delete'])
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
