// The identity domain: the configuration of PingOne and the client secrets that it yields. It sees no user token.
import {
  CfnOutput,
  CfnParameter,
  CustomResource,
  Duration,
  Fn,
  RemovalPolicy,
  Stack,
  Validations,
} from 'aws-cdk-lib'
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Provider } from 'aws-cdk-lib/custom-resources'
import type { Construct } from 'constructs'
import { type Configuration, pingOneDomains } from './configuration.ts'
import { MyHotelsFunction, stackName } from './myhotels-function.ts'

/** What the other domains need to know of PingOne. */
export type PingOneReferences = {
  issuer: string
  connectorClientId: string
  exchangeClientId: string
  approvalClientId: string
  workflowClientId: string
  decisionEndpointUrl: string
}

export class IdentityStack extends Stack {
  readonly pingOne: PingOneReferences
  readonly clientsSecret: Secret

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, {
      stackName: stackName('Identity', configuration.stage),
      description: 'MyHotels: the configuration of PingOne and the client secrets it yields',
      env: { region: configuration.region },
    })
    const domain = pingOneDomains[configuration.pingOne.region]
    const environmentId = this.parameter(
      'PingOneEnvironmentId',
      configuration.pingOne.environmentId,
      'The PingOne environment that is configured',
    )
    const apiUrl = this.parameter(
      'PingOneApiUrl',
      `https://api.pingone.${domain}/v1`,
      'The base of the Management API',
    )
    const authUrl = this.parameter(
      'PingOneAuthUrl',
      `https://auth.pingone.${domain}`,
      'The host of the authorization server',
    )
    const redirectUris = this.parameter(
      'ConnectorRedirectUris',
      configuration.connector.redirectUris.join(','),
      'The callback URLs of the hosts, separated by commas',
    )
    // PingOne's custom domains carry no environment id in their paths, so the issuer has none either.
    const issuer = configuration.pingOne.customDomain
      ? `https://${configuration.pingOne.customDomain}/as`
      : `${authUrl}/${environmentId}/as`

    const removalPolicy = configuration.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY
    this.clientsSecret = new Secret(this, 'McpClients', {
      description:
        'Credentials of the PingOne clients that the MCP domain uses; written by the PingOne configuration',
      removalPolicy,
    })
    const connectorSecret = new Secret(this, 'Connector', {
      description: 'Client id and secret to enter in the settings of the ChatGPT connector',
      removalPolicy,
    })
    for (const secret of [this.clientsSecret, connectorSecret]) {
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason:
          'PingOne issues these secrets; they change with the configuration of PingOne, which writes them here.',
      })
    }
    const workerSecret = Secret.fromSecretNameV2(this, 'Worker', configuration.pingOne.workerSecretName)

    const configure = new MyHotelsFunction(this, 'PingOneConfiguration', {
      entry: 'lambdas/identity/handler.ts',
      description: 'Brings a PingOne environment to the state that MyHotels needs',
      timeout: Duration.minutes(14),
      environment: {},
      retain: configuration.retain,
    }).bindSecret(workerSecret, 'WORKER_SECRET_ARN')
    for (const secret of [this.clientsSecret, connectorSecret]) {
      secret.grantWrite(configure)
      secret.grantRead(configure)
    }

    const provider = new Provider(this, 'Provider', {
      onEventHandler: configure,
      logGroup: new LogGroup(this, 'ProviderLog', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    })
    const { audiences, scopes } = configuration
    const environment = new CustomResource(this, 'PingOneEnvironment', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::PingOneEnvironment',
      serviceTimeout: Duration.minutes(15),
      properties: {
        ApiUrl: apiUrl,
        AuthUrl: authUrl,
        EnvironmentId: environmentId,
        Issuer: issuer,
        Settings: Fn.join('', [
          JSON.stringify({ audiences, scopes }).slice(0, -1),
          ',"connector":{"redirectUris":["',
          Fn.join('","', Fn.split(',', redirectUris)),
          '"]}}',
        ]),
        McpClientsSecretArn: this.clientsSecret.secretArn,
        ConnectorSecretArn: connectorSecret.secretArn,
        KeepOnDelete: String(configuration.pingOne.keepOnDelete),
        // CloudFormation updates the resource only when a property differs. The wanted state is part of the
        // function's code, so the name of its bundle, a hash, is one.
        ConfigurationHash: bundleName(configure),
      },
    })
    environment.node.addDependency(this.clientsSecret, connectorSecret)

    this.pingOne = {
      issuer,
      connectorClientId: environment.getAttString('ConnectorClientId'),
      exchangeClientId: environment.getAttString('ExchangeClientId'),
      approvalClientId: environment.getAttString('ApprovalClientId'),
      workflowClientId: environment.getAttString('WorkflowClientId'),
      decisionEndpointUrl: environment.getAttString('DecisionEndpointUrl'),
    }
    new CfnOutput(this, 'Issuer', { value: issuer })
    new CfnOutput(this, 'ConnectorClientId', { value: this.pingOne.connectorClientId })
    new CfnOutput(this, 'ConnectorSecretArn', { value: connectorSecret.secretArn })
    this.acknowledgeProvider(provider, configure)
  }

  private parameter(id: string, value: string, description: string): string {
    return new CfnParameter(this, id, { default: value, description }).valueAsString
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
