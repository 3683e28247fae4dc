// A small app with everything that the local cloud brings up, synthesized as `cdk synth` does.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Bundles the handlers and synthesizes the app into `directory`; returns where the assembly is. */
export async function synthesizeSample(directory: string): Promise<string> {
  const file = fileURLToPath(import.meta.url)
  // In a process of its own: the CDK loads in a second there, and in many under jest.
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', file, directory], {
    env: { ...process.env, CDK_VALIDATION: 'false' },
  })
  return `${directory}/assembly`
}

async function bundle(directory: string): Promise<void> {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [fileURLToPath(new URL('./handlers.ts', import.meta.url))],
    outfile: `${directory}/index.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  })
}

const definitionOf = (functionArn: string) => ({
  StartAt: 'Advance',
  // At the speed of the tests an hour lasts for six seconds, which a busy machine may lose anywhere.
  TimeoutSeconds: 864_000,
  States: {
    Advance: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn, Payload: { 'id.$': '$.id', 'how.$': '$.how' } },
      ResultSelector: { 'answer.$': '$.Payload' },
      ResultPath: '$.look',
      Retry: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 2, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['BookingError'], ResultPath: '$.error', Next: 'Refused' }],
      Next: 'Ended?',
    },
    'Ended?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.look.answer.status', StringEquals: 'waiting', Next: 'Wait' }],
      Default: 'Confirmed',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.look.answer.waitSeconds', Next: 'Advance' },
    Confirmed: { Type: 'Succeed', OutputPath: '$$.Execution.Input' },
    Refused: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
  },
})

async function synthesize(directory: string): Promise<void> {
  await bundle(`${directory}/bundle`)
  const { App, Aws, CfnOutput, CfnParameter, CustomResource, Duration, Fn, RemovalPolicy, Stack } =
    await import('aws-cdk-lib')
  const { CorsHttpMethod, HttpApi, HttpMethod, HttpStage } = await import('aws-cdk-lib/aws-apigatewayv2')
  const { HttpLambdaIntegration } = await import('aws-cdk-lib/aws-apigatewayv2-integrations')
  const { AttributeType, TableV2 } = await import('aws-cdk-lib/aws-dynamodb')
  const { PolicyStatement } = await import('aws-cdk-lib/aws-iam')
  const { Key } = await import('aws-cdk-lib/aws-kms')
  const { Code, Function: LambdaFunction, Runtime } = await import('aws-cdk-lib/aws-lambda')
  const { Secret } = await import('aws-cdk-lib/aws-secretsmanager')
  const { Topic } = await import('aws-cdk-lib/aws-sns')
  const { DefinitionBody, StateMachine } = await import('aws-cdk-lib/aws-stepfunctions')
  const { Provider } = await import('aws-cdk-lib/custom-resources')

  const app = new App({ outdir: `${directory}/assembly`, treeMetadata: false })
  const env = { region: 'eu-central-1' }
  const functionOf = (stack: InstanceType<typeof Stack>, id: string, handler: string, props: object = {}) =>
    new LambdaFunction(stack, id, {
      runtime: Runtime.NODEJS_24_X,
      code: Code.fromAsset(`${directory}/bundle`),
      handler: `index.${handler}`,
      timeout: Duration.seconds(10),
      memorySize: 256,
      ...props,
    })

  const identity = new Stack(app, 'Sample-Identity', { env })
  const parameter = (id: string, value: string) =>
    new CfnParameter(identity, id, { default: value }).valueAsString
  const clients = new Secret(identity, 'Clients', { removalPolicy: RemovalPolicy.DESTROY })
  const worker = Secret.fromSecretNameV2(identity, 'Worker', 'sample/worker')
  const configure = functionOf(identity, 'Configure', 'configure', {
    environment: { WORKER_SECRET_ARN: worker.secretArn },
  })
  worker.grantRead(configure)
  clients.grantWrite(configure)
  const environment = new CustomResource(identity, 'Environment', {
    serviceToken: new Provider(identity, 'Provider', { onEventHandler: configure }).serviceToken,
    resourceType: 'Custom::Environment',
    properties: {
      Name: parameter('Name', 'first'),
      Fail: parameter('Fail', 'false'),
      SecretArn: clients.secretArn,
      Number: 7,
      Flag: true,
    },
  })

  const front = new Stack(app, 'Sample-Front', { env })
  const table = new TableV2(front, 'Table', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    timeToLiveAttribute: 'ttl',
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const key = new Key(front, 'Key', { alias: 'alias/sample' })
  const advance = functionOf(front, 'Advance', 'advance', { environment: { TABLE: table.tableName } })
  advance.addToRolePolicy(
    new PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [table.tableArn] }),
  )
  const machine = new StateMachine(front, 'Machine', {
    definitionBody: DefinitionBody.fromString(front.toJsonString(definitionOf(advance.functionArn))),
  })
  advance.grantInvoke(machine)
  const handler = functionOf(front, 'Api', 'api', {
    environment: {
      TABLE: table.tableName,
      KEY: key.keyArn,
      SECRET: clients.secretArn,
      STATE_MACHINE: machine.stateMachineArn,
      ENDPOINT: environment.getAttString('Endpoint'),
    },
  })
  handler.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [table.tableArn] }))
  handler.addToRolePolicy(
    new PolicyStatement({
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { Null: { 'kms:EncryptionContext:id': 'false' } },
    }),
  )
  clients.grantRead(handler)
  machine.grantStartExecution(handler)

  const integration = new HttpLambdaIntegration('Integration', handler)
  const api = new HttpApi(front, 'HttpApi', {
    apiName: 'sample',
    createDefaultStage: false,
    defaultIntegration: integration,
  })
  api.addRoutes({ path: '/hotels/{id}', methods: [HttpMethod.GET], integration })
  api.addRoutes({ path: '/hotels/{proxy+}', methods: [HttpMethod.ANY], integration })
  const stage = new HttpStage(front, 'Stage', { httpApi: api, stageName: '$default', autoDeploy: true })

  const guarded = new HttpApi(front, 'Guarded', {
    apiName: 'guarded',
    createDefaultStage: false,
    corsPreflight: {
      allowOrigins: ['https://chat.example'],
      allowMethods: [CorsHttpMethod.POST],
      allowHeaders: ['authorization'],
      maxAge: Duration.minutes(10),
    },
  })
  guarded.addRoutes({ path: '/challenge', integration: new HttpLambdaIntegration('Guarded', handler) })
  guarded.addRoutes({
    path: '/slow',
    integration: new HttpLambdaIntegration('Patient', handler, { timeout: Duration.millis(100) }),
  })
  new HttpStage(front, 'GuardedStage', {
    httpApi: guarded,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: 1, burstLimit: 3 },
  })
  new CfnOutput(front, 'Url', { value: api.apiEndpoint })
  new CfnOutput(front, 'StageUrl', { value: stage.url })
  new CfnOutput(front, 'MachineArn', { value: machine.stateMachineArn, exportName: 'sample-machine' })
  new CfnOutput(front, 'Account', { value: Aws.ACCOUNT_ID })
  new CfnOutput(identity, 'SecretArn', { value: clients.secretArn })

  const last = new Stack(app, 'Sample-Last', { env })
  new Topic(last, 'Alarms')
  new CfnOutput(last, 'Imported', { value: Fn.importValue('sample-machine') })
  new CfnOutput(last, 'Physical', { value: environment.ref })
  app.synth()
}

const [, file = '', directory] = process.argv
if (file === fileURLToPath(import.meta.url) && directory !== undefined) await synthesize(directory)
