/**
 * The amounts that decide over a booking, in EUR. To change the policy, change them here and apply:
 * `npm run pingone -- apply` or `cdk deploy`. No other part of MyHotels knows them.
 */
export const amounts = {
  /** From this total on, a booking needs the person's approval on another device; below it goes through at once. */
  approvalFrom: 200,
  /** Above this total a booking is refused. */
  refusedAbove: 1000,
  currency: 'EUR',
}

export type Amounts = typeof amounts
