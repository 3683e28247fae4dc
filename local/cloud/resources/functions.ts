// AWS::Lambda::Function and AWS::Lambda::Permission.
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { CloudError } from '../cloud-error.ts'
import { functionEnvironment } from '../lambda/environment.ts'
import { createLambdaFunction } from '../lambda/lambda-function.ts'
import {
  arn,
  type CloudParts,
  type Declaration,
  generatedName,
  numberLike,
  parseProperties,
  type ResourceKind,
} from './resource-kind.ts'

const functionSchema = z.object({
  FunctionName: z.string().optional(),
  Code: z.object({ S3Key: z.string().optional(), ZipFile: z.string().optional() }),
  Handler: z.string(),
  Runtime: z.string(),
  Role: z.string(),
  Timeout: numberLike.default(3),
  MemorySize: numberLike.default(128),
  ReservedConcurrentExecutions: numberLike.optional(),
  Environment: z
    .object({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  LoggingConfig: z
    .object({
      LogGroup: z.string().optional(),
      LogFormat: z.string().default('Text'),
      ApplicationLogLevel: z.string().optional(),
    })
    .default({ LogFormat: 'Text' }),
})

export const lambdaFunction: ResourceKind = {
  actedOn: [
    'FunctionName',
    'Description',
    'Code',
    'Handler',
    'Runtime',
    'Role',
    'Timeout',
    'MemorySize',
    'ReservedConcurrentExecutions',
    'Environment',
    'LoggingConfig.LogGroup',
    'LoggingConfig.LogFormat',
    'LoggingConfig.ApplicationLogLevel',
  ],
  deploy(declaration, parts) {
    const properties = parseProperties(declaration, functionSchema)
    const name = properties.FunctionName ?? generatedName(declaration)
    const functionArn = arn(declaration, 'lambda', `function:${name}`)
    const deployed = { ref: name, attributes: { Arn: functionArn } }

    const onEvent = properties.Environment.Variables.USER_ON_EVENT_FUNCTION_ARN
    if (properties.Handler.startsWith('framework.') && onEvent !== undefined) {
      if (properties.Environment.Variables.USER_IS_COMPLETE_FUNCTION_ARN !== undefined) {
        throw new CloudError(
          `${declaration.path} waits for an isComplete handler, which the local cloud does not do: use onEvent alone.`,
        )
      }
      parts.frameworks.set(functionArn, onEvent)
      parts.notActedOn.add(
        'AWS::Lambda::Function of the CDK provider framework: its handler is called directly',
        declaration.path,
      )
      return deployed
    }

    parts.identities.expectTrust(properties.Role, 'lambda.amazonaws.com', declaration.path)
    const directory = bundleOf(declaration, properties.Code, parts)
    if (properties.Runtime !== `nodejs${process.versions.node.split('.')[0]}.x`) {
      parts.notActedOn.add(
        `AWS::Lambda::Function Runtime ${properties.Runtime}: runs on Node.js ${process.versions.node}`,
        declaration.path,
      )
    }
    const logFile = join(parts.logDirectory, `${name}.log`)
    mkdirSync(parts.logDirectory, { recursive: true })
    const logGroup = properties.LoggingConfig.LogGroup ?? `/aws/lambda/${name}`
    const created = createLambdaFunction({
      name,
      arn: functionArn,
      directory,
      handler: properties.Handler,
      environment: functionEnvironment({
        variables: properties.Environment.Variables,
        name,
        region: declaration.stack.region,
        runtime: properties.Runtime,
        handler: properties.Handler,
        directory,
        memoryMegabytes: properties.MemorySize,
        logGroup,
        logFormat: properties.LoggingConfig.LogFormat,
        logLevel: properties.LoggingConfig.ApplicationLogLevel,
        credentials: parts.identities.issueCredentials(properties.Role, name),
        awsEndpoint: parts.awsEndpoint,
        stateDirectory: parts.stateDirectory,
      }),
      timeoutSeconds: properties.Timeout,
      memoryMegabytes: properties.MemorySize,
      ...(properties.ReservedConcurrentExecutions === undefined
        ? {}
        : { reservedConcurrency: properties.ReservedConcurrentExecutions }),
      logGroup,
      write: (text) => appendFileSync(logFile, text, { mode: 0o600 }),
    })
    parts.functions.set(functionArn, {
      ...created,
      logicalId: declaration.logicalId,
      path: declaration.path,
      logFile,
    })
    return deployed
  },
}

function bundleOf(
  { stack, path, logicalId }: Declaration,
  code: { S3Key?: string | undefined; ZipFile?: string | undefined },
  { stateDirectory }: CloudParts,
): string {
  if (code.ZipFile !== undefined) {
    // Code that stands in the template is a CommonJS module named index.
    const directory = join(stateDirectory, 'inline', stack.name, logicalId)
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'index.cjs'), code.ZipFile)
    return directory
  }
  const asset = stack.assets.get(code.S3Key ?? '')
  if (asset?.packaging === 'zip' && existsSync(asset.path)) return asset.path
  throw new CloudError(
    `The bundle of ${path} is not among the assets of the assembly: run the synthesis again, with bundling.`,
  )
}

const permissionSchema = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
})

export const lambdaPermission: ResourceKind = {
  actedOn: ['Action', 'FunctionName', 'Principal', 'SourceArn'],
  deploy(declaration, parts) {
    const {
      Action: action,
      FunctionName: name,
      Principal: principal,
      SourceArn: sourceArn,
    } = parseProperties(declaration, permissionSchema)
    const functionArn = name.startsWith('arn:') ? name : arn(declaration, 'lambda', `function:${name}`)
    if (action === 'lambda:InvokeFunction' || action === 'lambda:*') {
      parts.permissions.push({ functionArn, principal, sourceArn })
    }
    return { ref: generatedName(declaration), attributes: {} }
  },
}
