import { WrongAuthorityError } from '../../errors/authority-errors.ts'
import type { Check } from '../check.ts'
import type { Linked } from './displayed.ts'

export const sameDates: Check<Linked> = ({ displayed, intent }) =>
  displayed.check_in === intent.quote.startDate && displayed.check_out === intent.quote.endDate
    ? undefined
    : new WrongAuthorityError('approval of other dates')
