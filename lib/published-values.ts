// What one stack tells another. Template references between stacks either pin a value for as long as somebody uses it
// (an export cannot change), or are read when their own text changes (a weak reference goes stale unseen). A parameter
// of Systems Manager does neither: CloudFormation reads it anew at each update of the stack that uses it, and the CDK
// CLI never skips such a stack.
import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import type { Construct } from 'constructs'
import type { Signer } from '../lambdas/identity/client-keys.ts'

export type PublishedValue =
  | 'connector-client-id'
  | 'exchange-client-id'
  | 'approval-client-id'
  | 'workflow-client-id'
  | 'decision-client-id'
  | 'hotel-api-decision-client-id'
  | 'decision-endpoint-url'
  | 'hotel-api-decision-endpoint-url'
  | 'hotel-api-url'
  /** The ARN of a function's key, by generation. */
  | `client-key-${Signer}-${number}`

const nameOf = (stage: string, value: PublishedValue) => `/myhotels/${stage}/${value}`

/** Makes a value known to the stacks of the stage; never a secret. */
export function publishValue(scope: Construct, stage: string, name: PublishedValue, value: string): void {
  new StringParameter(scope, `Published-${name}`, { parameterName: nameOf(stage, name), stringValue: value })
}

/** The value, for a stack that is deployed after the one that publishes it. */
export function publishedValue(scope: Construct, stage: string, name: PublishedValue): string {
  return StringParameter.valueForStringParameter(scope, nameOf(stage, name))
}
