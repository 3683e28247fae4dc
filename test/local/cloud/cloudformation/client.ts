// Deploys as the CDK CLI does (change set, look, execution, waiting), through AWS's own SDK client.
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DeleteStackCommand,
  type DeleteStackCommandInput,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation'
import type { Cloud } from '../../../../local/cloud/start.ts'
import { until } from '../until.ts'

type Parameters = NonNullable<CreateChangeSetCommandInput['Parameters']>

export type Change = {
  template: object
  parameters?: Record<string, string> | Parameters
  tags?: Record<string, string>
  disableRollback?: boolean
}

export function createClient({ awsEndpoint, credentials }: Pick<Cloud, 'awsEndpoint' | 'credentials'>) {
  const client = new CloudFormationClient({
    endpoint: awsEndpoint,
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
  })
  let count = 0

  const describe = async (name: string): Promise<Stack | undefined> =>
    (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0]

  const exists = (name: string) =>
    describe(name).then(
      (stack) => stack?.StackStatus !== 'REVIEW_IN_PROGRESS',
      () => false,
    )

  async function prepare(name: string, { template, parameters = {}, tags = {} }: Change) {
    const { Id, StackId } = await client.send(
      new CreateChangeSetCommand({
        StackName: name,
        ChangeSetName: `change-${++count}`,
        ChangeSetType: (await exists(name)) ? 'UPDATE' : 'CREATE',
        TemplateBody: JSON.stringify({ Resources: {}, ...template }),
        Parameters: Array.isArray(parameters)
          ? parameters
          : Object.entries(parameters).map(([key, value]) => ({ ParameterKey: key, ParameterValue: value })),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    )
    return client.send(new DescribeChangeSetCommand({ StackName: StackId, ChangeSetName: Id }))
  }

  /** Waits until nothing happens to the stack any more. */
  const settled = (arn: string | undefined) =>
    until(async () => {
      const stack = await describe(String(arn))
      return !/_IN_PROGRESS$/.test(String(stack?.StackStatus)) && stack
    })

  return {
    client,
    describe,
    prepare,
    settled,
    /** @returns the stack afterwards */
    async deploy(name: string, change: Change): Promise<Stack> {
      const { StackId, ChangeSetName } = await prepare(name, change)
      await client.send(
        new ExecuteChangeSetCommand({
          StackName: StackId,
          ChangeSetName,
          ...(change.disableRollback ? { DisableRollback: true } : {}),
        }),
      )
      return settled(StackId)
    },
    async remove(name: string, options: Partial<DeleteStackCommandInput> = {}): Promise<Stack> {
      const stack = await describe(name)
      await client.send(new DeleteStackCommand({ StackName: name, ...options }))
      return settled(stack?.StackId)
    },
    /** `logical id: status` in the order in which it happened, or with the reason behind it. */
    async events(name: string): Promise<string[]> {
      const lines: string[] = []
      for (let NextToken: string | undefined; ; ) {
        const page = await client.send(new DescribeStackEventsCommand({ StackName: name, NextToken }))
        for (const { LogicalResourceId: id, ResourceStatus: status } of page.StackEvents ?? [])
          lines.push(`${id}: ${status}`)
        NextToken = page.NextToken
        if (NextToken === undefined) return lines.reverse()
      }
    },
    async reasons(name: string): Promise<Record<string, string>> {
      const { StackEvents: events = [] } = await client.send(
        new DescribeStackEventsCommand({ StackName: name }),
      )
      return Object.fromEntries(
        events
          .filter(({ ResourceStatusReason: reason }) => reason !== undefined)
          .map((event) => [
            `${event.LogicalResourceId}: ${event.ResourceStatus}`,
            String(event.ResourceStatusReason),
          ]),
      )
    },
    outputs: ({ Outputs: outputs = [] }: Stack) =>
      Object.fromEntries(outputs.map(({ OutputKey: key, OutputValue: value }) => [key, value])),
  }
}
