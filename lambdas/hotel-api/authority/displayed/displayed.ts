import * as z from 'zod'
import type { AccessToken } from '../../../oauth/verify-access-token.ts'
import type { IntentRecord } from '../../booking/life-cycle.ts'

/**
 * What the person had before their eyes when they approved, and the two ids that it stood for: the approval flow puts it
 * into the claims of its token from the very values that it displayed. The names are those of the flow's request; as `authorization_details` (RFC 9396)
 * they would be the members of one detail.
 */
export const displayedSchema = z.object({
  transaction_id: z.string(),
  hotel_id: z.string(),
  hotel_name: z.string(),
  city: z.string(),
  check_in: z.string(),
  check_out: z.string(),
  nights: z.string(),
  amount: z.string(),
  currency: z.string(),
})
export type Displayed = z.infer<typeof displayedSchema>

/** `undefined` when the token does not say what was displayed, each value as text. */
export const displayedIn = (token: AccessToken): Displayed | undefined =>
  displayedSchema.safeParse(token.claims).data

/** What was displayed, beside what would be booked. */
export type Linked = { displayed: Displayed; intent: IntentRecord }
