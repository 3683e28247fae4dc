// AWS::Lambda::Function and AWS::Lambda::Permission.
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { CloudError } from '../cloud-error.ts'
import { functionEnvironment } from '../lambda/environment.ts'
import { createLambdaFunction } from '../lambda/lambda-function.ts'
import { codeDirectory, settleBundle } from '../lambda/provide-runtime.ts'
import { unpackBundle } from '../lambda/unpack-bundle.ts'
import { useRole } from '../lambda/use-role.ts'
import {
  arn,
  type CloudParts,
  type Declaration,
  numberLike,
  parseProperties,
  type ResourceKind,
} from './resource-kind.ts'

const functionSchema = z.object({
  FunctionName: z.string().optional(),
  Code: z.object({
    S3Bucket: z.string().optional(),
    S3Key: z.string().optional(),
    ZipFile: z.string().optional(),
  }),
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
  TracingConfig: z.object({ Mode: z.string() }).default({ Mode: 'PassThrough' }),
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
  createOnly: ['FunctionName'],
  async deploy(declaration, parts) {
    const properties = parseProperties(declaration, functionSchema)
    const name = properties.FunctionName ?? declaration.generatedName
    const functionArn = arn(declaration, 'lambda', `function:${name}`)

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
    const replaced = parts.functions.get(functionArn)
    let hasUsedRole = false
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
      write(text) {
        appendFileSync(logFile, text, { mode: 0o600 })
        if (hasUsedRole) return
        hasUsedRole = true
        useRole(parts.identities.assume(properties.Role, name), {
          logGroupArn: arn(declaration, 'logs', `log-group:${logGroup}`),
          logStream: name,
          isTraced: properties.TracingConfig.Mode === 'Active',
        })
      },
    })
    parts.functions.set(functionArn, {
      ...created,
      stop: async () => {
        await Promise.all([created.stop(), replaced?.stop()])
      },
      logicalId: declaration.logicalId,
      path: declaration.path,
      logFile,
      variables: properties.Environment.Variables,
    })
    await replaced?.retire()
    return { ref: name, attributes: { Arn: functionArn } }
  },
  async remove(_declaration, { attributes }, { functions }) {
    const functionArn = String(attributes.Arn)
    await functions.get(functionArn)?.stop()
    functions.delete(functionArn)
  },
}

function bundleOf(
  { stack, path, logicalId }: Declaration,
  code: z.infer<typeof functionSchema>['Code'],
  { stateDirectory, bundles, s3 }: CloudParts,
): string {
  if (code.ZipFile !== undefined) {
    // Code that stands in the template is a CommonJS module named index.
    const directory = join(codeDirectory(stateDirectory), 'inline', stack.name, logicalId)
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'index.cjs'), code.ZipFile)
    return directory
  }
  const { S3Bucket: bucket = '', S3Key: key = '' } = code
  const known = bundles.get(key)
  if (known !== undefined && existsSync(known)) return settleBundle(known, stateDirectory)
  const archive = s3.read(bucket, key)
  if (archive !== undefined) return unpackBundle(archive, codeDirectory(stateDirectory))
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
  createOnly: ['Action', 'FunctionName', 'Principal', 'SourceArn'],
  deploy(declaration, parts) {
    const {
      Action: action,
      FunctionName: name,
      Principal: principal,
      SourceArn: sourceArn,
    } = parseProperties(declaration, permissionSchema)
    const functionArn = name.startsWith('arn:') ? name : arn(declaration, 'lambda', `function:${name}`)
    if (action === 'lambda:InvokeFunction' || action === 'lambda:*') {
      parts.permissions.set(declaration.generatedName, { functionArn, principal, sourceArn })
    }
    return { ref: declaration.generatedName, attributes: {} }
  },
  remove(_declaration, { ref }, { permissions }) {
    permissions.delete(ref)
  },
}
