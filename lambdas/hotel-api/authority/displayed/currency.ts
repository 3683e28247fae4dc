import { currency } from '../../catalogue/euros.ts'
import { WrongAuthorityError } from '../../errors/authority-errors.ts'
import type { Check } from '../check.ts'
import type { Linked } from './displayed.ts'

export const sameCurrency: Check<Linked> = ({ displayed }) =>
  displayed.currency === currency ? undefined : new WrongAuthorityError('approval in another currency')
