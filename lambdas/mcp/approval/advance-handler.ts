// The Lambda of the approval workflow's task: reads the environment and composes.
import * as z from 'zod'
import { systemClock } from '../../clock.ts'
import { createFunctionClients } from '../../oauth/function-clients.ts'
import { logger } from '../../telemetry/logger.ts'
import { createHotelApi } from '../hotel-api/call-hotel-api.ts'
import { createAdvanceTask } from './advance-task.ts'
import { composeApprovals } from './compose-approvals.ts'

const environment = z
  .object({
    ISSUER: z.url(),
    API_SCOPE_BOOK: z.string().min(1),
    API_SCOPE_CLOSE: z.string().min(1),
    HOTEL_API_URL: z.url(),
    APPROVAL_CLIENT_ID: z.string().min(1),
    WORKFLOW_CLIENT_ID: z.string().min(1),
    CLIENT_KEY_ARN: z.string().min(1),
    APPROVAL_TABLE: z.string().min(1),
    APPROVAL_KEY_ARN: z.string().min(1),
  })
  .parse(process.env)

const client = createFunctionClients({
  fetch,
  clock: systemClock,
  issuer: environment.ISSUER,
  keyArn: environment.CLIENT_KEY_ARN,
  variables: process.env,
})

/** `{transactionId}` → `{status: 'waiting', waitSeconds}` or `{status}` of the end. */
export const handler = createAdvanceTask({
  clock: systemClock,
  approvals: composeApprovals(
    {
      issuer: environment.ISSUER,
      bookScope: environment.API_SCOPE_BOOK,
      tableName: environment.APPROVAL_TABLE,
      keyArn: environment.APPROVAL_KEY_ARN,
    },
    {
      hotelApi: createHotelApi({ fetch, clock: systemClock, url: environment.HOTEL_API_URL }),
      approvalClient: client(environment.APPROVAL_CLIENT_ID),
      closer: { client: client(environment.WORKFLOW_CLIENT_ID), scope: environment.API_SCOPE_CLOSE },
      logger,
    },
  ),
})
