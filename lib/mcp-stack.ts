// The MCP domain: tools, widget, policy enforcement, token exchange, approvals and their workflow. It cannot touch the
// hotel API's table.
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { ApprovalWorkflow } from './approval-workflow.ts'
import { bindClientKey } from './client-keys.ts'
import type { Configuration } from './configuration.ts'
import { HttpFront } from './http-front.ts'
import { lightValidator } from './light-validator.ts'
import { MyHotelsFunction, stackName } from './myhotels-function.ts'
import { pingOneAddresses } from './pingone-addresses.ts'
import { type PublishedValue, publishedValue } from './published-values.ts'

export class McpStack extends Stack {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, {
      stackName: stackName('Mcp', configuration.stage),
      description: 'MyHotels: the MCP server, its widget and the approval workflow',
      env: { region: configuration.region },
    })
    const { retain } = configuration
    const published = (name: PublishedValue) => publishedValue(this, configuration.stage, name)
    const removalPolicy = retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY
    const approvals = new TableV2(this, 'Approvals', {
      partitionKey: { name: 'transactionId', type: AttributeType.STRING },
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: retain,
      removalPolicy,
    })
    const sealKey = new Key(this, 'ApprovalSeal', {
      description: 'Seals approval tokens between the poll that yields them and the confirmation',
      enableKeyRotation: true,
      removalPolicy,
    })
    const approvalEnvironment = {
      ISSUER: pingOneAddresses(configuration.pingOne).issuer,
      API_SCOPE_BOOK: configuration.scopes.hotelApi.book,
      HOTEL_API_URL: published('hotel-api-url'),
      APPROVAL_CLIENT_ID: published('approval-client-id'),
      APPROVAL_KEY_ARN: sealKey.keyArn,
    }
    // A seal is opened only under the transaction that it was made for: the key refuses any other context.
    const useSeal = new PolicyStatement({
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [sealKey.keyArn],
      conditions: { Null: { 'kms:EncryptionContext:transactionId': 'false' } },
    })

    const advance = new MyHotelsFunction(this, 'AdvanceApproval', {
      entry: 'lambdas/mcp/approval/advance-handler.ts',
      description: 'One step of one approval: poll, confirm, or close',
      timeout: Duration.seconds(30),
      retain,
      environment: {
        ...approvalEnvironment,
        API_SCOPE_CLOSE: configuration.scopes.hotelApi.close,
        WORKFLOW_CLIENT_ID: published('workflow-client-id'),
      },
    }).bindTable(approvals, 'APPROVAL_TABLE', ['GetItem', 'PutItem'])
    bindClientKey(advance, 'approvalTask', configuration)
    advance.addToRolePolicy(useSeal)
    const workflow = new ApprovalWorkflow(this, 'ApprovalWorkflow', {
      task: advance,
      bookingLifetime: Duration.seconds(configuration.booking.intentLifetimeSeconds),
      retain,
    })

    const server = new MyHotelsFunction(this, 'McpServer', {
      entry: 'lambdas/mcp/handler.ts',
      description: 'The MCP server',
      timeout: Duration.seconds(29),
      retain,
      environment: {
        ...approvalEnvironment,
        AUDIENCE: configuration.audiences.mcp,
        SCOPE_MEMBER_RATES: configuration.scopes.mcp.memberRates,
        SCOPE_BOOK: configuration.scopes.mcp.book,
        API_SCOPE_MEMBER_RATES: configuration.scopes.hotelApi.memberRates,
        EXCHANGE_CLIENT_ID: published('exchange-client-id'),
        DECISION_CLIENT_ID: published('decision-client-id'),
        DECISION_ENDPOINT_URL: published('decision-endpoint-url'),
        CONNECTOR_CLIENT_ID: published('connector-client-id'),
        APPROVAL_WORKFLOW_ARN: workflow.stateMachine.stateMachineArn,
        ALLOWED_ORIGINS: configuration.mcp.allowedOrigins.join(','),
        SIGN_IN_AT_CONNECT: configuration.mcp.signInAtConnect,
      },
      alias: lightValidator,
      besideBundle: (output) => [`"${process.execPath}" widget/build.ts "${output}/widget.html"`],
    }).bindTable(approvals, 'APPROVAL_TABLE', ['GetItem', 'PutItem'])
    bindClientKey(server, 'mcpServer', configuration)
    server.addToRolePolicy(useSeal)
    workflow.stateMachine.grantStartExecution(server)

    const front = new HttpFront(this, 'Front', {
      name: `myhotels-mcp-${configuration.stage}`,
      handler: server,
      retain,
    })
    new CfnOutput(this, 'McpUrl', { value: `${front.url}/mcp` })
  }
}
