import { join } from 'node:path'
import type { Credentials } from '../iam/identities.ts'
import { runtimeModules } from './provide-runtime.ts'

/**
 * The environment of a function: what its template says, what Lambda adds, and where the local services are. Nothing
 * comes from the environment of this process.
 */
export function functionEnvironment(options: {
  variables: Record<string, string>
  name: string
  region: string
  runtime: string
  handler: string
  directory: string
  memoryMegabytes: number
  logGroup: string
  logFormat: string
  logLevel: string | undefined
  credentials: Credentials
  awsEndpoint: string
  stateDirectory: string
}): Record<string, string> {
  const { credentials, awsEndpoint } = options
  return {
    ...options.variables,
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    AWS_LAMBDA_FUNCTION_NAME: options.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: options.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${options.name}`,
    AWS_LAMBDA_LOG_FORMAT: options.logFormat,
    ...(options.logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: options.logLevel }),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: `AWS_Lambda_${options.runtime}`,
    LAMBDA_TASK_ROOT: options.directory,
    _HANDLER: options.handler,
    // The runtime brings the AWS SDK along, for bundles that leave it out.
    NODE_PATH: runtimeModules(options.stateDirectory),
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    // A service that is not emulated is answered with an error here, and never reached in AWS.
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: awsEndpoint,
    AWS_ENDPOINT_URL_SFN: awsEndpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: awsEndpoint,
    AWS_ENDPOINT_URL_KMS: awsEndpoint,
    AWS_ENDPOINT_URL_LAMBDA: awsEndpoint,
    // Lambda has no such files; the person's own must not be read.
    AWS_CONFIG_FILE: join(options.stateDirectory, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(options.stateDirectory, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}
