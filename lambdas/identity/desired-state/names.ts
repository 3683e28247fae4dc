// Names that more than one part of the desired state uses.
export const names = {
  group: 'ChatGPT User',
  /** Sent as `MyHotels.service` with every decision: which enforcement point asks. */
  services: { mcp: 'myhotels-hotelmcp', hotelApi: 'myhotels-hotelapi' },
  customDecisionRole: 'MyHotels Decision Caller',
  notificationVariant: 'MyHotels booking approval',
} as const

/** The tools of the MCP server, as they reach the policies in `MyHotels.resource`. */
export const tools = {
  search: 'search_hotels',
  memberRates: 'search_hotels_member_rates',
  prepare: 'prepare_booking',
  finalize: 'finalize_booking',
} as const

/** The operations that the hotel API has decided, as they reach the policies in `MyHotels.resource`. */
export const operations = {
  create: 'create_booking',
  confirm: 'confirm_booking',
} as const
