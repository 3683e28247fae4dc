// CloudFormation's API. What is asked for is checked and answered at once; deployments and deletions go on by themselves,
// and their status and events tell about them.
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import type { Identity } from '../iam/identities.ts'
import type { StackIdentity } from '../resources/resource-kind.ts'
import { referencesIn } from '../template/order.ts'
import { parseTemplate, type Template } from '../template/template.ts'
import { addChangeSet, findChangeSet } from './change-sets.ts'
import { compare, planOf } from './compare.ts'
import { deleteStack } from './delete-stack.ts'
import { deployStack, type Workshop } from './deploy-stack.ts'
import { describeChangeSet, describeEvent, describeResource, describeStack } from './describe.ts'
import { type GivenParameter, valuesOfParameters } from './parameters.ts'
import { setStackStatus } from './record-event.ts'
import { rollBack } from './roll-back.ts'
import { checkRules } from './rules.ts'
import { isInProgress, type Stack, type Target } from './stack.ts'

export type CloudFormation = {
  call(operation: string, input: AwsJson, caller: Identity, region: string): Promise<AwsJson>
  /** Settles when nothing is being deployed or deleted any more. */
  idle(): Promise<void>
}

type Operation = (input: AwsJson, region: string, caller: Identity) => Promise<AwsJson> | AwsJson

const eventsOnAPage = 100

export function createCloudFormation(workshop: Workshop, account: string): CloudFormation {
  const { stacks, parts, clock } = workshop
  const running = new Set<Promise<unknown>>()

  /** Goes on in the background; the stack's status tells how it went. */
  function begin(work: Promise<unknown>): void {
    const settled = work.then(
      () => undefined,
      // A fault of the local cloud itself: nobody waits for it here.
      (error: unknown) =>
        workshop.onProgress(`CloudFormation: ${error instanceof Error ? error.stack : error}`),
    )
    running.add(settled)
    void settled.then(() => running.delete(settled))
  }

  function existing(nameOrArn: unknown): Stack {
    const stack = stacks.find(String(nameOrArn))
    if (stack) return stack
    throw invalid(`Stack with id ${nameOrArn} does not exist`)
  }

  /** A stack that an update may begin with. */
  function updatable(nameOrArn: unknown): Stack {
    const stack = stacks.find(String(nameOrArn))
    if (stack === undefined || stack.status === 'DELETE_COMPLETE')
      throw invalid(`Stack [${nameOrArn}] does not exist`)
    const ready = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_FAILED']
    const isReady =
      ready.includes(stack.status) || (stack.status === 'CREATE_FAILED' && stack.disableRollback)
    if (isReady) return stack
    throw invalid(`Stack:${stack.arn} is in ${stack.status} state and can not be updated.`)
  }

  async function templateOf(input: AwsJson): Promise<{ text: string; template: Template }> {
    const text =
      input.TemplateBody === undefined ? fetched(String(input.TemplateURL)) : String(input.TemplateBody)
    let template: Template
    try {
      template = await parseTemplate(text)
    } catch (error) {
      throw invalid(`Template format error: ${error instanceof Error ? error.message : error}`)
    }
    const names = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})])
    const dangling = danglingReferences(template, names)
    if (dangling.length > 0) {
      throw invalid(
        `Template format error: Unresolved resource dependencies [${dangling.join(', ')}] in the Resources block of the template`,
      )
    }
    if (template.Transform !== undefined) throw invalid('The local CloudFormation knows no transforms.')
    return { text, template }
  }

  /** The bucket stands in the host's name, or first in the path where the host has no such names. */
  function fetched(url: string): string {
    const { hostname, pathname } = new URL(url)
    const [, inHost] = /^(.+)\.s3[.-]/.exec(hostname) ?? []
    const [, inPath = '', rest = ''] = /^\/([^/]+)\/(.+)$/.exec(pathname) ?? []
    const content =
      inHost === undefined ? parts.s3.read(inPath, rest) : parts.s3.read(inHost, pathname.slice(1))
    if (content === undefined) throw invalid(`S3 error: The specified key does not exist. (${url})`)
    return Buffer.from(content).toString()
  }

  function targetOf(
    stack: StackIdentity & Pick<Stack, 'current' | 'resources'>,
    text: string,
    template: Template,
    input: AwsJson,
    caller: Identity,
  ): Target {
    // Whoever asks is asked for the right to read parameters, or the role that CloudFormation acts as.
    const reader =
      input.RoleARN === undefined
        ? caller
        : parts.identities.assume(String(input.RoleARN), 'AWSCloudFormation')
    const look = (name: string) => {
      reader.authorize({
        action: 'ssm:GetParameters',
        resource: `arn:aws:ssm:${stack.region}:${account}:parameter/${name.replace(/^\//, '')}`,
      })
      return parts.parameterStore.read(name)
    }
    const given = list(input.Parameters).map((one): GivenParameter => {
      const { ParameterKey: name, ParameterValue: value, UsePreviousValue: previous } = one
      return {
        name: String(name),
        ...(value === undefined ? {} : { value: String(value) }),
        usePreviousValue: previous === 'true',
      }
    })
    const parameters = valuesOfParameters(template, given, stack.current.parameters, look)
    const tags = Object.fromEntries(
      list(input.Tags).map(({ Key: key, Value: value }) => [String(key), String(value)]),
    )
    const { Description: description } = template
    const target = { template: text, parameters, tags, ...(description === undefined ? {} : { description }) }
    const { scope } = planOf(stack, template, target)
    checkRules(template, scope)
    return target
  }

  /** A stack that is not there yet, to check what is wanted of it. */
  const imagined = (name: string, region: string) => ({
    id: name,
    name,
    region,
    account,
    arn: `arn:aws:cloudformation:${region}:${account}:stack/${name}/`,
    current: { template: '{}', parameters: [], tags: {} },
    resources: {},
  })

  function created(name: string, region: string): Stack {
    const stack = stacks.add({ name, region, account, status: 'REVIEW_IN_PROGRESS', createdAt: clock() })
    setStackStatus(stack, 'REVIEW_IN_PROGRESS', workshop, 'User Initiated')
    return stack
  }

  const operations: Record<string, Operation | undefined> = {
    DescribeStacks({ StackName: name }) {
      const found = name === undefined ? stacks.all() : [existing(name)]
      return { Stacks: found.map(describeStack) }
    },

    GetTemplate({ StackName: name, ChangeSetName: changeSetName }) {
      const stack = existing(name)
      const { template } =
        changeSetName === undefined ? stack.current : findChangeSet(stack, String(changeSetName)).target
      return { TemplateBody: template, StagesAvailable: ['Original', 'Processed'] }
    },

    async GetTemplateSummary(input) {
      const { template } =
        input.StackName === undefined
          ? await templateOf(input)
          : await templateOf({ TemplateBody: existing(input.StackName).current.template })
      return {
        Parameters: Object.entries(template.Parameters ?? {}).map(([key, { Type, Default }]) => ({
          ParameterKey: key,
          ParameterType: Type,
          DefaultValue: Default,
        })),
        ResourceTypes: [...new Set(Object.values(template.Resources).map(({ Type }) => Type))],
      }
    },

    async CreateChangeSet(input, region, caller) {
      const name = String(input.StackName)
      const type = input.ChangeSetType === 'CREATE' ? 'CREATE' : 'UPDATE'
      const known = type === 'CREATE' ? stacks.find(name) : updatable(name)
      if (type === 'CREATE' && known !== undefined && known.status !== 'REVIEW_IN_PROGRESS')
        throw new AwsError('AlreadyExistsException', `Stack [${known.name}] already exists`)
      const { text, template } = await templateOf(input)
      const target = targetOf(known ?? imagined(name, region), text, template, input, caller)
      const stack = known ?? created(name, region)
      const changeSet = addChangeSet({
        stack,
        name: String(input.ChangeSetName),
        type,
        description: input.Description === undefined ? undefined : String(input.Description),
        before: await parseTemplate(stack.current.template),
        template,
        target,
        createdAt: clock(),
      })
      stacks.save(stack)
      return { Id: changeSet.arn, StackId: stack.arn }
    },

    DescribeChangeSet({ StackName: stackName, ChangeSetName: name, IncludePropertyValues: values }) {
      const stack = changeSetStack(stackName, name)
      return describeChangeSet(stack, findChangeSet(stack, String(name)), values === 'true')
    },

    ListChangeSets({ StackName: name }) {
      const stack = existing(name)
      return {
        Summaries: stack.changeSets.map((one) => {
          const {
            Changes: _changes,
            Parameters: _parameters,
            ...summary
          } = describeChangeSet(stack, one, false)
          return summary
        }),
      }
    },

    async ExecuteChangeSet(input) {
      const stack = changeSetStack(input.StackName, input.ChangeSetName)
      const changeSet = findChangeSet(stack, String(input.ChangeSetName))
      const template = await parseTemplate(changeSet.target.template)
      if (changeSet.executionStatus !== 'AVAILABLE') {
        throw new AwsError(
          'InvalidChangeSetStatus',
          `ChangeSet [${changeSet.arn}] cannot be executed in its current status of [${changeSet.status}]`,
        )
      }
      if (stack.status !== 'REVIEW_IN_PROGRESS') updatable(stack.arn)
      changeSet.executionStatus = 'EXECUTE_IN_PROGRESS'
      stack.disableRollback = input.DisableRollback === 'true'
      begin(
        deployStack(stack, template, changeSet.target, workshop).finally(() => {
          // None of them fits the stack as it is now.
          stack.changeSets = []
          stacks.save(stack)
        }),
      )
      return {}
    },

    DeleteChangeSet({ StackName: stackName, ChangeSetName: name }) {
      const stack = changeSetStack(stackName, name)
      stack.changeSets = stack.changeSets.filter((one) => one.name !== name && one.arn !== name)
      stacks.save(stack)
      return {}
    },

    async CreateStack(input, region, caller) {
      const name = String(input.StackName)
      const { text, template } = await templateOf(input)
      const known = stacks.find(name)
      if (known) throw new AwsError('AlreadyExistsException', `Stack [${known.name}] already exists`)
      const target = targetOf(imagined(name, region), text, template, input, caller)
      const stack = created(name, region)
      stack.terminationProtection = input.EnableTerminationProtection === 'true'
      stack.disableRollback = input.DisableRollback === 'true'
      begin(deployStack(stack, template, target, workshop))
      return { StackId: stack.arn }
    },

    async UpdateStack(input, _region, caller) {
      const stack = updatable(input.StackName)
      const { text, template } = await templateOf(input)
      const target = targetOf(stack, text, template, input, caller)
      const before = await parseTemplate(stack.current.template)
      if (!compare(stack, before, template, target).isChanged)
        throw invalid('No updates are to be performed.')
      // Another one may have begun meanwhile.
      updatable(stack.arn)
      stack.disableRollback = input.DisableRollback === 'true'
      begin(deployStack(stack, template, target, workshop))
      return { StackId: stack.arn }
    },

    DeleteStack({ StackName: name, RetainResources: keep }) {
      const stack = stacks.find(String(name))
      // Deleting what is not there is done at once.
      if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {}
      if (stack.terminationProtection) {
        throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`)
      }
      if (isInProgress(stack)) {
        throw invalid(`Stack [${stack.name}] cannot be deleted while in status ${stack.status}`)
      }
      begin(deleteStack(stack, workshop, texts(keep)))
      return {}
    },

    RollbackStack({ StackName: name }) {
      const stack = existing(name)
      if (!['CREATE_FAILED', 'UPDATE_FAILED'].includes(stack.status)) {
        throw invalid(`Stack [${stack.name}] is in ${stack.status} state and can not be rolled back.`)
      }
      begin(rollBack(stack, 'User Initiated', workshop))
      return { StackId: stack.arn }
    },

    ContinueUpdateRollback({ StackName: name, ResourcesToSkip: skip }) {
      const stack = existing(name)
      if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
        throw invalid(`Stack:${stack.arn} is in ${stack.status} state and can not continue update rollback.`)
      }
      begin(rollBack(stack, 'User Initiated', workshop, texts(skip)))
      return {}
    },

    UpdateTerminationProtection({ StackName: name, EnableTerminationProtection: isEnabled }) {
      const stack = existing(name)
      stack.terminationProtection = isEnabled === 'true'
      stacks.save(stack)
      return { StackId: stack.arn }
    },

    DescribeStackEvents({ StackName: name, NextToken: token }) {
      const stack = stacks.find(String(name))
      if (stack === undefined) throw invalid(`Stack [${name}] does not exist`)
      const from = token === undefined ? 0 : Number(token)
      const newestFirst = stack.events.toReversed()
      return {
        StackEvents: newestFirst
          .slice(from, from + eventsOnAPage)
          .map((event) => describeEvent(stack, event)),
        NextToken: newestFirst.length > from + eventsOnAPage ? String(from + eventsOnAPage) : undefined,
      }
    },

    // What checks before a deployment found; there are none here.
    DescribeEvents: () => ({ OperationEvents: [] }),

    DescribeStackResources({ StackName: name, LogicalResourceId: logicalId }) {
      const stack = existing(name)
      const resources = Object.values(stack.resources).filter(
        (one) => logicalId === undefined || one.logicalId === logicalId,
      )
      return { StackResources: resources.map((one) => describeResource(stack, one)) }
    },

    ListStackResources({ StackName: name }) {
      const stack = existing(name)
      return {
        StackResourceSummaries: Object.values(stack.resources).map((one) => describeResource(stack, one)),
      }
    },

    ListStacks: () => ({
      StackSummaries: stacks.all().map((stack) => describeStack(stack)),
    }),

    ListExports: () => ({
      Exports: stacks
        .all()
        .flatMap(({ arn, outputs }) =>
          outputs.flatMap(({ exportName, value }) =>
            exportName === undefined ? [] : [{ ExportingStackId: arn, Name: exportName, Value: value }],
          ),
        ),
    }),
  }

  /** CloudFormation acts as the role; whoever asks for that must be allowed to hand the role over. */
  function passRole(roleArn: string, caller: Identity): void {
    const service = 'cloudformation.amazonaws.com'
    caller.authorize({
      action: 'iam:PassRole',
      resource: roleArn,
      context: { 'iam:passedtoservice': [service] },
    })
    if (!parts.identities.role(roleArn)?.trusted.includes(service))
      throw invalid(`Role ${roleArn} is invalid or cannot be assumed`)
  }

  /** A change set's ARN says nothing about its stack, which the ARN then stands for. */
  function changeSetStack(stackName: unknown, changeSet: unknown): Stack {
    if (stackName !== undefined) return existing(stackName)
    const found = stacks.all().find(({ changeSets }) => changeSets.some(({ arn }) => arn === changeSet))
    if (found) return found
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${changeSet}] does not exist`, { status: 404 })
  }

  return {
    async call(operation, input, caller, region) {
      const answer = operations[operation]
      if (answer === undefined)
        throw new AwsError('InvalidAction', `The local CloudFormation does not offer ${operation}.`)
      const stack = stacks.find(String(input.StackName))
      const resource =
        stack?.arn ?? `arn:aws:cloudformation:${region}:${account}:stack/${input.StackName ?? '*'}/*`
      caller.authorize({ action: `cloudformation:${operation}`, resource })
      if (input.RoleARN !== undefined) passRole(String(input.RoleARN), caller)
      return answer(input, region, caller)
    },
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

function danglingReferences(template: Template, names: ReadonlySet<string>): string[] {
  const found = new Set<string>()
  for (const { Properties: properties } of Object.values(template.Resources)) {
    for (const name of referencesIn(properties))
      if (!names.has(name) && !name.startsWith('AWS::')) found.add(name)
  }
  return [...found]
}

const invalid = (message: string) => new AwsError('ValidationError', message)

const list = (value: unknown) => (Array.isArray(value) ? (value as AwsJson[]) : [])

const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
