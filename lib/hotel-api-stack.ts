// The hotel API domain: catalogue, rates, quotes, booking intents. It sees neither the token that a host holds nor a
// CIBA request id.
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import type { Configuration } from './configuration.ts'
import { HttpFront } from './http-front.ts'
import type { PingOneReferences } from './identity-stack.ts'
import { MyHotelsFunction, stackName } from './myhotels-function.ts'

export class HotelApiStack extends Stack {
  readonly url: string

  constructor(scope: Construct, id: string, configuration: Configuration, pingOne: PingOneReferences) {
    super(scope, id, {
      stackName: stackName('HotelApi', configuration.stage),
      description: 'MyHotels: the hotel API with its catalogue and its booking intents',
      env: { region: configuration.region },
    })
    const bookings = new TableV2(this, 'Bookings', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: configuration.retain,
      removalPolicy: configuration.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    const handler = new MyHotelsFunction(this, 'HotelApi', {
      entry: 'lambdas/hotel-api/handler.ts',
      description: 'The hotel API',
      retain: configuration.retain,
      environment: {
        ISSUER: pingOne.issuer,
        AUDIENCE: configuration.audiences.hotelApi,
        SCOPE_MEMBER_RATES: configuration.scopes.hotelApi.memberRates,
        SCOPE_BOOK: configuration.scopes.hotelApi.book,
        SCOPE_CLOSE: configuration.scopes.hotelApi.close,
        CONNECTOR_CLIENT_ID: pingOne.connectorClientId,
        EXCHANGE_CLIENT_ID: pingOne.exchangeClientId,
        APPROVAL_CLIENT_ID: pingOne.approvalClientId,
        WORKFLOW_CLIENT_ID: pingOne.workflowClientId,
        QUOTE_LIFETIME_SECONDS: String(configuration.booking.quoteLifetimeSeconds),
        INTENT_LIFETIME_SECONDS: String(configuration.booking.intentLifetimeSeconds),
      },
    }).bindTable(bookings, 'BOOKING_TABLE', ['GetItem', 'PutItem'])
    const front = new HttpFront(this, 'Front', {
      name: `myhotels-hotel-api-${configuration.stage}`,
      handler,
      retain: configuration.retain,
    })
    this.url = front.url
    new CfnOutput(this, 'HotelApiUrl', { value: this.url })
  }
}
