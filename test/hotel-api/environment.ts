/** The environment variables that the function is given. */
export const variables = {
  ISSUER: 'https://auth.pingone.eu/11111111-2222-4333-8444-555555555555/as',
  AUDIENCE: 'myhotels-hotelapi',
  SCOPE_MEMBER_RATES: 'my-hotels:api:member_rates',
  SCOPE_BOOK: 'my-hotels:api:book',
  SCOPE_CLOSE: 'my-hotels:api:close',
  CONNECTOR_CLIENT_ID: 'connector',
  EXCHANGE_CLIENT_ID: 'exchange',
  APPROVAL_CLIENT_ID: 'approval',
  DECISION_ENDPOINT_URL: 'https://api.pingone.eu/v1/environments/e/decisionEndpoints/d',
  DECISION_CLIENT_ID: 'decision',
  CLIENT_KEY_ARN: 'arn:aws:kms:eu-central-1:111122223333:key/client',
  WORKFLOW_CLIENT_ID: 'workflow',
  APPROVAL_AUTHENTICATION: 'password',
  BOOKING_TABLE: 'bookings',
  QUOTE_LIFETIME_SECONDS: '600',
  INTENT_LIFETIME_SECONDS: '1800',
}
