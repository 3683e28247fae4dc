// The hotel API's Lambda function: reads its environment, composes, hands over.
import { randomInt, randomUUID } from 'node:crypto'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { systemClock } from '../clock.ts'
import { logger } from '../telemetry/logger.ts'
import type { DocumentClient, RequestRecord } from './dependencies.ts'
import { readEnvironment } from './environment.ts'
import { createHotelApi } from './hotel-api.ts'
import { lazily } from './lazily.ts'
import { createAuditKeyReader } from './read-audit-key.ts'
import { webRequests } from './web-requests.ts'

const environment = readEnvironment(process.env)
const metrics = new Metrics()

const documents = lazily(async (): Promise<DocumentClient> => {
  const [{ DynamoDBClient }, { DynamoDBDocumentClient }] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/lib-dynamodb'),
  ])
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  })
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
})

const verifier = lazily(async () => {
  const { createAccessTokenVerifier } = await import('../oauth/verify-access-token.ts')
  const { issuer, audience } = environment
  return createAccessTokenVerifier({ issuer, audience, clock: systemClock })
})

const decider = lazily(async () => {
  const [{ createDecide }, { decisionService }, { createFunctionClients }] = await Promise.all([
    import('../decision/decide.ts'),
    import('./decision/decide-booking.ts'),
    import('../oauth/function-clients.ts'),
  ])
  const { issuer, decisionClientId, clientKeyArn: keyArn } = environment
  const shared = { fetch, clock: systemClock, issuer }
  return createDecide({
    ...shared,
    endpointUrl: environment.decisionEndpointUrl,
    service: decisionService,
    client: createFunctionClients({ ...shared, keyArn, variables: process.env })(decisionClientId),
    // Whoever calls this API waits five seconds for an answer.
    limits: { deadline: 3500, attemptTimeout: 2000, attempts: 2 },
  })
})

const hotelApi = createHotelApi({
  settings: environment.settings,
  documents,
  auditKey: createAuditKeyReader(environment.auditKeySecretArn),
  verify: async (token) => (await verifier())(token),
  decide: async (request) => (await decider())(request),
  clock: systemClock,
  newId: randomUUID,
  randomInt: (limit) => randomInt(limit),
  log: logger,
  measure,
})

/** One set of metrics a request, under its route: names and numbers, nothing about people. */
function measure({ route, status, durationMs }: RequestRecord): void {
  const request = metrics.singleMetric()
  request.addDimension('route', route)
  request.addMetric('Duration', MetricUnit.Milliseconds, durationMs)
  if (status < 400) return
  const refusals = metrics.singleMetric()
  refusals.addDimension('route', route)
  refusals.addMetric(status < 500 ? 'Refusals' : 'Failures', MetricUnit.Count, 1)
}

export const handler = middy<
  APIGatewayProxyEventV2 | Request,
  APIGatewayProxyStructuredResultV2 | Response,
  Error,
  Context
>()
  .use(injectLambdaContext(logger))
  .use(webRequests())
  .handler((event) => hotelApi(event as Request))
