import { WrongAuthorityError } from '../../errors/authority-errors.ts'
import type { Check } from '../check.ts'
import type { Linked } from './displayed.ts'

export const sameTransaction: Check<Linked> = ({ displayed, intent }) =>
  displayed.transaction_id === intent.transactionId
    ? undefined
    : new WrongAuthorityError('approval of another transaction')
