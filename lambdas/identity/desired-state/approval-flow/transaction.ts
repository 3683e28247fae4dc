// What the person is asked about. The client sends each of these as a parameter of its CIBA request, the page shows it,
// and the token of the approval carries it as a claim of the same name: the hotel API compares the claims with the
// booking, so that an approval is good for what was shown and for nothing else.

/** In the order in which the page shows them. */
export const shownParameters = [
  'binding_message',
  'hotel_name',
  'city',
  'check_in',
  'check_out',
  'nights',
  'amount',
  'currency',
] as const

/** What ties the approval to one booking of one hotel, and says nothing to a person. */
export const identifyingParameters = ['transaction_id', 'hotel_id'] as const

/** Parameters of the CIBA request, and claims of the approval's token. All of them are text. */
export const transactionParameters = [...identifyingParameters, ...shownParameters] as const

/** The claim that says how the person was authenticated: values of RFC 8176, separated by spaces. PingOne reserves `amr`. */
export const authenticationClaim = 'approval_amr'
