import type { IncomingHttpHeaders } from 'node:http'
import type { AwsJson } from './aws-error.ts'

/** One call of an AWS API in the JSON protocols (1.0 and 1.1) or in the query protocol. */
export type AwsRequest = {
  /** What stands before the dot in X-Amz-Target, for example `DynamoDB_20120810`; else the signature's service. */
  service: string
  /** For example `PutItem`. */
  operation: string
  input: AwsJson
  /** The access key id that signed the call; undefined when it is unsigned. */
  accessKeyId: string | undefined
  /** The region that the call was signed for. */
  region: string
}

/** One call of an AWS API in which method and path say what is wanted. */
export type RestRequest = {
  /** The signature's service, for example `s3`. */
  service: string
  method: string
  /** As it was sent, percent-encoded. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
  accessKeyId: string | undefined
  region: string
}

export type RestAnswer = {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

export type AwsHandlers = {
  /** Answers a call, or throws an AwsError. */
  call(request: AwsRequest): Promise<AwsJson>
  rest?(request: RestRequest): Promise<RestAnswer>
}
