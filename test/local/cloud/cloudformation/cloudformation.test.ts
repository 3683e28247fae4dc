/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub writes its variables like this */
// CloudFormation's semantics, asked for and read by AWS's own SDK client.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ContinueUpdateRollbackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  RollbackStackCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Cloud, startCloud } from '../../../../local/cloud/start.ts'
import { createClient } from './client.ts'

const directory = mkdtempSync(join(tmpdir(), 'cloudformation-'))
let cloud: Cloud
let cfn: ReturnType<typeof createClient>
let count = 0
/** Every test has a stack of its own. */
let name: string

beforeAll(async () => {
  cloud = await startCloud({ stateDirectory: directory, region: 'eu-central-1' })
  cfn = createClient(cloud)
})
beforeEach(() => {
  name = `Stack-${++count}`
})
afterAll(async () => {
  cfn.client.destroy()
  await cloud.stop()
  rmSync(directory, { recursive: true, force: true })
})

const failureOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => new Error('It did not fail'),
    (error: Error) => error,
  )

const parameter = (value: unknown, properties: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value: value, ...properties },
})
const broken = {
  Type: 'AWS::Lambda::Function',
  Properties: { Handler: 'index.handler', Runtime: 'nodejs24.x', Role: 'nobody', Code: { ZipFile: '' } },
  DependsOn: 'One',
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
/**
 * A custom resource whose function answers as its property `Answer` says: `fail`, `long`, `none`, or a physical id; and
 * not before the file `Until` is there. Without the file `Needs` it fails.
 */
const custom = (answer: string, properties: object = {}) => ({
  Role: role,
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: customHandler },
    },
  },
  Thing: {
    Type: 'Custom::Thing',
    Properties: {
      ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] },
      Answer: answer,
      ...properties,
    },
  },
})
const customHandler = `
  const https = require('node:https')
  exports.handler = async (event) => {
    const { Answer: answer } = event.ResourceProperties
    console.log('asked ' + JSON.stringify({ ...event, ResponseURL: undefined }))
    if (answer === 'none') return
    const { Until: file, Needs: needed } = event.ResourceProperties
    const isBroken = needed && !require('node:fs').existsSync(needed)
    while (file && !require('node:fs').existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10))
    const isDelete = event.RequestType === 'Delete'
    const body = JSON.stringify({
      Status: (answer === 'fail' || isBroken) && !isDelete ? 'FAILED' : 'SUCCESS',
      Reason: 'the thing said no',
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      PhysicalResourceId: event.PhysicalResourceId && answer === 'fail' ? event.PhysicalResourceId : answer,
      Data: { Text: answer === 'long' && !isDelete ? 'x'.repeat(4096) : answer },
    })
    await new Promise((resolve, reject) => {
      https.request(event.ResponseURL, { method: 'PUT' }, (response) => response.resume().on('end', resolve))
        .on('error', reject).end(body)
    })
  }`

/** What the function of a custom resource was asked: `Create`, `Update a → b`, `Delete a`. */
function asked(stack: string): string[] {
  return readFileSync(join(directory, 'logs', `${stack}-Function.log`), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('asked '))
    .map((line) => JSON.parse(line.slice(6)))
    .map(
      ({ RequestType: type, PhysicalResourceId: id, ResourceProperties: now, OldResourceProperties: old }) =>
        type === 'Update' ? `Update ${old.Answer} → ${now.Answer}` : [type, id].filter(Boolean).join(' '),
    )
}

describe('a change set', () => {
  test('makes a stack that waits to be looked at, and then what it announced', async () => {
    const template = {
      Description: 'A <stack> & "more"',
      Resources: { One: parameter('1'), Two: parameter({ Ref: 'One' }) },
      Outputs: { Name: { Value: { Ref: 'Two' }, Description: 'd' } },
    }
    const changeSet = await cfn.prepare(name, { template })
    const before = await cfn.describe(name)
    const after = await cfn.deploy(name, { template })

    expect(changeSet).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' })
    expect(changeSet.Changes?.map(({ ResourceChange: change }) => change)).toEqual([
      expect.objectContaining({
        Action: 'Add',
        LogicalResourceId: 'One',
        ResourceType: 'AWS::SSM::Parameter',
      }),
      expect.objectContaining({ Action: 'Add', LogicalResourceId: 'Two' }),
    ])
    expect(before).toMatchObject({ StackStatus: 'REVIEW_IN_PROGRESS', StackId: changeSet.StackId })
    expect(after).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      StackId: changeSet.StackId,
      Description: 'A <stack> & "more"',
      Outputs: [{ OutputKey: 'Name', OutputValue: `${name}-Two`, Description: 'd' }],
    })
    expect(await cfn.events(name)).toEqual([
      `${name}: REVIEW_IN_PROGRESS`,
      `${name}: CREATE_IN_PROGRESS`,
      'One: CREATE_IN_PROGRESS',
      'One: CREATE_COMPLETE',
      'Two: CREATE_IN_PROGRESS',
      'Two: CREATE_COMPLETE',
      `${name}: CREATE_COMPLETE`,
    ])
    const { TemplateBody } = await cfn.client.send(new GetTemplateCommand({ StackName: name }))
    expect(JSON.parse(String(TemplateBody))).toEqual(template)
  })

  test('without changes has failed, and cannot be executed', async () => {
    const template = { Resources: { One: parameter('1') } }
    await cfn.deploy(name, { template })
    const { Status, StatusReason, StackId, ChangeSetName } = await cfn.prepare(name, { template })
    const error = await failureOf(
      cfn.client.send(new ExecuteChangeSetCommand({ StackName: StackId, ChangeSetName })),
    )

    expect([Status, StatusReason]).toEqual([
      'FAILED',
      "The submitted information didn't contain changes. Submit different information to create a change set.",
    ])
    expect(error.name).toBe('InvalidChangeSetStatusException')
  })

  test.each<[string, object, object, string[]]>([
    ['another value', { One: parameter('2') }, {}, ['Modify One False']],
    ['another name', { One: parameter('1', { Name: '/other' }) }, {}, ['Modify One True']],
    [
      'what it may bring with it',
      { One: parameter('2'), Two: parameter({ Ref: 'One' }) },
      {},
      ['Modify One False', 'Add Two undefined'],
    ],
    ['nothing but an output', { One: parameter('1') }, { Outputs: { Out: { Value: '1' } } }, []],
    ['what is gone', {}, {}, ['Remove One undefined']],
  ])('tells %s', async (_what, resources, sections, changes) => {
    await cfn.deploy(name, { template: { Resources: { One: parameter('1') } } })
    const changeSet = await cfn.prepare(name, { template: { Resources: resources, ...sections } })

    expect(changeSet.Status).toBe('CREATE_COMPLETE')
    expect(
      (changeSet.Changes ?? []).map(
        ({ ResourceChange: one }) => `${one?.Action} ${one?.LogicalResourceId} ${one?.Replacement}`,
      ),
    ).toEqual(changes)
  })

  test.each<[string, object]>([
    ['a description', { Description: 'other' }],
    ['metadata', { Resources: { One: { ...parameter('1'), Metadata: { a: 1 } } } }],
    ['a deletion policy', { Resources: { One: { ...parameter('1'), DeletionPolicy: 'Retain' } } }],
    ['an order', { Resources: { One: { ...parameter('1'), DependsOn: [] } } }],
  ])('counts %s alone for no change', async (_what, sections) => {
    const template = { Resources: { One: parameter('1') } }
    await cfn.deploy(name, { template })
    expect((await cfn.prepare(name, { template: { ...template, ...sections } })).Status).toBe('FAILED')
  })

  test('is gone when it was deleted or executed', async () => {
    const { StackId, ChangeSetName } = await cfn.prepare(name, { template: {} })
    await cfn.client.send(new DeleteChangeSetCommand({ StackName: StackId, ChangeSetName }))
    const error = await failureOf(
      cfn.client.send(new DescribeChangeSetCommand({ StackName: StackId, ChangeSetName })),
    )
    expect(error.name).toBe('ChangeSetNotFoundException')
    // Deleting it once more is no mistake.
    await cfn.client.send(new DeleteChangeSetCommand({ StackName: StackId, ChangeSetName }))
  })

  test.each<[string, object, string]>([
    [
      'refers to nothing',
      { Resources: { One: parameter({ Ref: 'Nobody' }) } },
      'Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template',
    ],
    ['is no template', { Resources: { One: 1 } }, 'Template format error: Resources.One: Invalid input'],
    [
      'needs a macro',
      { Transform: 'AWS::Serverless-2016-10-31' },
      'The local CloudFormation knows no transforms.',
    ],
    ['lacks a value', { Parameters: { Key: { Type: 'String' } } }, 'Parameters: [Key] must have values'],
    [
      'reads a parameter that is not there',
      { Parameters: { Key: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/nowhere' } } },
      'Unable to fetch parameters [/nowhere] from parameter store for this account.',
    ],
    [
      'breaks a rule of its own',
      {
        Parameters: { Size: { Type: 'String', Default: '2' } },
        Rules: {
          Small: {
            Assertions: [
              {
                Assert: { 'Fn::Not': [{ 'Fn::Contains': [['2', '3'], { Ref: 'Size' }] }] },
                AssertDescription: 'too large',
              },
            ],
          },
        },
      },
      'Template error: too large',
    ],
  ])('is refused for a template that %s, and makes no stack', async (_what, template, message) => {
    const error = await failureOf(cfn.prepare(name, { template }))
    expect([error.name, error.message]).toEqual(['ValidationError', expect.stringContaining(message)])
    expect((await failureOf(cfn.describe(name))).message).toBe(`Stack with id ${name} does not exist`)
  })
})

describe('parameters', () => {
  const template = (initial: string, more: object = {}) => ({
    Parameters: { Value: { Type: 'String', Default: initial, ...more } },
    Resources: { One: parameter({ Ref: 'Value' }) },
    Outputs: { Value: { Value: { 'Fn::GetAtt': ['One', 'Value'] } } },
  })
  const previous = [{ ParameterKey: 'Value', UsePreviousValue: true }]

  test('keep their previous value when that is asked for, whatever their default becomes', async () => {
    await cfn.deploy(name, { template: template('first') })
    const changeSet = await cfn.prepare(name, { template: template('second'), parameters: previous })
    const changed = await cfn.deploy(name, { template: template('second') })

    expect(changeSet.StatusReason).toContain("didn't contain changes")
    expect(cfn.outputs(changed)).toEqual({ Value: 'second' })
  })

  test('of Systems Manager keep their key so, and have the latest value', async () => {
    const key = `/test/${name}`
    const producer = (value: string) => ({
      template: { Resources: { Key: parameter(value, { Name: key }) } },
    })
    const consumer = {
      Parameters: { Value: { Type: 'AWS::SSM::Parameter::Value<String>', Default: key } },
      Resources: { One: parameter({ 'Fn::Sub': 'it is ${Value}' }) },
      Outputs: { Value: { Value: { 'Fn::GetAtt': ['One', 'Value'] } } },
    }
    await cfn.deploy(`${name}-producer`, producer('1'))
    const first = await cfn.deploy(name, { template: consumer })
    await cfn.deploy(`${name}-producer`, producer('2'))
    const second = await cfn.deploy(name, { template: consumer, parameters: previous })

    expect(first.Parameters).toEqual([{ ParameterKey: 'Value', ParameterValue: key, ResolvedValue: '1' }])
    expect([cfn.outputs(first), cfn.outputs(second)]).toEqual([{ Value: 'it is 1' }, { Value: 'it is 2' }])
    expect((await cfn.prepare(name, { template: consumer, parameters: previous })).Status).toBe('FAILED')
  })

  test('that are secret are not told', async () => {
    const stack = await cfn.deploy(name, { template: template('x', { NoEcho: true }) })
    expect(stack.Parameters).toEqual([{ ParameterKey: 'Value', ParameterValue: '****' }])
  })

  test.each<[string, object, Record<string, string>, string]>([
    ['unknown', {}, { Other: 'x' }, 'Parameters: [Other] do not exist in the template'],
    [
      'none of the allowed values',
      { AllowedValues: ['a', 'b'] },
      { Value: 'c' },
      "Parameter 'Value' must be one of AllowedValues",
    ],
    ['no match', { AllowedPattern: '[a-z]+' }, { Value: 'A' }, "Parameter 'Value' must match pattern [a-z]+"],
  ])('that are %s are refused', async (_what, more, parameters, message) => {
    const error = await failureOf(cfn.prepare(name, { template: template('a', more), parameters }))
    expect([error.name, error.message]).toEqual(['ValidationError', message])
  })
})

describe('an update', () => {
  const update = (body: object) =>
    cfn.client.send(new UpdateStackCommand({ StackName: name, TemplateBody: JSON.stringify(body) }))

  test('touches what changed and what refers to it, and nothing else', async () => {
    const template = (value: string) => ({
      Resources: {
        Changed: parameter(value),
        Dependent: parameter({ 'Fn::GetAtt': ['Changed', 'Value'] }),
        Named: parameter({ Ref: 'Changed' }),
        Other: parameter('same'),
      },
    })
    await cfn.deploy(name, { template: template('1') })
    const before = await cfn.events(name)
    const stack = await cfn.deploy(name, { template: template('2') })

    expect(stack.StackStatus).toBe('UPDATE_COMPLETE')
    // What refers to a changed resource is looked at; it is updated where the value differs.
    expect((await cfn.events(name)).slice(before.length)).toEqual([
      `${name}: UPDATE_IN_PROGRESS`,
      'Changed: UPDATE_IN_PROGRESS',
      'Changed: UPDATE_COMPLETE',
      'Dependent: UPDATE_IN_PROGRESS',
      'Dependent: UPDATE_COMPLETE',
      `${name}: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS`,
      `${name}: UPDATE_COMPLETE`,
    ])
  })

  test('replaces a resource before it deletes the old one, which its policy may keep', async () => {
    const table = (key: string, policy: object = {}) => ({
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
      ...policy,
    })
    const deploy = (one: object) => cfn.deploy(name, { template: { Resources: { Table: one } } })
    const tables = async () => (await cloud.inventory()).tables?.filter((one) => one.startsWith(`${name}-`))
    await deploy(table('a'))
    await deploy(table('b'))
    const afterDelete = await tables()
    await deploy(table('c', { UpdateReplacePolicy: 'Retain' }))

    expect(afterDelete).toEqual([`${name}-Table-2`])
    expect(await tables()).toEqual([`${name}-Table-2`, `${name}-Table-3`])
    const events = await cfn.events(name)
    expect(events.slice(-5)).toEqual([
      'Table: UPDATE_IN_PROGRESS',
      'Table: UPDATE_COMPLETE',
      `${name}: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS`,
      'Table: DELETE_SKIPPED',
      `${name}: UPDATE_COMPLETE`,
    ])
  })

  test('deletes what the template no longer holds, unless its policy keeps it', async () => {
    const kept = { ...parameter('1', { Name: `/${name}/kept` }), DeletionPolicy: 'Retain' }
    await cfn.deploy(name, {
      template: {
        Resources: { Kept: kept, Gone: parameter('2', { Name: `/${name}/gone` }), One: parameter('3') },
      },
    })
    await cfn.deploy(name, { template: { Resources: { One: parameter('3') } } })

    const { parameters } = await cloud.inventory()
    expect(parameters?.filter((one) => one.startsWith(`/${name}/`))).toEqual([`/${name}/kept`])
    expect((await cfn.events(name)).slice(-4)).toEqual([
      'Gone: DELETE_IN_PROGRESS',
      'Gone: DELETE_COMPLETE',
      'Kept: DELETE_SKIPPED',
      `${name}: UPDATE_COMPLETE`,
    ])
  })

  test('changes no type of a resource', async () => {
    await cfn.deploy(name, { template: { Resources: { One: parameter('1') } } })
    const stack = await cfn.deploy(name, { template: { Resources: { One: role } } })

    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
    expect((await cfn.reasons(name))['One: UPDATE_FAILED']).toContain(
      'Update of resource type is not permitted.',
    )
  })

  test('without changes is refused when it is asked for directly', async () => {
    const template = { Resources: { One: parameter('1') } }
    await cfn.deploy(name, { template })
    expect((await failureOf(update(template))).message).toBe('No updates are to be performed.')
  })

  test('goes on by itself, and another one has to wait until it is over', async () => {
    const { StackId } = await cfn.deploy(name, { template: { Resources: custom('a') } })
    const file = join(directory, `${name}.go`)
    await update({ Resources: custom('b', { Until: file }) })
    const second = await failureOf(update({ Resources: custom('c') }))
    const removal = await failureOf(cfn.client.send(new DeleteStackCommand({ StackName: name })))
    writeFileSync(file, '')
    const stack = await cfn.settled(name)

    expect(second.message).toBe(`Stack:${StackId} is in UPDATE_IN_PROGRESS state and can not be updated.`)
    expect(removal.message).toBe(`Stack [${name}] cannot be deleted while in status UPDATE_IN_PROGRESS`)
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE')
    expect(asked(name)[1]).toBe('Update a → b')
  })

  test('of tags alone is one', async () => {
    const template = { Resources: { One: parameter('1') } }
    await cfn.deploy(name, { template, tags: { stage: 'dev' } })
    const stack = await cfn.deploy(name, { template, tags: { stage: 'prod' } })
    expect([stack.StackStatus, stack.Tags]).toEqual(['UPDATE_COMPLETE', [{ Key: 'stage', Value: 'prod' }]])
  })
})

describe('what fails', () => {
  // A table whose indexes change cannot be updated here; a role that is not there cannot be used.
  test('when a stack is created takes everything with it; the stack has to be deleted first', async () => {
    const template = { Resources: { One: parameter('1', { Name: `/${name}` }), Broken: broken } }
    const stack = await cfn.deploy(name, { template })
    const again = await failureOf(cfn.prepare(name, { template }))
    const deleted = await cfn.remove(name)
    const anew = await cfn.deploy(name, { template: { Resources: { One: parameter('1') } } })

    expect(stack).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE', Outputs: [] })
    expect((await cloud.inventory()).parameters).not.toContain(`/${name}`)
    expect(await cfn.reasons(String(stack.StackId))).toMatchObject({
      'Broken: CREATE_FAILED': expect.stringContaining('cannot use the role nobody'),
      [`${name}: ROLLBACK_IN_PROGRESS`]:
        'The following resource(s) failed to create: [Broken]. Rollback requested by user.',
    })
    expect(again.message).toBe(`Stack:${stack.StackId} is in ROLLBACK_COMPLETE state and can not be updated.`)
    expect(deleted.StackStatus).toBe('DELETE_COMPLETE')
    expect(anew.StackStatus).toBe('CREATE_COMPLETE')
    expect(anew.StackId).not.toBe(stack.StackId)
  })

  test('when a stack is updated leaves it as it was', async () => {
    const template = (resources: object) => ({
      Resources: { One: parameter('1'), ...resources },
      Outputs: { Value: { Value: { 'Fn::GetAtt': ['One', 'Value'] } } },
    })
    await cfn.deploy(name, { template: template({ Two: parameter('2', { Name: `/${name}/two` }) }) })
    const stack = await cfn.deploy(name, {
      template: template({
        One: parameter('changed'),
        New: parameter('3', { Name: `/${name}/new` }),
        Broken: broken,
      }),
    })

    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
    expect(cfn.outputs(stack)).toEqual({ Value: '1' })
    expect((await cloud.inventory()).parameters?.filter((one) => one.startsWith(`/${name}/`))).toEqual([
      `/${name}/two`,
    ])
    const { StackResourceSummaries: resources } = await cfn.client.send(
      new ListStackResourcesCommand({ StackName: name }),
    )
    expect(resources?.map(({ LogicalResourceId: id }) => id).sort()).toEqual(['One', 'Two'])
    const { TemplateBody } = await cfn.client.send(new GetTemplateCommand({ StackName: name }))
    expect(Object.keys(JSON.parse(String(TemplateBody)).Resources)).toEqual(['One', 'Two'])
    // An update that was rolled back may be followed by another one.
    const next = await cfn.deploy(name, { template: template({ One: parameter('4') }) })
    expect([next.StackStatus, cfn.outputs(next)]).toEqual(['UPDATE_COMPLETE', { Value: '4' }])
  })

  test('without roll-back stays as it is, and is tried again', async () => {
    const template = (resources: object) => ({ Resources: { One: parameter('1'), ...resources } })
    const failed = await cfn.deploy(name, { template: template({ Broken: broken }), disableRollback: true })
    const mended = await cfn.deploy(name, {
      template: template({ Broken: parameter('2') }),
      disableRollback: true,
    })

    expect([failed.StackStatus, mended.StackStatus]).toEqual(['CREATE_FAILED', 'CREATE_COMPLETE'])
  })
})

describe('what has failed and was not rolled back', () => {
  const rollBack = async () => {
    const { StackId } = await cfn.client.send(
      new RollbackStackCommand({ StackName: name, RetainExceptOnCreate: true }),
    )
    return cfn.settled(StackId)
  }
  const of = (resources: object) => ({
    Resources: resources,
    Outputs: { Value: { Value: { 'Fn::GetAtt': ['One', 'Value'] } } },
  })

  test('goes back to before the first of several failures', async () => {
    await cfn.deploy(name, { template: of({ One: parameter('1'), Gone: parameter('g') }) })
    for (const value of ['2', '3']) {
      await cfn.deploy(name, {
        template: of({ One: parameter(value), [`New${value}`]: parameter('n'), Broken: broken }),
        disableRollback: true,
      })
    }
    const stack = await rollBack()

    expect([stack.StackStatus, cfn.outputs(stack)]).toEqual(['UPDATE_ROLLBACK_COMPLETE', { Value: '1' }])
    const { StackResourceSummaries: resources = [] } = await cfn.client.send(
      new ListStackResourcesCommand({ StackName: name }),
    )
    expect(resources.map(({ LogicalResourceId: id }) => id).sort()).toEqual(['Gone', 'One'])
    const next = await cfn.deploy(name, { template: of({ One: parameter('4') }) })
    expect([next.StackStatus, cfn.outputs(next)]).toEqual(['UPDATE_COMPLETE', { Value: '4' }])
  })

  test('is taken away when there was nothing before', async () => {
    await cfn.deploy(name, {
      template: of({ One: parameter('1', { Name: `/${name}/one` }), Broken: broken }),
      disableRollback: true,
    })
    const stack = await rollBack()

    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE')
    expect((await cloud.inventory()).parameters).not.toContain(`/${name}/one`)
  })

  test('can be nothing that is in order', async () => {
    await cfn.deploy(name, { template: of({ One: parameter('1') }) })
    const call = new ContinueUpdateRollbackCommand({ StackName: name })
    expect((await failureOf(rollBack())).message).toContain('is in CREATE_COMPLETE state')
    expect((await failureOf(cfn.client.send(call))).message).toContain('is in CREATE_COMPLETE state')
  })

  test.each([
    ['is gone on with when its reason is', false, 'Update b → a'],
    ['leaves out the resources that somebody names', true, undefined],
  ])('a roll-back that failed itself %s', async (_title, isSkipped, last) => {
    const file = join(directory, `${name}.needed`)
    const template = (answer: string, value: string) =>
      of({ ...custom(answer, { Needs: file }), One: parameter(value) })
    writeFileSync(file, '')
    await cfn.deploy(name, { template: template('a', '1') })
    rmSync(file)
    const stuck = await cfn.deploy(name, { template: template('b', '2') })
    const before = asked(name).length
    if (!isSkipped) writeFileSync(file, '')
    await cfn.client.send(
      new ContinueUpdateRollbackCommand({
        StackName: name,
        ResourcesToSkip: isSkipped ? ['Thing'] : [],
      }),
    )
    const stack = await cfn.settled(stuck.StackId)

    expect([stuck.StackStatus, stack.StackStatus]).toEqual([
      'UPDATE_ROLLBACK_FAILED',
      'UPDATE_ROLLBACK_COMPLETE',
    ])
    expect(cfn.outputs(stack)).toEqual({ Value: '1' })
    expect(asked(name).slice(before)).toEqual(last === undefined ? [] : [last])
    const reason = (await cfn.reasons(name))['Thing: UPDATE_COMPLETE']
    expect(reason).toBe(isSkipped ? 'Resource skipped during UpdateRollback' : undefined)
  })
})

describe('custom resources', () => {
  test('are created, updated and deleted by their function, and give its data', async () => {
    const template = (answer: string) => ({
      Resources: custom(answer),
      Outputs: { Text: { Value: { 'Fn::GetAtt': ['Thing', 'Text'] } }, Id: { Value: { Ref: 'Thing' } } },
    })
    const first = await cfn.deploy(name, { template: template('a') })
    const second = await cfn.deploy(name, { template: template('b') })
    await cfn.remove(name)

    expect([cfn.outputs(first), cfn.outputs(second)]).toEqual([
      { Text: 'a', Id: 'a' },
      { Text: 'b', Id: 'b' },
    ])
    // Another physical id is another thing: the old one goes, after the stack has been updated.
    expect(asked(name)).toEqual(['Create', 'Update a → b', 'Delete a', 'Delete b'])
  })

  test('whose creation fails are deleted, with the reason in the events', async () => {
    const stack = await cfn.deploy(name, { template: { Resources: custom('fail') } })

    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE')
    expect(asked(name)).toEqual(['Create', 'Delete fail'])
    expect((await cfn.reasons(name))['Thing: CREATE_FAILED']).toMatch(
      /^Received response status \[FAILED\] from custom resource\. Message returned: the thing said no \(RequestId: [\w-]{36}\)$/,
    )
  })

  test('whose update fails are updated back, with old and new exchanged', async () => {
    await cfn.deploy(name, { template: { Resources: custom('a') } })
    const stack = await cfn.deploy(name, { template: { Resources: custom('fail') } })

    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
    expect(asked(name)).toEqual(['Create', 'Update a → fail', 'Update fail → a'])
  })

  test.each([
    ['long', /^Response object is too long\./],
    ['none', /^CloudFormation did not receive a response from your custom resource\./],
  ])('whose answer is %s have failed', async (answer, reason) => {
    const stack = await cfn.deploy(name, { template: { Resources: custom(answer) } })
    expect((await cfn.reasons(name))['Thing: CREATE_FAILED']).toMatch(reason)
    expect(stack.StackStatus).toBe(answer === 'none' ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE')
  })

  test('keep their service token', async () => {
    await cfn.deploy(name, { template: { Resources: custom('a') } })
    const other = { ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:other' }
    await cfn.deploy(name, { template: { Resources: custom('a', other) } })
    expect((await cfn.reasons(name))['Thing: UPDATE_FAILED']).toBe('Modifying service token is not allowed.')
  })
})

describe('between stacks', () => {
  const producer = (value: string, name = 'shared') => ({
    template: { Outputs: { Out: { Value: value, Export: { Name: name } } } },
  })

  test('an export in use can neither change nor go, nor can its stack', async () => {
    const exportName = `export-${name}`
    const consumer = `${name}-consumer`
    await cfn.deploy(name, producer('1', exportName))
    await cfn.deploy(consumer, {
      template: { Resources: { One: parameter({ 'Fn::ImportValue': exportName }) } },
    })
    const changed = await cfn.deploy(name, producer('2', exportName))
    const gone = await cfn.deploy(name, { template: { Outputs: { Other: { Value: '1' } } } })
    const deleted = await cfn.remove(name)
    const exports = await cfn.client.send(new ListExportsCommand({}))
    await cfn.remove(consumer)
    const afterwards = await cfn.remove(name)

    expect([changed.StackStatus, gone.StackStatus, deleted.StackStatus]).toEqual([
      'UPDATE_ROLLBACK_COMPLETE',
      'UPDATE_ROLLBACK_COMPLETE',
      'DELETE_FAILED',
    ])
    expect(deleted.StackStatusReason).toBe(
      `Export ${exportName} cannot be deleted as it is in use by ${consumer}`,
    )
    expect((await cfn.reasons(String(changed.StackId)))[`${name}: UPDATE_ROLLBACK_IN_PROGRESS`]).toMatch(
      new RegExp(`^Export ${exportName} cannot be (updated|deleted) as it is in use by ${consumer}$`),
    )
    expect(exports.Exports).toEqual([expect.objectContaining({ Name: exportName, Value: '1' })])
    expect(afterwards.StackStatus).toBe('DELETE_COMPLETE')
  })

  test('two stacks cannot export the same name', async () => {
    await cfn.deploy(name, producer('1', name))
    const other = await cfn.deploy(`${name}-other`, producer('2', name))
    expect(other.StackStatus).toBe('ROLLBACK_COMPLETE')
    expect((await cfn.reasons(`${name}-other`))[`${name}-other: ROLLBACK_IN_PROGRESS`]).toContain(
      `Export with name ${name} is already exported by stack ${name}.`,
    )
  })

  // "The referenced value is resolved at stack create or update time. If the referenced stack or output is later
  // deleted or modified, the consuming stack is not automatically updated or notified." (Fn::GetStackOutput)
  test('a weak reference is read when what holds it is deployed, and not otherwise', async () => {
    const consumer = (text: string, other: string) => ({
      template: {
        Resources: {
          Weak: parameter({
            'Fn::Join': ['', [text, { 'Fn::GetStackOutput': { StackName: name, OutputName: 'Out' } }]],
          }),
          Other: parameter(other),
        },
        Outputs: { Value: { Value: { 'Fn::GetAtt': ['Weak', 'Value'] } } },
      },
    })
    const deploy = async (text: string, other: string) =>
      cfn.outputs(await cfn.deploy(`${name}-consumer`, consumer(text, other))).Value
    await cfn.deploy(name, { template: { Outputs: { Out: { Value: '1' } } } })
    const created = await deploy('it is ', 'a')
    await cfn.deploy(name, { template: { Outputs: { Out: { Value: '2' } } } })
    const { StatusReason } = await cfn.prepare(`${name}-consumer`, consumer('it is ', 'a'))
    const otherChanged = await deploy('it is ', 'b')
    const changed = await deploy('now ', 'b')

    expect(StatusReason).toContain("didn't contain changes")
    expect([created, otherChanged, changed]).toEqual(['it is 1', 'it is 1', 'now 2'])
  })
})

describe('a deleted stack', () => {
  test('is found by its ARN alone, and takes with it what its policies do not keep', async () => {
    const { StackId } = await cfn.deploy(name, {
      template: {
        Resources: {
          Kept: { ...parameter('1', { Name: `/${name}/kept` }), DeletionPolicy: 'Retain' },
          First: parameter('2', { Name: `/${name}/first` }),
          Second: parameter({ Ref: 'First' }, { Name: `/${name}/second` }),
        },
      },
    })
    await cfn.remove(name)

    expect((await cfn.describe(String(StackId)))?.StackStatus).toBe('DELETE_COMPLETE')
    expect((await failureOf(cfn.describe(name))).message).toBe(`Stack with id ${name} does not exist`)
    expect((await cloud.inventory()).parameters?.filter((one) => one.startsWith(`/${name}/`))).toEqual([
      `/${name}/kept`,
    ])
    // What needs another resource goes before it.
    const order = (await cfn.events(String(StackId))).filter((line) =>
      /(First|Second): DELETE_COMPLETE/.test(line),
    )
    expect(order).toEqual(['Second: DELETE_COMPLETE', 'First: DELETE_COMPLETE'])
  })

  test('is not deleted while it is protected', async () => {
    await cfn.deploy(name, { template: { Resources: { One: parameter('1') } } })
    const protect = (isEnabled: boolean) =>
      cfn.client.send(
        new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: isEnabled }),
      )
    await protect(true)
    const error = await failureOf(cfn.remove(name))
    const stack = await cfn.describe(name)
    await protect(false)

    expect(error.message).toBe(`Stack [${name}] cannot be deleted while TerminationProtection is enabled`)
    expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE', EnableTerminationProtection: true })
    expect((await cfn.remove(name)).StackStatus).toBe('DELETE_COMPLETE')
  })

  test('that holds something undeletable has failed, and may leave it behind', async () => {
    const protectedTable = {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
      },
    }
    await cfn.deploy(name, { template: { Resources: { Table: protectedTable, One: parameter('1') } } })
    const failed = await cfn.remove(name)
    const deleted = await cfn.remove(name, { RetainResources: ['Table'] })

    expect([failed.StackStatus, failed.StackStatusReason]).toEqual([
      'DELETE_FAILED',
      'The following resource(s) failed to delete: [Table]. ',
    ])
    expect(deleted.StackStatus).toBe('DELETE_COMPLETE')
    expect((await cloud.inventory()).tables).toContain(`${name}-Table`)
  })
})
