// The hotel API domain: catalogue, rates, quotes, booking intents. It sees neither the token that a host holds nor a
// CIBA request id.
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { AuditTrail } from './audit-trail.ts'
import { bindClientKey } from './client-keys.ts'
import type { Configuration } from './configuration.ts'
import { HttpFront } from './http-front.ts'
import { MyHotelsFunction, stackName } from './myhotels-function.ts'
import { pingOneAddresses } from './pingone-addresses.ts'
import { type PublishedValue, publishedValue, publishValue } from './published-values.ts'

export class HotelApiStack extends Stack {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, {
      stackName: stackName('HotelApi', configuration.stage),
      description: 'MyHotels: the hotel API with its catalogue and its booking intents',
      env: { region: configuration.region },
    })
    const published = (name: PublishedValue) => publishedValue(this, configuration.stage, name)
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
        ISSUER: pingOneAddresses(configuration.pingOne).issuer,
        AUDIENCE: configuration.audiences.hotelApi,
        SCOPE_MEMBER_RATES: configuration.scopes.hotelApi.memberRates,
        SCOPE_BOOK: configuration.scopes.hotelApi.book,
        SCOPE_CLOSE: configuration.scopes.hotelApi.close,
        HOST_SCOPE_MEMBER_RATES: configuration.scopes.mcp.memberRates,
        HOST_SCOPE_BOOK: configuration.scopes.mcp.book,
        CONNECTOR_CLIENT_ID: published('connector-client-id'),
        EXCHANGE_CLIENT_ID: published('exchange-client-id'),
        APPROVAL_CLIENT_ID: published('approval-client-id'),
        WORKFLOW_CLIENT_ID: published('workflow-client-id'),
        APPROVAL_AUTHENTICATION: configuration.approval.authentication,
        DECISION_CLIENT_ID: published('hotel-api-decision-client-id'),
        DECISION_ENDPOINT_URL: published('hotel-api-decision-endpoint-url'),
        QUOTE_LIFETIME_SECONDS: String(configuration.booking.quoteLifetimeSeconds),
        INTENT_LIFETIME_SECONDS: String(configuration.booking.intentLifetimeSeconds),
      },
    }).bindTable(bookings, 'BOOKING_TABLE', ['GetItem', 'PutItem'])
    bindClientKey(handler, 'hotelApi', configuration)
    new AuditTrail(this, 'AuditTrail', {
      writer: handler,
      retentionDays: configuration.audit.retentionDays,
      retain: configuration.retain,
    })
    const front = new HttpFront(this, 'Front', {
      name: `myhotels-hotel-api-${configuration.stage}`,
      handler,
      retain: configuration.retain,
    })
    publishValue(this, configuration.stage, 'hotel-api-url', front.url)
    new CfnOutput(this, 'HotelApiUrl', { value: front.url })
    new CfnOutput(this, 'BookingTable', { value: bookings.tableName })
  }
}
