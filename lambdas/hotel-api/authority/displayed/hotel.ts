import { WrongAuthorityError } from '../../errors/authority-errors.ts'
import type { Check } from '../check.ts'
import type { Linked } from './displayed.ts'

export const sameHotel: Check<Linked> = ({ displayed, intent }) =>
  displayed.hotel_id === intent.quote.hotelId &&
  displayed.hotel_name === intent.quote.hotelName &&
  displayed.city === intent.quote.city
    ? undefined
    : new WrongAuthorityError('approval of another hotel')
