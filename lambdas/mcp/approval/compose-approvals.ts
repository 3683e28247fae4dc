// Approvals on the real services: AWS clients are loaded when an approval first needs them.
import { type Clock, systemClock } from '../../clock.ts'
import type { OAuthClient } from '../../oauth/oauth-client.ts'
import { createBookingIntents } from '../booking/booking-intents.ts'
import type { HotelApi } from '../hotel-api/call-hotel-api.ts'
import { createApprovalTable } from './approval-table.ts'
import { type Approvals, createApprovals } from './approvals.ts'
import { createBindingMessage } from './binding-message.ts'
import { createCiba } from './ciba.ts'
import { createSeal } from './seal.ts'
import { createStartWorkflow } from './start-workflow.ts'
import type { StepLogger } from './steps/step.ts'
import { createWorkflowToken } from './workflow-token.ts'

export type ApprovalsSettings = {
  issuer: string
  /** The hotel API's scope that an approval token carries. */
  bookScope: string
  tableName: string
  keyArn: string
  /** Absent in the workflow's own task. */
  workflowArn?: string | undefined
}

export const awsLimits = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
}

/** Creates on first use, once; a load that failed is tried again. */
function lazily<T>(create: () => Promise<T>): () => Promise<T> {
  let created: Promise<T> | undefined
  return () => {
    created ??= create().catch((error: unknown) => {
      created = undefined
      throw error
    })
    return created
  }
}

export function composeApprovals(
  settings: ApprovalsSettings,
  services: {
    hotelApi: HotelApi
    /** Asks for approvals. */
    approvalClient: OAuthClient
    /** May close bookings, with this scope of the hotel API; absent in the server, which leaves that to the workflow. */
    closer?: { client: OAuthClient; scope: string }
    logger: StepLogger
    clock?: Clock
  },
): Approvals {
  const clock = services.clock ?? systemClock
  const { issuer, workflowArn } = settings
  const { approvalClient, closer, logger } = services
  return createApprovals({
    clock,
    logger,
    random: Math.random,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    bindingMessage: createBindingMessage,
    table: createApprovalTable({
      tableName: settings.tableName,
      client: lazily(async () => {
        const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb')
        const { DynamoDBDocumentClient } = await import('@aws-sdk/lib-dynamodb')
        return DynamoDBDocumentClient.from(new DynamoDBClient(awsLimits), {
          marshallOptions: { removeUndefinedValues: true },
        })
      }),
    }),
    ciba: createCiba({ fetch, clock, issuer, client: approvalClient, scope: `openid ${settings.bookScope}` }),
    seal: createSeal({
      keyArn: settings.keyArn,
      client: lazily(async () => {
        const { KMSClient } = await import('@aws-sdk/client-kms')
        return new KMSClient(awsLimits)
      }),
    }),
    intents: createBookingIntents(services.hotelApi),
    workflowToken:
      closer === undefined
        ? undefined
        : createWorkflowToken({ fetch, clock, issuer, client: closer.client, scope: closer.scope }),
    startWorkflow:
      workflowArn === undefined
        ? undefined
        : createStartWorkflow({
            stateMachineArn: workflowArn,
            client: lazily(async () => {
              const { SFNClient } = await import('@aws-sdk/client-sfn')
              return new SFNClient(awsLimits)
            }),
          }),
  })
}
