import type { Party } from '../attacks/row.ts'
import { approvalClient } from './approval-client.ts'
import { caller, mcpDomain } from './domains.ts'
import { exchangeClient } from './exchange-client.ts'
import { formerEmployee } from './former-employee.ts'
import { host } from './host.ts'
import { mailbox } from './mailbox.ts'
import { model } from './model.ts'
import { connectorClient, decisionClient, hotelApiDecisionClient, workflowClient } from './other-clients.ts'
import { configuration, hotelApi, server, tableReader, task, workflowRole } from './roles.ts'
import { widget } from './widget.ts'

/** Who may be taken over. */
export const parties: readonly Party[] = [
  model,
  host,
  widget,
  mailbox,
  connectorClient,
  exchangeClient,
  approvalClient,
  workflowClient,
  decisionClient,
  hotelApiDecisionClient,
  server,
  hotelApi,
  task,
  configuration,
  tableReader,
  workflowRole,
  formerEmployee,
  mcpDomain,
  caller,
]
