import * as z from 'zod'

/**
 * The numbers that decide over a booking; amounts in EUR. To change the policy, change them here, or for one stage under
 * `policy` in cdk.json, and apply: `npm run pingone -- apply` or `cdk deploy`. No other part of MyHotels knows them.
 */
export const amounts: Amounts = {
  /** From this total on, a booking needs the person's approval on another device; below it goes through at once. */
  approvalFrom: 200,
  /** Above this total a booking is refused. */
  refusedAbove: 1000,
  currency: 'EUR',
  /** What a person may book within 24 hours without approval stays below this sum; from it on, each booking needs one. */
  dailyApprovalFrom: 500,
  /** How many bookings may wait for one person's approval at once. */
  openApprovals: 3,
  /** After somebody declined, they are asked for no other approval for so long. */
  pauseAfterDeclineSeconds: 300,
}

const amount = z.number().positive().multipleOf(0.01)

export const amountsSchema = z
  .strictObject({
    approvalFrom: amount,
    refusedAbove: amount,
    currency: z.literal('EUR', 'prices are in EUR'),
    dailyApprovalFrom: amount,
    openApprovals: z.int().min(1).max(20),
    // The hotel API remembers a decline for a day.
    pauseAfterDeclineSeconds: z.int().min(0).max(86_400),
  })
  .refine(({ approvalFrom, refusedAbove }) => approvalFrom <= refusedAbove, {
    message: 'must not be above refusedAbove',
    path: ['approvalFrom'],
  })

export type Amounts = z.infer<typeof amountsSchema>
