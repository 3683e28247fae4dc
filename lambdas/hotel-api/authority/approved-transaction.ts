import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { WrongAuthorityError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

/** The approval was given for this transaction: the claim that the approval flow puts into its token says so. */
export const approvedTransaction =
  (transactionId: string): Check<AccessToken> =>
  (token) =>
    token.claims.transaction_id === transactionId
      ? undefined
      : new WrongAuthorityError('approval of another transaction')
