// The Lambda of the MCP server: reads the environment and composes.
import { readFile } from 'node:fs/promises'
import { Metrics } from '@aws-lambda-powertools/metrics'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { systemClock } from '../clock.ts'
import { requestFromEvent, resultFromResponse } from '../http/lambda-http.ts'
import { createFunctionClients } from '../oauth/function-clients.ts'
import { createAccessTokenVerifier } from '../oauth/verify-access-token.ts'
import { logger } from '../telemetry/logger.ts'
import { composeApprovals } from './approval/compose-approvals.ts'
import { createBookingTools } from './booking/tools.ts'
import { createMcpServer } from './create-mcp-server.ts'
import { readEnvironment } from './environment.ts'
import { createSearchTools } from './search/tools.ts'
import { createServices } from './services.ts'
import { emitMetrics } from './telemetry/emit-metrics.ts'

const environment = readEnvironment(process.env)

const client = createFunctionClients({
  fetch,
  clock: systemClock,
  issuer: environment.ISSUER,
  keyArn: environment.CLIENT_KEY_ARN,
  variables: process.env,
})

const services = createServices({
  issuer: environment.ISSUER,
  decisionEndpointUrl: environment.DECISION_ENDPOINT_URL,
  hotelApiUrl: environment.HOTEL_API_URL,
  clients: {
    exchange: client(environment.EXCHANGE_CLIENT_ID),
    decision: client(environment.DECISION_CLIENT_ID),
  },
})

const metrics = new Metrics()

const approvals = composeApprovals(
  {
    issuer: environment.ISSUER,
    bookScope: environment.API_SCOPE_BOOK,
    tableName: environment.APPROVAL_TABLE,
    keyArn: environment.APPROVAL_KEY_ARN,
    workflowArn: environment.APPROVAL_WORKFLOW_ARN,
  },
  { hotelApi: services.hotelApi, approvalClient: client(environment.APPROVAL_CLIENT_ID), logger },
)

const server = createMcpServer({
  tools: [
    ...createSearchTools(services, {
      memberRates: { scope: environment.SCOPE_MEMBER_RATES, apiScope: environment.API_SCOPE_MEMBER_RATES },
    }),
    ...createBookingTools({
      ...services,
      approvals,
      clock: systemClock,
      scopes: { mcpBook: environment.SCOPE_BOOK, apiBook: environment.API_SCOPE_BOOK },
    }),
  ],
  widget: () => readFile(new URL('./widget.html', import.meta.url), 'utf8'),
  verifyToken: createAccessTokenVerifier({
    issuer: environment.ISSUER,
    audience: environment.AUDIENCE,
    clock: systemClock,
  }),
  issuer: environment.ISSUER,
  scopesSupported: [environment.SCOPE_MEMBER_RATES, environment.SCOPE_BOOK],
  connectorClientId: environment.CONNECTOR_CLIENT_ID,
  allowedOrigins: environment.ALLOWED_ORIGINS,
  signInAtConnect: environment.SIGN_IN_AT_CONNECT,
  report(line) {
    if (line.failure) logger.warn('MCP request', { call: line })
    else logger.info('MCP request', { call: line })
    emitMetrics(metrics, line)
  },
})

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  return resultFromResponse(await server(requestFromEvent(event)))
}
