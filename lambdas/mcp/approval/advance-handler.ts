// The Lambda of the approval workflow's task: reads the environment and composes.
import * as z from 'zod'
import { systemClock } from '../../clock.ts'
import { logger } from '../../telemetry/logger.ts'
import { createHotelApi } from '../hotel-api/call-hotel-api.ts'
import { createMcpClientsReader } from '../read-mcp-clients.ts'
import { createAdvanceTask } from './advance-task.ts'
import { composeApprovals } from './compose-approvals.ts'

const environment = z
  .object({
    ISSUER: z.url(),
    API_SCOPE_BOOK: z.string().min(1),
    API_SCOPE_CLOSE: z.string().min(1),
    HOTEL_API_URL: z.url(),
    CLIENTS_SECRET_ARN: z.string().min(1),
    APPROVAL_TABLE: z.string().min(1),
    APPROVAL_KEY_ARN: z.string().min(1),
  })
  .parse(process.env)

const clients = createMcpClientsReader(environment.CLIENTS_SECRET_ARN)

/** `{transactionId}` → `{status: 'waiting', waitSeconds}` or `{status}` of the end. */
export const handler = createAdvanceTask({
  clock: systemClock,
  approvals: composeApprovals(
    {
      issuer: environment.ISSUER,
      bookScope: environment.API_SCOPE_BOOK,
      closeScope: environment.API_SCOPE_CLOSE,
      tableName: environment.APPROVAL_TABLE,
      keyArn: environment.APPROVAL_KEY_ARN,
    },
    {
      hotelApi: createHotelApi({ fetch, clock: systemClock, url: environment.HOTEL_API_URL }),
      clients,
      logger,
    },
  ),
})
