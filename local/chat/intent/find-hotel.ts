import { plainName } from '../../../lambdas/hotel-api/catalogue/plain-name.ts'
import { applyWishes, type ListedHotel, noWishes, type Order } from './find-wishes.ts'

/** How a person says which hotel is meant. */
export type HotelReference =
  | { by: 'name'; name: string }
  /** The place in the list that was shown last, from 1; -1 is the last. */
  | { by: 'position'; position: number }
  | { by: 'order'; order: Order }
  /** "it": the one that was spoken of last. */
  | { by: 'previous' }

/**
 * The hotel that a name means: the same name, or the only one that contains every word of it. Case, accents and
 * punctuation do not matter.
 */
export function findHotel(name: string, hotels: readonly ListedHotel[]): ListedHotel | undefined {
  const wanted = plainName(name)
  if (wanted === '') return undefined
  const same = hotels.find((hotel) => plainName(hotel.name) === wanted || hotel.id === name.trim())
  if (same !== undefined) return same
  const words = wanted.split(' ').filter((word) => word !== 'hotel' && word !== 'the')
  if (words.length === 0) return undefined
  const fitting = hotels.filter((hotel) => {
    const own = plainName(hotel.name).split(' ')
    return words.every((word) => own.includes(word))
  })
  return fitting.length === 1 ? fitting[0] : undefined
}

/**
 * The hotel that is meant, among all that were seen.
 *
 * @param listed those of the last list, in its order
 */
export function resolveHotel(
  reference: HotelReference,
  known: readonly ListedHotel[],
  listed: readonly ListedHotel[],
  previous: ListedHotel | undefined,
): ListedHotel | undefined {
  switch (reference.by) {
    case 'name':
      return findHotel(reference.name, known)
    case 'position':
      return listed.at(reference.position < 0 ? reference.position : reference.position - 1)
    case 'order':
      return applyWishes({ ...noWishes, order: reference.order }, listed)[0]
    case 'previous':
      return previous ?? (listed.length === 1 ? listed[0] : undefined)
  }
}
