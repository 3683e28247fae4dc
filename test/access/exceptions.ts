// Grants that no test can use here, each with its reason. One that is used after all, or is gone, fails the comparison.
import type { AccessException } from './compare-access.ts'

const framework = 'the CDK provider framework owns this role; its handler is the only code that uses it'

export const exceptions: readonly AccessException[] = [
  {
    role: 'MyHotels-Mcp ApprovalWorkflowStateMachineRole',
    action: 'lambda:InvokeFunction',
    resource: 'AdvanceApproval.Arn:*',
    reason: 'the CDK grants the versions of a function with it; the workflow invokes it without one',
  },
  {
    role: 'MyHotels-Identity ProviderframeworkonEventServiceRole',
    action: 'lambda:InvokeFunction',
    resource: 'PingOneConfiguration.Arn:*',
    reason: framework,
  },
  {
    role: 'MyHotels-Identity ProviderframeworkonEventServiceRole',
    action: 'lambda:GetFunction',
    resource: 'PingOneConfiguration.Arn',
    reason: `${framework}, and it asks for the state of its handler only when it cannot be invoked`,
  },
  {
    role: 'MyHotels-Identity ProviderframeworkonEventServiceRole',
    action: 'managed policy',
    resource: 'arn:AWS::Partition:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    reason: framework,
  },
]
