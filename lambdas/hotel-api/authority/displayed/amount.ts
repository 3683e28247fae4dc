import { euros } from '../../catalogue/euros.ts'
import { WrongAuthorityError } from '../../errors/authority-errors.ts'
import type { Check } from '../check.ts'
import type { Linked } from './displayed.ts'

/** The price of the whole stay, with two decimals. */
export const sameAmount: Check<Linked> = ({ displayed, intent }) =>
  displayed.amount === euros(intent.quote.totalPriceCents).toFixed(2)
    ? undefined
    : new WrongAuthorityError('approval of another amount')
