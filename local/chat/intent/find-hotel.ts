export type KnownHotel = { id: string; name: string; city: string }

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/**
 * The hotel that a name means: the same name, or the only one that contains every word of it. Case, accents and
 * punctuation do not matter.
 */
export function findHotel(name: string, hotels: readonly KnownHotel[]): KnownHotel | undefined {
  const wanted = plain(name)
  if (wanted === '') return undefined
  const same = hotels.find((hotel) => plain(hotel.name) === wanted || hotel.id === name.trim())
  if (same !== undefined) return same
  const words = wanted.split(' ').filter((word) => word !== 'hotel' && word !== 'the')
  if (words.length === 0) return undefined
  const fitting = hotels.filter((hotel) => {
    const own = plain(hotel.name).split(' ')
    return words.every((word) => own.includes(word))
  })
  return fitting.length === 1 ? fitting[0] : undefined
}
