// The secret with the credentials of the MCP domain's own OAuth clients in PingOne.
import * as z from 'zod'

const client = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) })

export const mcpClientsSchema = z.object({
  /** Exchanges inbound tokens for hotel API tokens. */
  exchange: client,
  /** Starts and polls CIBA. */
  approval: client,
  /** Closes bookings whose approval came to nothing. */
  workflow: client,
  /** Calls the decision endpoint. */
  decision: client,
})

export type McpClients = z.infer<typeof mcpClientsSchema>
