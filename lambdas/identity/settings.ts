// What a deployment may choose about PingOne; everything else is in the desired state.
import * as z from 'zod'
import { amounts, amountsSchema } from './desired-state/amounts.ts'

const name = z.string().min(1)

/** How the person who opens the link of an approval shows who they are. */
export const approvalAuthentications = ['password', 'passkey', 'push'] as const
export type ApprovalAuthentication = (typeof approvalAuthentications)[number]

export const settingsSchema = z.object({
  audiences: z.object({ mcp: name, hotelApi: name }),
  scopes: z.object({
    mcp: z.object({ memberRates: name, book: name }),
    hotelApi: z.object({ memberRates: name, book: name, close: name }),
  }),
  approval: z.object({ authentication: z.enum(approvalAuthentications) }),
  policy: amountsSchema.default(amounts),
  /** Seconds that a booking waits; its approval can be used as long. */
  bookingLifetimeSeconds: z.int().min(300).default(1800),
  /** Without redirect URIs, those that the connector's client has stay as they are. */
  connector: z.object({ redirectUris: z.array(z.url()).min(1).optional() }),
})

export type Settings = z.infer<typeof settingsSchema>

/** The audiences, scopes and approvals of a stage that says nothing else. */
export const defaultSettings = {
  audiences: { mcp: 'myhotels-hotelmcp', hotelApi: 'myhotels-hotelapi' },
  scopes: {
    mcp: { memberRates: 'my-hotels:mcp:member_rates', book: 'my-hotels:mcp:book' },
    hotelApi: {
      memberRates: 'my-hotels:api:member_rates',
      book: 'my-hotels:api:book',
      close: 'my-hotels:api:close',
    },
  },
  approval: { authentication: 'password' },
  policy: amounts,
  bookingLifetimeSeconds: 1800,
  connector: {},
} satisfies Settings
