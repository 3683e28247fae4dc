import type { Clock } from '../../clock.ts'
import type { Decide } from '../../decision/permit.ts'
import type { Approvals } from '../approval/approvals.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { BookingIntents } from './booking-intents.ts'

/** What the booking tools work with. */
export type BookingDependencies = {
  decide: Decide
  exchange: Exchange
  intents: BookingIntents
  approvals: Approvals
  clock: Clock
  scopes: {
    /** The MCP server's scope that the caller's token must have. */
    mcpBook: string
    /** The hotel API's scope of the exchanged token. */
    apiBook: string
  }
}
