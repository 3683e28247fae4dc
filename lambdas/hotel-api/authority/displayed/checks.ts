import type { AccessToken } from '../../../oauth/verify-access-token.ts'
import type { IntentRecord } from '../../booking/life-cycle.ts'
import { WrongAuthorityError } from '../../errors/authority-errors.ts'
import { type Check, firstRefusal } from '../check.ts'
import { sameAmount } from './amount.ts'
import { sameCurrency } from './currency.ts'
import { sameDates } from './dates.ts'
import { displayedIn, type Linked } from './displayed.ts'
import { sameHotel } from './hotel.ts'
import { sameNights } from './nights.ts'
import { sameTransaction } from './transaction.ts'

const checks: readonly Check<Linked>[] = [
  sameTransaction,
  sameHotel,
  sameDates,
  sameNights,
  sameAmount,
  sameCurrency,
]

/** The approval was given for exactly this booking: all that was displayed is what would be booked. */
export const approvedExactly =
  (intent: IntentRecord): Check<AccessToken> =>
  (token) => {
    const displayed = displayedIn(token)
    return displayed === undefined
      ? new WrongAuthorityError('an approval that does not say what was displayed')
      : firstRefusal(checks, { displayed, intent })
  }
