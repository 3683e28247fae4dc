import type { AwsJson } from './aws-error.ts'

/** One call of an AWS API in the JSON protocols (1.0 and 1.1). */
export type AwsRequest = {
  /** What stands before the dot in X-Amz-Target, for example `DynamoDB_20120810`. */
  service: string
  /** For example `PutItem`. */
  operation: string
  input: AwsJson
  /** The access key id that signed the call; undefined when it is unsigned. */
  accessKeyId: string | undefined
}

/** Answers a call, or throws an AwsError. */
export type AwsHandler = (request: AwsRequest) => Promise<AwsJson>
