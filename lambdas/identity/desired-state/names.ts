// Names that more than one part of the desired state uses.
export const names = {
  group: 'ChatGPT User',
  /** Sent as `MyHotels.service` with every decision. */
  decisionService: 'myhotels-hotelmcp',
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
