import * as z from 'zod'
import type { HttpApi } from '../apigateway/http-api.ts'
import type { AssemblyStack } from '../assembly/read-assembly.ts'
import { CloudError } from '../cloud-error.ts'
import type { DynamoDb } from '../dynamodb/dynamodb.ts'
import type { Identities } from '../iam/identities.ts'
import type { Kms } from '../kms/kms.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import type { SecretsManager } from '../secretsmanager/secrets-manager.ts'
import type { StepFunctions } from '../stepfunctions/step-functions.ts'
import type { NotActedOn } from '../template/not-acted-on.ts'
import type { CustomResources } from './custom-resources.ts'

/** A resource of a template, its properties free of intrinsic functions. */
export type Declaration = {
  stack: AssemblyStack
  logicalId: string
  /** The path in the construct tree, such as `MyHotels-Mcp/McpServer`. */
  path: string
  type: string
  properties: Record<string, unknown>
  retained: boolean
}

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export type Deployed = { ref: string; attributes: Record<string, unknown> }

export type DeployedFunction = LambdaFunction & { logicalId: string; path: string; logFile: string }

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
  customResources: CustomResources
  notActedOn: NotActedOn
  functions: Map<string, DeployedFunction>
  /** ARNs of the provider framework's functions, with the ARN of the handler behind each. */
  frameworks: Map<string, string>
  permissions: { functionArn: string; principal: string; sourceArn: string | undefined }[]
  apis: Map<string, HttpApi>
  integrations: Map<string, { functionArn: string; timeoutMilliseconds: number }>
  tableArns: Map<string, string>
  /** The parameters of Systems Manager, by name. */
  parameterStore: Map<string, string>
  portOf(api: { name: string; logicalId: string; stack: AssemblyStack }): number
}

export type ResourceKind = {
  /** The properties that have an effect here, as paths with dots and `*` for the elements of a list. */
  actedOn: readonly string[]
  deploy(declaration: Declaration, parts: CloudParts): Deployed | Promise<Deployed>
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

/** The name of a resource that its template leaves to CloudFormation; here the same at every start. */
export const generatedName = ({ stack, logicalId }: Declaration) => `${stack.name}-${logicalId}`

/** Templates write numbers and booleans as strings, too. */
export const numberLike = z.coerce.number()
export const booleanLike = z.union([z.boolean(), z.stringbool()])

export function arn({ stack }: Declaration, service: string, resource: string): string {
  return `arn:aws:${service}:${stack.region}:${stack.account}:${resource}`
}
