// Every function of MyHotels: one runtime, one architecture, one way to bundle, log and be named.
import { fileURLToPath } from 'node:url'
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'

const root = fileURLToPath(new URL('..', import.meta.url))

export type MyHotelsFunctionProps = {
  /** The handler's file, from the root of the repository. */
  entry: string
  description: string
  environment: Record<string, string>
  /** @default 15 seconds */
  timeout?: Duration
  /** Megabytes. @default 512 */
  memorySize?: number
  /** At most this many at the same time. @default no limit of its own */
  reservedConcurrentExecutions?: number
  /** Keeps the log group when the stack is deleted. */
  retain: boolean
  /** Commands that put files beside the bundle, given the folder of the bundle. */
  besideBundle?: (outputDirectory: string) => string[]
  /** esbuild's module aliases. */
  alias?: Record<string, string>
}

export class MyHotelsFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: MyHotelsFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    // An own role: it may write its one log group, where the managed policy would allow every log group.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    super(scope, id, {
      entry: `${root}${props.entry}`,
      handler: 'handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? Duration.seconds(15),
      ...(props.reservedConcurrentExecutions === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrentExecutions }),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      projectRoot: root,
      depsLockFilePath: `${root}package-lock.json`,
      environment: {
        POWERTOOLS_SERVICE_NAME: id,
        POWERTOOLS_METRICS_NAMESPACE: 'MyHotels',
        NODE_OPTIONS: '--enable-source-maps',
        ...props.environment,
      },
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        // The whole AWS SDK that was tested is what runs, not the copy of the day in the runtime.
        externalModules: [],
        // Some packages still `require` inside ESM.
        banner:
          "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
        ...(props.alias ? { esbuildArgs: aliasArguments(props.alias) } : {}),
        commandHooks: {
          beforeInstall: () => [],
          beforeBundling: () => [],
          afterBundling: (_input, output) => props.besideBundle?.(output) ?? [],
        },
      },
    })
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Active tracing: the two actions of X-Ray that it allows know no resources.',
    })
  }

  /** Puts the table's name into the environment and allows the item operations that are named, no more. */
  bindTable(table: ITableV2, variable: string, actions: readonly TableAction[]): this {
    this.addEnvironment(variable, table.tableName)
    this.addToRolePolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [table.tableArn],
      }),
    )
    return this
  }

  /** Puts the secret's ARN, or the name of one that others made, into the environment and allows to read it. */
  bindSecret(secret: ISecret, variable: string): this {
    this.addEnvironment(variable, secret.secretFullArn ?? secret.secretName)
    return this.allowSecret(secret, ['GetSecretValue'])
  }

  /** Allows what is named, no more: `grantRead` and `grantWrite` allow actions that nothing here uses. */
  allowSecret(secret: ISecret, actions: readonly SecretAction[]): this {
    this.addToRolePolicy(
      new PolicyStatement({
        actions: actions.map((action) => `secretsmanager:${action}`),
        // Of a secret that is known by name, the six characters at the end of the ARN are not known.
        resources: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
      }),
    )
    return this
  }
}

type SecretAction = 'GetSecretValue' | 'PutSecretValue'

type TableAction = 'GetItem' | 'PutItem'

function aliasArguments(alias: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(alias).map(([from, to]) => [`--alias:${from}`, to]))
}

/** Names that carry the stage: `MyHotels-Mcp-dev`. */
export function stackName(stack: string, stage: string): string {
  return `MyHotels-${stack}-${stage}`
}
