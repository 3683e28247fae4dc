import * as z from 'zod'
import type { HttpApi } from '../apigateway/http-api.ts'
import { CloudError } from '../cloud-error.ts'
import type { DynamoDb } from '../dynamodb/dynamodb.ts'
import type { Identities } from '../iam/identities.ts'
import type { Kms } from '../kms/kms.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import type { S3 } from '../s3/s3.ts'
import type { SecretsManager } from '../secretsmanager/secrets-manager.ts'
import type { ParameterStore } from '../ssm/parameter-store.ts'
import type { StepFunctions } from '../stepfunctions/step-functions.ts'
import type { NotActedOn } from '../template/not-acted-on.ts'
import type { CustomResources } from './custom-resources.ts'

/** The stack that a resource belongs to. */
export type StackIdentity = {
  /** The artifact's id in an assembly, for example `MyHotels-Mcp`; the stack's name where there is no assembly. */
  id: string
  /** The name in CloudFormation, for example `MyHotels-Mcp-dev`. */
  name: string
  region: string
  account: string
  /** The stack's ARN, which CloudFormation calls its id. */
  arn: string
}

/** A resource of a template, its properties free of intrinsic functions. */
export type Declaration = {
  stack: StackIdentity
  logicalId: string
  /** The path in the construct tree, such as `MyHotels-Mcp/McpServer`. */
  path: string
  type: string
  properties: Record<string, unknown>
  /** A name for what the template leaves unnamed. What replaces a resource gets another one. */
  generatedName: string
}

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export type Deployed = { ref: string; attributes: Record<string, unknown> }

/** A resource as it was deployed last. */
export type Existing = Deployed & { properties: Record<string, unknown> }

export type DeployedFunction = LambdaFunction & {
  logicalId: string
  path: string
  logFile: string
  variables: Record<string, string>
}

/** What the resources are made of. */
export type CloudParts = {
  awsEndpoint: string
  stateDirectory: string
  logDirectory: string
  clock: () => number
  renameWwwAuthenticate: boolean
  identities: Identities
  dynamoDb: DynamoDb
  secretsManager: SecretsManager
  kms: Kms
  stepFunctions: StepFunctions
  s3: S3
  parameterStore: ParameterStore
  customResources: CustomResources
  notActedOn: NotActedOn
  functions: Map<string, DeployedFunction>
  /** Directories with the bundles of functions, by object key: the assets of an assembly that need no upload. */
  bundles: Map<string, string>
  /** By the id of the resource that grants it. */
  permissions: Map<string, { functionArn: string; principal: string; sourceArn: string | undefined }>
  apis: Map<string, HttpApi>
  integrations: Map<string, { functionArn: string; timeoutMilliseconds: number }>
  tableArns: Map<string, string>
  portOf(api: { name: string; logicalId: string; stack: StackIdentity }): number
}

export type ResourceKind = {
  /** The properties that have an effect here, as paths with dots and `*` for the elements of a list. */
  actedOn: readonly string[]
  /** The properties whose change makes a new resource ("Update requires: Replacement" in AWS's reference). */
  createOnly: readonly string[]
  /**
   * Creates the resource, or brings the existing one to the declared properties. Of what is there already with the same
   * properties nothing changes: after a restart everything is deployed once more.
   *
   * @throws {ResourceFailure | CloudError} in words for the person who deploys
   */
  deploy(
    declaration: Declaration,
    parts: CloudParts,
    existing: Existing | undefined,
  ): Deployed | Promise<Deployed>
  /** Deletes what `deploy` made; of what is not there it says nothing. */
  remove(declaration: Declaration, deployed: Deployed, parts: CloudParts): void | Promise<void>
}

/** A resource could not be brought to what is declared. */
export class ResourceFailure extends Error {
  override readonly name = 'ResourceFailure'
  /** What there is all the same and has to be deleted. */
  readonly physicalId: string | undefined

  constructor(message: string, options: { physicalId?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.physicalId = options.physicalId
  }
}

/**
 * The properties, checked.
 *
 * @throws {CloudError} naming the resource and the property.
 */
export function parseProperties<Schema extends z.ZodType>(
  { path, properties }: Declaration,
  schema: Schema,
): z.infer<Schema> {
  const result = schema.safeParse(properties)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new CloudError(`${path} cannot be brought up: ${issue?.path.join('.')}: ${issue?.message}.`)
}

/** Templates write numbers and booleans as strings, too. */
export const numberLike = z.coerce.number()
export const booleanLike = z.union([z.boolean(), z.stringbool()])

export function arn({ stack }: Declaration, service: string, resource: string): string {
  return `arn:aws:${service}:${stack.region}:${stack.account}:${resource}`
}
