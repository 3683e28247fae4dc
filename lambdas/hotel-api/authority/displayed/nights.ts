import { WrongAuthorityError } from '../../errors/authority-errors.ts'
import type { Check } from '../check.ts'
import type { Linked } from './displayed.ts'

export const sameNights: Check<Linked> = ({ displayed, intent }) =>
  displayed.nights === String(intent.quote.nights)
    ? undefined
    : new WrongAuthorityError('approval of another number of nights')
