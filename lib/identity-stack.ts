// The identity domain: the configuration of PingOne, the keys of our clients there, and the secret of the connector. It
// sees no user token.
import { CfnOutput, CustomResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Provider } from 'aws-cdk-lib/custom-resources'
import type { Construct } from 'constructs'
import { ClientKeys } from './client-keys.ts'
import { type Configuration, pingOneSettings } from './configuration.ts'
import { MyHotelsFunction, stackName } from './myhotels-function.ts'
import { pingOneAddresses } from './pingone-addresses.ts'
import { publishValue } from './published-values.ts'

export class IdentityStack extends Stack {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, {
      stackName: stackName('Identity', configuration.stage),
      description: 'MyHotels: the configuration of PingOne and the keys of the clients there',
      env: { region: configuration.region },
    })
    const { apiUrl, authUrl, issuer } = pingOneAddresses(configuration.pingOne)
    const removalPolicy = configuration.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY
    const connectorSecret = new Secret(this, 'Connector', {
      description: 'Client id and secret to enter in the settings of the ChatGPT connector',
      removalPolicy,
    })
    Validations.of(connectorSecret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'PingOne issues this secret; it changes with the configuration of PingOne, which writes it here.',
    })
    const clientKeys = new ClientKeys(this, 'ClientKeys', configuration)
    const workerSecret = Secret.fromSecretNameV2(this, 'Worker', configuration.pingOne.workerSecretName)

    const configure = new MyHotelsFunction(this, 'PingOneConfiguration', {
      entry: 'lambdas/identity/handler.ts',
      description: 'Brings a PingOne environment to the state that MyHotels needs',
      timeout: Duration.minutes(14),
      environment: {
        STAGE: configuration.stage,
        PINGONE_ENVIRONMENT_ID: configuration.pingOne.environmentId,
      },
      retain: configuration.retain,
    })
      .bindSecret(workerSecret, 'WORKER_SECRET_ID')
      .allowSecret(connectorSecret, ['GetSecretValue', 'PutSecretValue'])
    configure.addToRolePolicy(
      new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: clientKeys.arns() }),
    )

    const provider = new Provider(this, 'Provider', {
      onEventHandler: configure,
      logGroup: new LogGroup(this, 'ProviderLog', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    })
    const repair: unknown = this.node.tryGetContext('repair')
    const environment = new CustomResource(this, 'PingOneEnvironment', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::PingOneEnvironment',
      serviceTimeout: Duration.minutes(15),
      properties: {
        ApiUrl: apiUrl,
        AuthUrl: authUrl,
        EnvironmentId: configuration.pingOne.environmentId,
        Issuer: issuer,
        Settings: JSON.stringify(pingOneSettings(configuration)),
        ClientKeys: this.toJsonString(clientKeys.arnsBySigner),
        ConnectorSecretArn: connectorSecret.secretArn,
        KeepOnDelete: String(configuration.pingOne.keepOnDelete),
        // CloudFormation updates the resource only when a property differs. The wanted state is part of the
        // function's code, so the name of its bundle, a hash, is one.
        ConfigurationHash: bundleName(configure),
        // `npm run deploy -- --repair` wants a look although nothing has changed here: in PingOne it may have.
        ...(repair === undefined ? {} : { Repair: String(repair) }),
      },
    })
    environment.node.addDependency(connectorSecret)

    for (const [name, attribute] of [
      ['connector-client-id', 'ConnectorClientId'],
      ['exchange-client-id', 'ExchangeClientId'],
      ['approval-client-id', 'ApprovalClientId'],
      ['workflow-client-id', 'WorkflowClientId'],
      ['decision-client-id', 'DecisionClientId'],
      ['decision-endpoint-url', 'DecisionEndpointUrl'],
      ['hotel-api-decision-client-id', 'HotelApiDecisionClientId'],
      ['hotel-api-decision-endpoint-url', 'HotelApiDecisionEndpointUrl'],
    ] as const) {
      const value = environment.getAttString(attribute)
      publishValue(this, configuration.stage, name, value)
      new CfnOutput(this, attribute, { value })
    }
    new CfnOutput(this, 'Issuer', { value: issuer })
    new CfnOutput(this, 'LeftBehind', {
      description:
        'What is still in a PingOne environment that the last change of the configuration has left',
      value: environment.getAttString('LeftBehind'),
    })
    new CfnOutput(this, 'ConnectorSecretArn', { value: connectorSecret.secretArn })
    this.acknowledgeProvider(provider, configure)
  }

  private acknowledgeProvider(provider: Provider, configure: MyHotelsFunction): void {
    const reason = 'The CDK provider framework owns this function and its role.'
    const configureId = this.getLogicalId(configure.node.defaultChild as CfnFunction)
    Validations.of(provider).acknowledge(
      { id: 'AwsSolutions-L1', reason },
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
        reason,
      },
      { id: `AwsSolutions-IAM5[Resource::<${configureId}.Arn>:*]`, reason },
    )
  }
}

function bundleName(configure: MyHotelsFunction): string {
  const { code } = configure.node.defaultChild as CfnFunction
  return (code as CfnFunction.CodeProperty).s3Key ?? 'inline'
}
